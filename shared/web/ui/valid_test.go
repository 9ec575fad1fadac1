package ui_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestEveryPageIsValid lets html-validate look at each page and state, as it is and with something wrong
// everywhere. Of its recommended rules scripts/tools/html-validate.json relaxes or switches off:
//
//	valid-id           fields are named as the API names them, answers.A1, and controls after their fields
//	no-redundant-role  nhsuk-frontend gives the group of a date its role once more, without which JAWS is silent
//	unique-landmark    the dashboard may have an objective's table for England and one for what was chosen
//	long-title         titles hold the names of surveys, which are the campaign's
func TestEveryPageIsValid(t *testing.T) {
	const tools = "../../../.tools/node_modules/.bin/html-validate"
	_, err := os.Stat(tools)
	require.NoError(t, err, "there is no html-validate to test with: scripts/test installs it")
	folder := t.TempDir()
	for state, text := range map[string]string{"plain": "", "wrong": "Choose one of these"} {
		for name, p := range pages(t, text) {
			require.NoError(t, os.WriteFile(filepath.Join(folder, state+"-"+name+".html"), []byte(write(t, p)), 0o600))
		}
	}
	check := exec.Command(tools, "--config", "../../../scripts/tools/html-validate.json", filepath.Join(folder, "*.html"))
	out, err := check.CombinedOutput()
	require.NoError(t, err, string(out))
}
