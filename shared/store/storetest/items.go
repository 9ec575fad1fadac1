package storetest

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"learningforlife/shared/campaign"
	"learningforlife/shared/day"
	"learningforlife/shared/submission"
)

// today is the day on which most of the tests take place.
var today = day.Must("2026-11-22")

// item is a submission as it is stored.
type item struct {
	key submission.Key
	row submission.Row
}

// maker makes items: the same ones in every run of a test.
type maker struct {
	campaign *campaign.Campaign
	bytes    *rand.ChaCha8
	numbers  *rand.Rand
}

func newMaker(c *campaign.Campaign) *maker {
	source := rand.NewChaCha8([32]byte{})
	return &maker{campaign: c, bytes: source, numbers: rand.New(source)}
}

func (m *maker) receipt(t *testing.T, on day.Day) submission.Receipt {
	receipt, err := submission.Mint(on, m.bytes)
	require.NoError(t, err)
	return receipt
}

func (m *maker) key(t *testing.T, kind submission.Kind, on day.Day) submission.Key {
	return m.receipt(t, on).Key(kind)
}

// response makes a response to some of the questions. Every fourth names an earlier one.
func (m *maker) response(t *testing.T, on day.Day) item {
	s := submission.Response{
		Wave:         m.numbers.IntN(len(m.campaign.Waves)),
		Organisation: "RXX",
		BandGroup:    m.numbers.IntN(len(m.campaign.BandGroups)),
		Answers:      make([]int, len(m.campaign.Questions)),
	}
	for q := range s.Answers {
		s.Answers[q] = m.numbers.IntN(1 + len(m.campaign.Answers(q)))
	}
	if m.numbers.IntN(4) == 0 {
		before := m.key(t, submission.KindResponse, max(on-30, submission.FirstDay))
		s.Before = before.Link()
	}
	return item{m.key(t, submission.KindResponse, on), s.Pack(m.campaign)}
}

// pledge makes a pledge in the words.
func (m *maker) pledge(t *testing.T, on day.Day, words string) item {
	return item{m.key(t, submission.KindPledge, on), m.inWords(words).Pack(m.campaign)}
}

func (m *maker) inWords(words string) submission.Pledge {
	return submission.Pledge{Organisation: "RXX", OwnWords: words, Status: submission.Made, Version: 1}
}

// item makes an item of the kind.
func (m *maker) item(t *testing.T, kind submission.Kind, on day.Day) item {
	if kind == submission.KindResponse {
		return m.response(t, on)
	}
	return m.pledge(t, on, fmt.Sprintf("I will read %d books.", m.numbers.IntN(1000)))
}

// longest is own words of the most bytes there can be: 200 characters of four bytes.
func longest() string { return strings.Repeat("📚", submission.MaxOwnWords) }

// clients is how many callers a test that is in a hurry has.
const clients = 32

// addAll adds the items, many at a time.
func (s *trial) addAll(t *testing.T, items []item) {
	var group errgroup.Group
	group.SetLimit(clients)
	for _, it := range items {
		group.Go(func() error {
			_, created, err := s.Add(context.Background(), it.key, it.row)
			if err == nil && !created {
				return fmt.Errorf("item %x was there before it was added", it.key)
			}
			return err
		})
	}
	require.NoError(t, group.Wait())
}

// content is items by key.
type content map[submission.Key]string

func contentOf(items []item) content {
	c := content{}
	for _, it := range items {
		c[it.key] = string(it.row)
	}
	return c
}

// requireStored requires that exactly the row stands under the key.
func (s *trial) requireStored(t require.TestingT, key submission.Key, row submission.Row) {
	stored, err := s.Get(context.Background(), key)
	require.NoError(t, err)
	require.Equal(t, row, stored)
}

// requireNone requires that nothing stands under the key.
func (s *trial) requireNone(t require.TestingT, key submission.Key) {
	_, err := s.Get(context.Background(), key)
	require.ErrorIs(t, err, submission.ErrNotFound)
}
