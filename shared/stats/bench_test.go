package stats_test

import (
	"testing"

	"learningforlife/shared/stats"
)

// BenchmarkShrinkLevels is of as many organisations as there are, with answers of real size.
func BenchmarkShrinkLevels(b *testing.B) {
	yes, n := make([]int, 202), make([]int, 202)
	for i := range n {
		n[i] = 40 + i*i%997
		yes[i] = n[i] * (40 + i*7%23) / 100
	}
	for b.Loop() {
		if levels, ok := stats.ShrinkLevels(yes, n); !ok || levels.One {
			b.Fatal("there is a spread between the organisations")
		}
	}
}
