package wording_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/require"

	"learningforlife/shared/web/ui/wording"
)

func TestMarkup(t *testing.T) {
	got := wording.English.HTML("home.surveyOpen", "name", `<b>[x](/y)**z**`, "id", `"before`, "closes", "today")
	require.Equal(t, `<a href="/survey/&#34;before">&lt;b&gt;[x](/y)**z**</a>: a few short questions. It takes two minutes. It is open until today.`, string(got))
	require.Contains(t, string(wording.English.HTML("survey.keepWhy", "name", "x")), "<strong>Why?</strong>")
	require.Equal(t, "The first is open from 1 to 2.", wording.English.Say("problem.surveyWindow", "name", "first", "opens", "1", "closes", "2"))
	require.PanicsWithValue(t, "the catalogue has no nothing.here", func() { wording.English.Say("nothing.here") })
	require.Panics(t, func() { wording.English.Say("problem.surveyWindow", "name", "first") }, "a value is missing")
}

func TestDocuments(t *testing.T) {
	p := wording.English.Document("privacy", "controller", "<Trust>", "contact", "")
	require.Equal(t, "Privacy", p.Title)
	body := string(p.Body)
	require.Contains(t, body, "<p>&lt;Trust&gt;</p>\n<h2>What we keep of a survey</h2>\n<ul class=\"nhsuk-list nhsuk-list--bullet\">\n<li>The day")
	require.Contains(t, body, "</ul>\n<h2>")
	require.NotContains(t, body, "<p></p>")
	require.Contains(t, string(wording.English.Document("why").Body), "<ol class=\"nhsuk-list nhsuk-list--number\">\n<li>Ask for a report")
	require.Panics(t, func() { wording.English.Document("none") })
}

// TestEachTextIsUsed holds that no text is left in the catalogue that no page says.
func TestEachTextIsUsed(t *testing.T) {
	var used strings.Builder
	for _, pattern := range []string{"../*.go", "../templates/*.html", "../../intake/*.go"} {
		files, err := filepath.Glob(pattern)
		require.NoError(t, err)
		require.NotEmpty(t, files)
		for _, file := range files {
			if strings.HasSuffix(file, "_test.go") {
				continue
			}
			content, err := os.ReadFile(file)
			require.NoError(t, err)
			used.Write(content)
		}
	}
	var unused []string
	for _, key := range wording.English.Keys() {
		if prefix, _, _ := strings.Cut(key, "."); prefix == "status" || regexp.MustCompile(`^problem\.\d`).MatchString(key) {
			continue // looked up by what they name
		}
		if !strings.Contains(used.String(), `"`+key+`"`) {
			unused = append(unused, key)
		}
	}
	require.Empty(t, unused)
}

// What plain English is: the U.S. Navy's measure of how many years of school a text asks for
// (Kincaid, Fishburne, Rogers and Chissom, 1975), and no sentence that one has to read twice.
const (
	mostGrade = 6.0
	mostWords = 25 // in a sentence
)

func TestPlainEnglish(t *testing.T) {
	texts := map[string][]string{} // by page
	for _, key := range wording.English.Keys() {
		page, _, _ := strings.Cut(key, ".")
		texts["words: "+page] = append(texts["words: "+page], wording.English.PlainWords(key))
	}
	for _, name := range wording.English.Documents() {
		texts["page: "+name] = wording.English.Plain(name)
	}
	for name, list := range texts {
		t.Run(name, func(t *testing.T) {
			words, syllables, sentences := 0, 0, 0
			for _, text := range list {
				for _, sentence := range sentencesOf(text) {
					of := strings.FieldsFunc(sentence, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '\'' })
					if len(of) == 0 {
						continue
					}
					require.LessOrEqual(t, len(of), mostWords, "words of %q", sentence)
					sentences++
					words += len(of)
					for _, w := range of {
						syllables += syllablesOf(w)
					}
				}
			}
			grade := 0.39*float64(words)/float64(sentences) + 11.8*float64(syllables)/float64(words) - 15.59
			require.LessOrEqual(t, grade, mostGrade, "%d sentences of %.1f words of %.2f syllables", sentences, float64(words)/float64(sentences), float64(syllables)/float64(words))
		})
	}
}

func sentencesOf(text string) []string {
	return regexp.MustCompile(`[.?!:]+(\s|$)`).Split(text, -1)
}

var (
	vowels = regexp.MustCompile(`[aeiouy]+`)
	silent = regexp.MustCompile(`([^laeiouy]e|[^td]ed|[^scxz]es|sses|ges)$`)
)

// syllablesOf counts them as English is written: groups of vowels, less an e at the end that is not heard.
func syllablesOf(word string) int {
	word = strings.ToLower(word)
	n := len(vowels.FindAllString(word, -1))
	if n > 1 && silent.MatchString(word) && !strings.HasSuffix(word, "sses") && !strings.HasSuffix(word, "ges") {
		n--
	}
	return max(n, 1)
}

func TestSyllables(t *testing.T) {
	for word, n := range map[string]int{
		"pledge": 1, "learn": 1, "organisation": 5, "survey": 2, "asked": 1, "wanted": 2, "table": 2, "people": 2, "makes": 1, "answers": 2, "code": 1, "the": 1, "11": 1, "changes": 2, "notice": 2,
	} {
		require.Equal(t, n, syllablesOf(word), word)
	}
}
