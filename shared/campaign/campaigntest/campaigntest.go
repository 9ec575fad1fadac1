// Package campaigntest makes campaigns for tests: the shipped one, with a few
// texts of its files replaced. A test that needs a closed wave or one question
// more says just that and stays right when the shipped files change elsewhere.
package campaigntest

import (
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"learningforlife/shared/campaign"
)

// Edit replaces a text that stands exactly once in a file.
type Edit struct{ File, Old, New string }

// JSON is an edit of campaign.json.
func JSON(before, after string) Edit { return Edit{"campaign.json", before, after} }

// Files returns the shipped files with the edits made, in their order.
func Files(t testing.TB, edits ...Edit) fstest.MapFS {
	t.Helper()
	shipped, err := campaign.Files()
	require.NoError(t, err)
	names, err := fs.Glob(shipped, "*")
	require.NoError(t, err)
	files := fstest.MapFS{}
	for _, name := range names {
		content, err := fs.ReadFile(shipped, name)
		require.NoError(t, err)
		files[name] = &fstest.MapFile{Data: content}
	}
	for _, e := range edits {
		require.Contains(t, files, e.File)
		content := string(files[e.File].Data)
		require.Equal(t, 1, strings.Count(content, e.Old), "%s: how often %q stands there", e.File, e.Old)
		files[e.File].Data = []byte(strings.Replace(content, e.Old, e.New, 1))
	}
	return files
}

// Load returns the campaign in the shipped files with the edits made.
func Load(t testing.TB, edits ...Edit) *campaign.Campaign {
	t.Helper()
	c, err := campaign.Load(Files(t, edits...))
	require.NoError(t, err)
	return c
}

// NewQuestion adds question A9, asked of staff and managers in the second survey.
var NewQuestion = JSON(`
    {"id": "B1", "number": 9,`, `
    {"id": "A9", "number": 12, "objective": 1, "audiences": ["staff", "manager"], "waves": ["after"], "scale": "yes_no",
      "text": "Did somebody help you to find learning?"},
    {"id": "B1", "number": 9,`)

// NewWave adds a wave "later", which follows "before" and asks A1.
var NewWave = []Edit{
	JSON(`"follows": "before"}
  ],`, `"follows": "before"},
    {"id": "later", "number": 3, "name": "Third survey", "opens": "2028-01-01", "closes": "2030-12-31", "follows": "before"}
  ],`),
	JSON(`{"id": "A1", "number": 1, "objective": 1, "audiences": ["staff", "manager", "learning_rep"], "waves": ["before", "after"]`,
		`{"id": "A1", "number": 1, "objective": 1, "audiences": ["staff", "manager", "learning_rep"], "waves": ["before", "after", "later"]`),
}
