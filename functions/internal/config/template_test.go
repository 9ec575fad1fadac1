package config_test

import (
	"maps"
	"slices"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/stretchr/testify/require"

	"learningforlife/functions/internal/config"
	"learningforlife/infra/infratest"
)

// TestTheTemplateSetsWhatIsRead holds that each function is given exactly the variables that it reads.
func TestTheTemplateSetsWhatIsRead(t *testing.T) {
	var template struct {
		Resources map[string]struct {
			Properties struct {
				Environment struct{ Variables map[string]any }
			}
		}
	}
	require.NoError(t, json.Unmarshal(infratest.Template(t), &template))
	for function, read := range map[string]func(look func(string) (string, bool)) error{
		"IntakeFunction":    func(look func(string) (string, bool)) error { _, err := config.ReadIntake(look); return err },
		"DashboardFunction": func(look func(string) (string, bool)) error { _, err := config.ReadDashboard(look); return err },
		"AdminFunction":     func(look func(string) (string, bool)) error { _, err := config.ReadAdmin(look); return err },
		"AggregateFunction": func(look func(string) (string, bool)) error { _, err := config.ReadAggregate(look); return err },
	} {
		looked := map[string]bool{}
		require.NoError(t, read(func(name string) (string, bool) {
			looked[name] = true
			return all.look(name)
		}))
		set := template.Resources[function].Properties.Environment.Variables
		require.Equal(t, slices.Sorted(maps.Keys(set)), slices.Sorted(maps.Keys(looked)), function)
	}
}
