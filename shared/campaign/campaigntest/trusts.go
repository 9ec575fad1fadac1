package campaigntest

import (
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"learningforlife/shared/campaign"
)

// FewTrusts returns the shipped campaign with a list of five trusts, among them
// the online one, so that random submissions meet in the same cells. It has no frame.
func FewTrusts(t testing.TB) *campaign.Campaign {
	t.Helper()
	return Trusts(t, "RXX,Surrey,mental_health,South East,,\nR0A,Manchester,acute,North West,,\nRJ1,Guy's,acute,London,,\n"+
		"K0N6A,Online,online,National,,\nG6V2S,North London,mental_health,London,,\n", "", "")
}

// Trusts returns the shipped campaign with other lists, whose rows are given without the header lines, and the edits made.
func Trusts(t testing.TB, organisations, successors, workforce string, edits ...Edit) *campaign.Campaign {
	t.Helper()
	files := Files(t, edits...)
	for name, content := range map[string]string{
		"organisations.csv":      "ods_code,name,type,region,open_from,open_to\n" + organisations,
		"successors.csv":         "old_code,new_code,date,verified\n" + successors,
		"workforce_fte_2018.csv": "ods_code,fte_june_2018\n" + workforce,
	} {
		files[name] = &fstest.MapFile{Data: []byte(content)}
	}
	c, err := campaign.Load(files)
	require.NoError(t, err)
	return c
}
