package disclosure_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"learningforlife/shared/campaign"
	"learningforlife/shared/campaign/campaigntest"
	"learningforlife/shared/day"
	"learningforlife/shared/score"
	"learningforlife/shared/submission"
	"learningforlife/shared/tally"
)

// The campaign of the histories: EEE becomes a part of AAA between the surveys, FFF is small, WWW is the online one,
// and ZZZ has no size. Five organisations of London have boards.
func histories(t testing.TB) *campaign.Campaign {
	return campaigntest.Trusts(t,
		"AAA,A,acute,London,,\nBBB,B,acute,London,,\nEEE,E,acute,London,,2026-06-14\nGGG,G,acute,London,,\nHHH,H,mental_health,London,,\n"+
			"CCC,C,acute,South East,,\nDDD,D,mental_health,South East,,\nFFF,F,community,South East,,\nZZZ,Z,community,South East,,\nWWW,W,online,National,,\n",
		"EEE,AAA,2026-06-15,yes\n", "AAA,1000\nBBB,500\nEEE,300\nGGG,200\nHHH,250\nCCC,900\nDDD,700\nFFF,100\n",
		campaigntest.JSON(`"First survey", "opens": "2026-01-01", "closes": "2030-12-31"`, `"First survey", "opens": "2026-03-01", "closes": "2026-05-15"`),
		campaigntest.JSON(`"Second survey", "opens": "2026-01-01", "closes": "2030-12-31"`, `"Second survey", "opens": "2026-05-01", "closes": "2026-07-31"`))
}

// item is something that is stored, and who it is of.
type item struct {
	key          submission.Key
	row          submission.Row
	organisation string
	wave         int
	board        bool
	response     *submission.Response
	linked       bool // an after-response names it
}

// history is a campaign that is played at random.
type history struct {
	*rapid.T
	c      *campaign.Campaign
	random *rand.Rand
	on     day.Day
	live   []item
	aside  []item // in quarantine
	leave  []item // came in the last step and leave in the next
}

type source struct{ *rand.Rand }

func (s source) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = byte(s.Uint32())
	}
	return len(p), nil
}

func (h *history) key(kind submission.Kind) submission.Key {
	receipt, err := submission.Mint(h.on, source{h.random})
	require.NoError(h, err)
	return receipt.Key(kind)
}

func (h *history) number(low, high int, what string) int {
	return rapid.IntRange(low, high).Draw(h.T, what)
}

// gain has so many people answer, some of them linked to an answer of the first survey. People who are alike all answer the same.
func (h *history) gain(n int, organisation string, wave, band int, board, alike bool) (came []item) {
	c := h.c
	answers := h.answers()
	for range n {
		if !alike {
			answers = h.answers()
		}
		r := submission.Response{Wave: wave, Organisation: organisation, Audience: c.Audience("staff"), BandGroup: band, Answers: make([]int, len(c.Questions))}
		if board {
			r.Audience = c.Audience("board")
		}
		for q, question := range c.Questions {
			b := question.AskedIf
			if c.Asked(q, wave, r.Audience) && (b == nil || r.Answers[b.Question] == b.Answer+1) {
				r.Answers[q] = answers[q]
			}
		}
		if wave == c.FollowUp() && h.random.IntN(2) == 0 {
			before := slices.IndexFunc(h.live, func(i item) bool {
				return i.response != nil && !i.linked && i.wave == c.Baseline() && i.organisation == organisation && i.response.BandGroup == band && i.board == board
			})
			if before >= 0 {
				h.live[before].linked, r.Before = true, h.live[before].key.Link()
			}
		}
		came = append(came, item{key: h.key(submission.KindResponse), row: r.Pack(c), organisation: organisation, wave: wave, board: board, response: &r})
	}
	h.live = append(h.live, came...)
	return came
}

// answers are one to every question, now and then none. A question opened by another is mostly put.
func (h *history) answers() []int {
	list := make([]int, len(h.c.Questions))
	for q := range list {
		if h.random.IntN(12) > 0 {
			list[q] = 1 + h.random.IntN(min(len(h.c.Answers(q)), 2+3*h.random.IntN(2)))
		}
	}
	return list
}

func (h *history) pledge(n int, organisation string, board bool) {
	for range n {
		p := submission.Pledge{Organisation: organisation, Audience: h.c.Audience("staff"), OwnWords: "Learn.", Status: submission.Made, Version: 1}
		if board {
			p.Audience = h.c.Audience("board")
		}
		h.live = append(h.live, item{key: h.key(submission.KindPledge), row: p.Pack(h.c), organisation: organisation, wave: -1, board: board})
	}
}

// edit has so many pledges of the organisation change their status.
func (h *history) edit(n int, organisation string) {
	for i, of := range h.live {
		if n > 0 && of.wave < 0 && of.organisation == organisation {
			p, err := of.row.Pledge(h.c)
			require.NoError(h, err)
			p.Status = submission.Statuses[h.random.IntN(len(submission.Statuses))]
			p.Version++
			h.live[i].row = p.Pack(h.c)
			n--
		}
	}
}

// lose takes so many items of the organisation and wave out, and returns them.
func (h *history) lose(n int, organisation string, wave int) (gone []item) {
	h.random.Shuffle(len(h.live), func(i, j int) { h.live[i], h.live[j] = h.live[j], h.live[i] })
	h.live = slices.DeleteFunc(h.live, func(i item) bool {
		out := n > 0 && i.organisation == organisation && i.wave == wave
		if out {
			gone, n = append(gone, i), n-1
		}
		return out
	})
	return gone
}

// step is what happens between two releases.
func (h *history) step() {
	h.on += day.Day(h.number(2, 14, "days"))
	gone := h.leave
	h.live = slices.DeleteFunc(h.live, func(i item) bool {
		return slices.ContainsFunc(gone, func(of item) bool { return of.key == i.key })
	})
	h.leave = nil
	open := slices.DeleteFunc([]int{h.c.Baseline(), h.c.FollowUp()}, func(w int) bool { return !h.c.Waves[w].Open(h.on) })
	for range h.number(1, 8, "events") {
		organisation := rapid.SampledFrom([]string{"AAA", "AAA", "BBB", "EEE", "EEE", "CCC", "CCC", "DDD", "FFF", "ZZZ", "WWW"}).Draw(h.T, "organisation")
		band := rapid.SampledFrom([]int{0, 0, 1, 1, 2, 3, 4}).Draw(h.T, "band")
		wave := h.number(0, 1, "wave")
		if len(open) > 0 {
			wave = open[wave%len(open)]
		}
		kind := h.number(0, 11, "what happens")
		if !slices.Contains(open, wave) && kind < 6 {
			kind = 6
		}
		switch kind {
		case 0, 1, 2:
			h.gain(h.number(1, 40, "people"), organisation, wave, band, false, false)
		case 3: // few people, or all alike
			h.gain(h.number(1, 15, "people"), organisation, wave, band, false, h.number(0, 1, "alike") == 0)
		case 4: // eleven come, and leave again
			h.leave = append(h.leave, h.gain(11, organisation, wave, band, false, false)...)
		case 5:
			for _, trust := range []string{"AAA", "BBB", "EEE", "GGG", "HHH"} {
				h.gain(h.number(0, 6, "board"), trust, wave, 2, true, false)
			}
		case 6, 7:
			h.lose(h.number(1, 25, "people"), organisation, wave)
		case 8: // one leaves and one joins, even where a wave is over
			h.gain(len(h.lose(1, organisation, wave)), organisation, wave, band, false, false)
		case 9: // a burst is taken out, or put back
			if h.number(0, 1, "back") == 0 {
				h.aside = append(h.aside, h.lose(h.number(1, 60, "burst"), organisation, wave)...)
			} else {
				h.live, h.aside = append(h.live, h.aside...), nil
			}
		case 10:
			h.pledge(h.number(1, 15, "pledges"), organisation, h.number(0, 1, "board") == 0)
		case 11:
			h.edit(h.number(1, 30, "edits"), organisation)
			h.lose(h.number(0, 12, "pledges"), organisation, -1)
		}
	}
}

// current is all there is on the day.
func (h *history) current(l *tally.Layout) score.Tables {
	counter := l.Counter()
	for i := range h.live {
		require.NoError(h, counter.Visit(&h.live[i].key, h.live[i].row))
	}
	counted, err := tally.Resolve([]*tally.Counter{counter})
	require.NoError(h, err)
	return score.Gather(counted, h.c.Frame(h.on))
}
