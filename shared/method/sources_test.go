package method_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"learningforlife/shared/method"
)

// TestSourcesAreThoseOfTheFormulas holds that what is cited is what the formulas' docstrings cite.
func TestSourcesAreThoseOfTheFormulas(t *testing.T) {
	files, err := filepath.Glob("../stats/*.go")
	require.NoError(t, err)
	var code strings.Builder
	for _, name := range files {
		content, err := os.ReadFile(name)
		require.NoError(t, err)
		code.Write(content)
	}
	text := strings.Join(strings.Fields(regexp.MustCompile(`(?m)^\s*//`).ReplaceAllString(code.String(), "")), " ")
	for _, s := range method.Sources {
		cited := regexp.MustCompile(`(^|[^-\w])` + regexp.QuoteMeta(s.Authors) + ` ` + regexp.QuoteMeta(s.Published) + `\b`)
		require.True(t, cited.MatchString(text), "%s %s", s.Authors, s.Published)
		require.NotEmpty(t, s.For)
	}
}
