package ui_test

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/skip2/go-qrcode"
	"github.com/stretchr/testify/require"

	"learningforlife/shared/day"
	"learningforlife/shared/web/ui"
	"learningforlife/shared/web/ui/htmltest"
	"learningforlife/shared/web/ui/sample"
)

// hostile is text that must come out as text wherever it is put.
const hostile = `"><script>alert(1)</script><b style='x' onclick=y>` + "\u202e\x00'&amp;"

// pages are the samples by name.
func pages(t *testing.T, text string) map[string]ui.Page {
	t.Helper()
	list, err := sample.Pages(text)
	require.NoError(t, err)
	named := map[string]ui.Page{}
	for _, p := range list {
		require.NotContains(t, named, p.Name)
		named[p.Name] = p.Page
	}
	return named
}

func write(t *testing.T, p ui.Page) string {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, ui.Write(&b, p))
	return b.String()
}

func TestEveryPageIsSound(t *testing.T) {
	for state, text := range map[string]string{"plain": "", "typical": "Ask me", "hostile": hostile} {
		for name, p := range pages(t, text) {
			t.Run(state+"/"+name, func(t *testing.T) {
				body := write(t, p)
				htmltest.Parse(t, body)
				require.NotContains(t, body, "<script>")
				require.NotContains(t, body, "ZgotmplZ", "no value stands where the template engine cannot make it safe")
				require.Equal(t, 2, strings.Count(body, "<script"))
				require.NotContains(t, body, "nhsuk-header__logo", "the NHS logo is a trade mark")
			})
		}
	}
}

func TestFaultsStandInTheSummaryAndAtTheField(t *testing.T) {
	body := write(t, pages(t, "Say it.")["survey-whole"])
	p := htmltest.Parse(t, body)
	require.Len(t, p.Faults(), 5)
	require.Contains(t, p.Text("title"), "Error: Second surveySay it.: all questions")
	require.Equal(t, 4, strings.Count(body, `<span class="nhsuk-u-visually-hidden">Error: </span>Say it.`), "each field says the same")
	require.Equal(t, "input", p.ByID("before").Data)
	require.Equal(t, "input", p.ByID("answers.A1").Data, "the way leads to the first radio button")
	date := htmltest.Parse(t, write(t, pages(t, "Say it.")["pledge-date"]))
	require.Equal(t, "input", date.ByID("dueOn").Data, "the way leads to the first of the three fields")
}

func TestValuesAreKept(t *testing.T) {
	form := htmltest.Parse(t, write(t, pages(t, "Say it.")["survey-whole"])).Form("Send my answers")
	require.Equal(t, "POST", form.Method)
	for name, value := range map[string]string{"state": "stateSay it.", "bandGroup": "Say it.1", "answers.A1": "Say it.1", "answers.A6": "Say it.1", "before": "Say it.", "go": "send"} {
		require.Equal(t, value, form.Values.Get(name), name)
	}
}

func TestOwnWordsKeepTheirLines(t *testing.T) {
	words, err := ui.OwnWordsField(ui.OwnWords{Words: "\nTwo\nlines", Field: "ownWords", ShowField: "display", Most: 200})
	require.NoError(t, err)
	form := htmltest.Parse(t, write(t, ui.Step{Title: "x", Method: "post", Address: "/pledge", Below: words, Send: "Continue"})).Form("Continue")
	require.Equal(t, "\nTwo\nlines", form.Values.Get("ownWords"))
}

// TestTheSquareCodeHoldsTheLink reads the drawing back.
func TestTheSquareCodeHoldsTheLink(t *testing.T) {
	link := "https://site.example/survey/after/RXX#S-2EN6-QMHV-YD88-4FPE-2J0H-2W18-Y1RE-3G3G"
	body := write(t, ui.SurveyDone{Code: "S", Next: &ui.Survey{}, ReturnURL: link, WithdrawURL: "/"})
	want, err := qrcode.New(link, qrcode.Low)
	require.NoError(t, err)
	rows := want.Bitmap()
	got := make([][]bool, len(rows))
	for i := range got {
		got[i] = make([]bool, len(rows))
	}
	drawn := regexp.MustCompile(`<path d="([^"]*)"`).FindStringSubmatch(body)
	require.NotNil(t, drawn)
	for _, part := range regexp.MustCompile(`M(\d+) (\d+)h(\d+)v1h-(\d+)z`).FindAllStringSubmatch(drawn[1], -1) {
		var x, y, n int
		_, err := fmt.Sscan(part[1]+" "+part[2]+" "+part[3], &x, &y, &n)
		require.NoError(t, err)
		for i := range n {
			got[y][x+i] = true
		}
	}
	require.Equal(t, rows, got)
}

func TestClosedOrganisation(t *testing.T) {
	require.Equal(t, "Old Trust is closed, so it takes no part.", ui.ClosedOrganisation("Old Trust", nil))
	require.Equal(t, "Old Trust is closed, so it takes no part. Start again and choose New Trust or Other Trust.",
		ui.ClosedOrganisation("Old Trust", []string{"New Trust", "Other Trust"}))
	require.Equal(t, "New Trust opens on 1 April 2027.", ui.NotYetOpenOrganisation("New Trust", day.Must("2027-04-01")))
}
