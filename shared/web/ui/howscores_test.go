package ui_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"learningforlife/shared/web/ui/wording"
)

// fixed are the digits that the page on scores may hold: the scale, the formulas' own, and where releases are.
// Every other number on it has to come from the campaign or the method.
var fixed = []string{
	"score from 0 to 100", "between 0 and 100 points", "100 for an answer in favour, 0 for any other", "100 times the share", "more than 1 in ",
	"It is 1 if all answered equally often", "lacks to 100", "/v1/releases/",
	"from 0 to 1 here; scores are 100 times as much", " − 1; at least", "s²/2n", "(1 − p)", "u²/12", "z²/2", "z²/4", "(100/", "(1 − ", "max(1, ", "− 2ρ",
	"; 1 for", "(1 − q)", "ln(1/α)", "(1 + 1/(r·I))", "(1 + r·I)", "I = 1/se²", "(U − L)/(2·", "(100 − first score)", "is 1 less this", "|)² − 1)", "R = 1 − 2S",
}

func TestThePageOnScoresHasNoNumberOfItsOwn(t *testing.T) {
	content, err := os.ReadFile("templates/how-scores-work.html")
	require.NoError(t, err)
	markup := regexp.MustCompile(`(?s)\{\{.*?\}\}|</?[a-z][^>]*>`)
	require.Empty(t, own(markup.ReplaceAllString(string(content), "")))
	for _, key := range wording.English.Keys() {
		if strings.HasPrefix(key, "scores.") {
			require.Empty(t, own(wording.English.PlainWords(key)), key)
		}
	}
	for _, name := range []string{"howscores.go", "../intake/howscores.go"} {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		require.NoError(t, err)
		ast.Inspect(file, func(n ast.Node) bool {
			if literal, ok := n.(*ast.BasicLit); ok && literal.Kind == token.STRING {
				require.Empty(t, own(literal.Value), name)
			}
			return true
		})
	}
	require.Equal(t, []string{"of 11 people"}, own("We show none of 11 people."), "a number is found")
}

// own finds the numbers in a text that are not fixed, each with what stands beside it.
func own(text string) []string {
	for _, f := range fixed {
		text = strings.ReplaceAll(text, f, "")
	}
	return regexp.MustCompile(`\S*\s?[0-9]+\S*(\s\w+)?`).FindAllString(text, -1)
}
