package main

import (
	"fmt"
	"maps"
	"math"
	"os"
	"slices"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// published is one worked case.
type published struct {
	ID        string         `json:"id"`
	Method    string         `json:"method"`
	Inputs    jsontext.Value `json:"inputs"`
	Expected  map[string]any `json:"expected"`
	Tolerance float64        `json:"tolerance"`
}

func load(path string) ([]published, error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("reading: %w", err)
	}
	var file struct {
		Cases []published `json:"cases"`
	}
	if err := json.Unmarshal(content, &file); err != nil {
		return nil, fmt.Errorf("reading: %w", err)
	}
	return file.Cases, nil
}

// failures says what is wrong with the case, one sentence each.
func (c published) failures() []string {
	m, known := methods[c.Method]
	switch {
	case !known:
		return []string{fmt.Sprintf("unknown method %q", c.Method)}
	case len(c.Expected) == 0:
		return []string{"nothing is expected"}
	case !(c.Tolerance >= 0):
		return []string{fmt.Sprintf("tolerance %v is below 0", c.Tolerance)}
	}
	got, err := m.compute(c.Inputs)
	if err != nil {
		return []string{err.Error()}
	}
	return compare("", got, c.Expected, func(got, want float64) bool {
		tolerance := c.Tolerance
		if m.relative {
			tolerance *= math.Abs(want)
		}
		return math.Abs(got-want) <= tolerance // and not if either is no number
	})
}

// compare walks what is expected. What was computed beyond it does not matter.
func compare(key string, got, want any, near func(got, want float64) bool) (wrong []string) {
	different := func() []string { return []string{fmt.Sprintf("%s: got %v, want %v", key, got, want)} }
	switch want := want.(type) {
	case map[string]any:
		computed, ok := got.(values)
		if !ok {
			return different()
		}
		for _, name := range slices.Sorted(maps.Keys(want)) {
			inner := name
			if key != "" {
				inner = key + "." + name
			}
			if value, ok := computed[name]; ok {
				wrong = append(wrong, compare(inner, value, want[name], near)...)
			} else {
				wrong = append(wrong, fmt.Sprintf("%s: got nothing, want %v", inner, want[name]))
			}
		}
		return wrong
	case []any:
		computed, ok := got.([]any)
		if !ok || len(computed) != len(want) {
			return different()
		}
		for i := range want {
			wrong = append(wrong, compare(fmt.Sprintf("%s[%d]", key, i), computed[i], want[i], near)...)
		}
		return wrong
	case float64:
		if computed, ok := got.(float64); ok && near(computed, want) {
			return nil
		}
	case string, nil:
		if got == want {
			return nil
		}
	}
	return different()
}
