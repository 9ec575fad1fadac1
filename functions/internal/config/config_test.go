package config_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"learningforlife/functions/internal/config"
)

// environment is variables by their names.
type environment map[string]string

func (e environment) look(name string) (string, bool) {
	value, found := e[name]
	return value, found
}

var all = environment{
	"SITE": "https://learning.example.org", "LIMIT": "2000",
	"SUBMISSIONS_TABLE": "s", "CHANGES_TABLE": "c", "WORKINGS_TABLE": "w", "RELEASES_TABLE": "r", "SETTINGS_TABLE": "t",
	"FORM_KEY_PARAMETER": "/learning/form-key", "SITE_BRAND": "A Trust", "DATA_CONTROLLER": "A Controller", "CONTACT": "a@example.org",
	"ADMIN_TOKEN_PARAMETER": "/learning/token", "AGGREGATE_FUNCTION": "aggregate",
}

func TestEachFunctionReadsItsOwn(t *testing.T) {
	intake, err := config.ReadIntake(all.look)
	require.NoError(t, err)
	require.Equal(t, config.Intake{Site: "https://learning.example.org", Limit: 2000, Submissions: "s", Changes: "c",
		FormKey: "/learning/form-key", Brand: "A Trust", Controller: "A Controller", Contact: "a@example.org"}, intake)
	dashboard, err := config.ReadDashboard(all.look)
	require.NoError(t, err)
	require.Equal(t, config.Dashboard{Site: "https://learning.example.org", Releases: "r", Token: "/learning/token"}, dashboard)
	admin, err := config.ReadAdmin(all.look)
	require.NoError(t, err)
	require.Equal(t, config.Admin{Site: "https://learning.example.org", Settings: "t", Aggregate: "aggregate", Token: "/learning/token"}, admin)
	aggregate, err := config.ReadAggregate(all.look)
	require.NoError(t, err)
	require.Equal(t, config.Aggregate{Submissions: "s", Changes: "c", Workings: "w", Releases: "r", Settings: "t"}, aggregate)
}

func TestAllFaultsAreToldAtOnce(t *testing.T) {
	nothing := environment{}
	_, err := config.ReadIntake(nothing.look)
	require.EqualError(t, err, "reading the environment: SITE is not set\nLIMIT is not set\nSUBMISSIONS_TABLE is not set\nCHANGES_TABLE is not set\nFORM_KEY_PARAMETER is not set")
	_, err = config.ReadDashboard(nothing.look)
	require.EqualError(t, err, "reading the environment: SITE is not set\nRELEASES_TABLE is not set\nADMIN_TOKEN_PARAMETER is not set")
	_, err = config.ReadAdmin(nothing.look)
	require.EqualError(t, err, "reading the environment: SITE is not set\nSETTINGS_TABLE is not set\nAGGREGATE_FUNCTION is not set\nADMIN_TOKEN_PARAMETER is not set")
	_, err = config.ReadAggregate(nothing.look)
	require.EqualError(t, err, "reading the environment: SUBMISSIONS_TABLE is not set\nCHANGES_TABLE is not set\nWORKINGS_TABLE is not set\nRELEASES_TABLE is not set\nSETTINGS_TABLE is not set")
}

func TestWhatIsWrong(t *testing.T) {
	const address = "SITE is not an address without a slash at the end, such as https://learning.example.org"
	for _, test := range []struct{ name, value, fault string }{
		{"SITE", "", "SITE is empty"},
		{"SITE", "https://learning.example.org/", address},
		{"SITE", "learning.example.org", address},
		{"SITE", "ftp://learning.example.org", address},
		{"SITE", "https://", address},
		{"SITE", "https://learning.example.org?x", address},
		{"SITE", "https://learning.example.org#x", address},
		{"SITE", "https://somebody@learning.example.org", address},
		{"SITE", "https://learning.example.org:x", address},
		{"LIMIT", "", "LIMIT is empty"},
		{"LIMIT", "-1", "LIMIT is not a whole number from 0"},
		{"LIMIT", "1e3", "LIMIT is not a whole number from 0"},
		{"LIMIT", "99999999999999999999", "LIMIT is not a whole number from 0"},
		{"CHANGES_TABLE", "", "CHANGES_TABLE is empty"},
	} {
		look := func(name string) (string, bool) {
			if name == test.name {
				return test.value, true
			}
			return all.look(name)
		}
		_, err := config.ReadIntake(look)
		require.EqualError(t, err, "reading the environment: "+test.fault, "%s=%s", test.name, test.value)
	}
}

func TestSites(t *testing.T) {
	for _, site := range []string{"http://127.0.0.1:8080", "https://example.org/learning", "http://[::1]:8080"} {
		look := func(name string) (string, bool) {
			if name == "SITE" {
				return site, true
			}
			return all.look(name)
		}
		got, err := config.ReadIntake(look)
		require.NoError(t, err)
		require.Equal(t, site, got.Site)
	}
}
