package figures_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"learningforlife/shared/campaign/campaigntest"
	"learningforlife/shared/release"
)

// agreement is so many people by their answers to A1, from "I strongly agree" to "I do not know". Those who agree say
// that they learned, and that it helped.
func agreement(organisation, band string, counts ...int) (list []people) {
	for i, answer := range []string{"strongly_agree", "agree", "neither", "disagree", "strongly_disagree", "dont_know"} {
		answers := map[string]string{"A1": answer, "A2": "no"}
		if i < 2 {
			answers = map[string]string{"A1": answer, "A2": "yes", "A6": "agree"}
		}
		list = append(list, people{counts[i], organisation, band, "staff", "before", answers})
	}
	return list
}

func bar(t *testing.T, s release.Score, question string) release.Bar {
	t.Helper()
	for _, b := range s.Details.Bars {
		if b.Question == question {
			return b
		}
	}
	return release.Bar{Question: question}
}

// TestBarsShowNoAnswerOfFewerThanThree: they join, and where that does not help there is no bar.
func TestBarsShowNoAnswerOfFewerThanThree(t *testing.T) {
	c := campaigntest.FewTrusts(t)
	joined := func(agree, other, disagree int) []release.Share {
		return []release.Share{{Answers: []string{"strongly_agree", "agree"}, Percent: agree}, {Answers: []string{"neither", "dont_know"}, Percent: other},
			{Answers: []string{"disagree", "strongly_disagree"}, Percent: disagree}}
	}
	single := func(percents ...int) (list []release.Share) {
		for i, answer := range []string{"strongly_agree", "agree", "neither", "disagree", "strongly_disagree", "dont_know"} {
			list = append(list, release.Share{Answers: []string{answer}, Percent: percents[i]})
		}
		return list
	}
	for _, of := range []struct {
		counts []int
		want   []release.Share
	}{
		{[]int{10, 20, 10, 5, 3, 3}, single(20, 39, 20, 10, 6, 6)}, // of 51; they need not add up to 100
		{[]int{5, 5, 5, 5, 5, 15}, single(13, 13, 13, 13, 13, 38)}, // 12.5 and 37.5 of 40: halves away from zero
		{[]int{10, 20, 10, 5, 3, 2}, joined(60, 24, 16)},
		{[]int{0, 30, 12, 8, 0, 0}, joined(60, 24, 16)},
		{[]int{10, 20, 2, 5, 13, 1}, joined(59, 6, 35)}, // 3 of 51
		{[]int{10, 20, 1, 5, 3, 1}, nil},
		{[]int{1, 1, 10, 10, 10, 10}, nil},
		{[]int{20, 20, 5, 1, 1, 5}, nil},
	} {
		r := show(t, c, today, release.Release{}, agreement("RXX", "1-4", of.counts...)...)
		require.Equal(t, of.want, bar(t, row(t, r, 1, "nation", "ENG", "all"), "A1").Before, "%v", of.counts)
	}
	require.Nil(t, bar(t, row(t, show(t, c, today, release.Release{}, agreement("RXX", "1-4", 3, 2, 2, 1, 1, 1)...), 1, "nation", "ENG", "all"), "A1").Before, "ten people")
}

// TestBarsStandBesideNationAndRegionsAlone: the nation's of all and of bands 1 to 4, a region's of all.
func TestBarsStandBesideNationAndRegionsAlone(t *testing.T) {
	c := campaigntest.FewTrusts(t)
	r := show(t, c, today, release.Release{}, append(agreement("RXX", "1-4", 10, 10, 10, 10, 10, 10), agreement("RXX", "5-7", 10, 10, 10, 10, 10, 10)...)...)
	shown := 0
	for _, s := range r.Scores {
		if s.Objective != 1 || s.Before.Value == nil {
			continue
		}
		want := s.Level == "nation" && (s.Group == "all" || s.Group == "bands_1_4") || s.Level == "region" && s.Group == "all"
		require.Equal(t, want, s.Details.Bars != nil, "%s %s", s.Level, s.Group)
		if want {
			shown++
		}
	}
	require.Equal(t, 3, shown)
	require.Equal(t, []release.Share{{Answers: []string{"yes"}, Percent: 33}, {Answers: []string{"no", "not_sure"}, Percent: 67}},
		bar(t, row(t, r, 1, "region", "South East", "all"), "A2").Before, "40 of 120")
	require.Nil(t, bar(t, row(t, r, 1, "nation", "ENG", "all"), "A2").After)
}

// TestBarsAreWeightedLikeScores: bands 1 to 4 are two fifths of the staff, and half of them say yes; of the others, three quarters do.
func TestBarsAreWeightedLikeScores(t *testing.T) {
	c := campaigntest.Trusts(t, "AAA,A,acute,London,,\n", "", "AAA,1000\n")
	r := show(t, c, today, release.Release{}, append(agreement("AAA", "1-4", 10, 10, 5, 5, 5, 5), agreement("AAA", "5-7", 15, 15, 3, 3, 2, 2)...)...)
	require.Equal(t, []release.Share{{Answers: []string{"yes"}, Percent: 65}, {Answers: []string{"no", "not_sure"}, Percent: 35}},
		bar(t, row(t, r, 1, "nation", "ENG", "all"), "A2").Before)
}

// TestWhatStaffSeeStandsBesideWhatBoardsSay: A3 is asked of staff, and belongs to the objective of boards.
func TestWhatStaffSeeStandsBesideWhatBoardsSay(t *testing.T) {
	c := campaigntest.FewTrusts(t)
	var groups []people
	for i, answer := range []string{"agree", "neither", "disagree"} {
		groups = append(groups, people{[]int{10, 6, 4}[i], "RXX", "1-4", "staff", "before", map[string]string{"A3": answer}})
	}
	for _, trust := range []string{"RXX", "R0A", "RJ1", "K0N6A", "G6V2S"} { // each in London or a region of its own
		groups = append(groups, people{6, trust, "8-9", "board", "before", map[string]string{"B1": "agree", "B2": "yes"}},
			people{6, trust, "8-9", "board", "before", map[string]string{"B1": "disagree", "B2": "no"}})
	}
	s := row(t, show(t, c, today, release.Release{}, groups...), 2, "nation", "ENG", "board")
	require.Equal(t, []release.Share{{Answers: []string{"strongly_agree", "agree"}, Percent: 50}, {Answers: []string{"neither", "dont_know"}, Percent: 30},
		{Answers: []string{"disagree", "strongly_disagree"}, Percent: 20}}, bar(t, s, "A3").Before)
	require.Nil(t, bar(t, s, "B2").Before, "no region has five organisations")
}
