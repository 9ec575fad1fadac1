package coverage

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"learningforlife/shared/campaign"
)

func BenchmarkReplicate(b *testing.B) {
	c, err := campaign.Shipped()
	require.NoError(b, err)
	s, err := newSetting(c)
	require.NoError(b, err)
	m := newMeasure(s, Scenarios[0])
	for b.Loop() {
		m.play(0, rand.New(rand.NewPCG(1, 2)))
	}
}
