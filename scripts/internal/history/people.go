package history

import (
	"encoding/binary"
	"math"
	"math/rand/v2"
	"slices"

	"learningforlife/shared/campaign"
	"learningforlife/shared/day"
	"learningforlife/shared/submission"
)

// The two waves.
const (
	before = iota
	after
)

var waveIDs = [2]string{"before", "after"}

// crowd is all who answer, and what they do from week to week.
type crowd struct {
	random *rand.Rand
	trusts []trust
	// plans are, by week, those who answer in it.
	plans [Weeks][]plan
	// kept are, by trust, those of the first survey who may answer the second with the receipt they kept.
	kept [][]answered
	// regret are those who withdraw in a week, and promises pledges that are opened again.
	regret   [Weeks][]answered
	promises []promise
}

// trust is an organisation with how its people answer.
type trust struct {
	code   string
	region string
	weight float64 // of its share of all answers
	most   int     // answers of a wave; 0 for any number
	leans  float64 // how much its people agree, on the scale of log odds
}

// plan is that somebody of a trust answers a wave.
type plan struct{ trust, wave int }

// answered is a response that was sent.
type answered struct {
	receipt        submission.Receipt
	trust, wave    int
	code           string
	audience, band string
	based          bool // in the base of the table that objectives 1 and 4 share
	draft          submission.ResponseDraft
}

type promise struct {
	receipt submission.Receipt
	status  submission.Status
}

// acts are what people do in a week.
type acts struct {
	responses, withdrawn []answered
	pledges              []submission.PledgeDraft
	progress             []promise
}

const (
	smallTrusts  = 5    // have from 6 to 18 people who answer each survey
	agreeing     = 3    // trusts in which nearly everybody agrees
	returning    = 0.3  // of those who answer the second survey, who bring their receipt of the first
	withdrawing  = 0.02 // of all who answer
	regretting   = 0.4  // of two trusts, long after
	blank        = 0.03 // of the questions that are put to somebody
	pledging     = 0.15 // pledges to a response
	boardMembers = 0.05
)

// newCrowd plans who answers when. Every trust has its own start; people come in waves of mails, and fewer with time.
func newCrowd(c *campaign.Campaign, answers int, seed uint64) *crowd {
	w := &crowd{random: rand.New(rand.NewPCG(seed, 52))}
	whole := 0.0
	for i, t := range c.Organisations.Open(opens) {
		fte := float64(t.FTE)
		if fte == 0 {
			fte = 2000
		}
		at := trust{code: t.Code, region: t.Region, weight: math.Pow(fte, 0.9) * math.Exp(0.4*w.random.NormFloat64()), leans: 0.5 * w.random.NormFloat64()}
		switch {
		case i%25 == 7 && i/25 < smallTrusts:
			at.weight, at.most = 0, 6+3*(i/25)
		case i%60 == 11 && i/60 < agreeing:
			at.leans = 5
		}
		whole += at.weight
		w.trusts = append(w.trusts, at)
	}
	w.kept = make([][]answered, len(w.trusts))
	for wave, first := range [2]int{0, closes + 1} {
		planned := 0
		for t := range w.trusts {
			n := w.trusts[t].most
			if n == 0 {
				n = int(math.Round(float64(answers) * w.trusts[t].weight / whole))
			}
			planned += n
			w.answer(t, wave, first, n)
		}
		for ; planned < answers; planned++ { // what rounding left
			w.answer(w.random.IntN(len(w.trusts)), wave, first, 1)
		}
	}
	return w
}

// answer plans n people of a trust, in a window of closes+1 or fewer weeks from the first.
func (w *crowd) answer(trust, wave, first, n int) {
	window := closes + 1
	if wave == after {
		window = ends - closes
	}
	start := w.random.IntN(5)
	for range n {
		week := first + start + int(float64(window-start)*math.Pow(w.random.Float64(), 1.6))
		w.plans[week] = append(w.plans[week], plan{trust, wave})
	}
}

// week draws what people do in a week that begins on the day.
func (w *crowd) week(c *campaign.Campaign, week int, today day.Day) (a acts) {
	for _, p := range w.plans[week] {
		if merging := slices.Index(merging, w.trusts[p.trust].code); week >= merges && merging >= 0 {
			w.trusts[p.trust].code = merged
		}
		r := w.respond(p, today)
		a.responses = append(a.responses, r)
		if w.chance(withdrawing) {
			if later := week + 1 + w.random.IntN(12); later < Weeks {
				w.regret[later] = append(w.regret[later], r)
			}
		} else if p.wave == before {
			w.kept[p.trust] = append(w.kept[p.trust], r)
		}
		if w.chance(pledging) {
			a.pledges = append(a.pledges, w.pledge(c, r, today))
		}
	}
	if week == regrets {
		for _, t := range []int{40, 90} {
			n := int(regretting * float64(len(w.kept[t])))
			w.regret[week], w.kept[t] = append(w.regret[week], w.kept[t][:n]...), w.kept[t][n:]
		}
	}
	a.withdrawn = w.regret[week]
	for i := range w.promises {
		if p := &w.promises[i]; p.status == submission.Made && w.chance(0.04) {
			p.status = submission.Statuses[1+w.random.IntN(len(submission.Statuses)-1)]
			a.progress = append(a.progress, *p)
		}
	}
	for _, p := range a.pledges { // made in this week, opened again in another
		receipt, err := submission.ParseReceipt(submission.KindPledge, p.Receipt)
		if err != nil {
			panic(err) // it was written by String
		}
		w.promises = append(w.promises, promise{receipt, submission.Made})
	}
	return a
}

func (w *crowd) chance(share float64) bool { return w.random.Float64() < share }

// Read fills secret with random bytes.
func (w *crowd) Read(secret []byte) (int, error) {
	for i := 0; i < len(secret); i += 8 {
		var word [8]byte
		binary.LittleEndian.PutUint64(word[:], w.random.Uint64())
		copy(secret[i:], word[:])
	}
	return len(secret), nil
}

func (w *crowd) mint(today day.Day) submission.Receipt {
	receipt, err := submission.Mint(today, w)
	if err != nil {
		panic(err) // Read never fails
	}
	return receipt
}

// respond draws somebody and their answers.
func (w *crowd) respond(p plan, today day.Day) answered {
	at := w.trusts[p.trust]
	r := answered{receipt: w.mint(today), trust: p.trust, wave: p.wave, code: at.code, audience: "staff"}
	r.band = []string{"1-4", "1-4", "1-4", "1-4", "5-7", "5-7", "5-7", "8-9", "medical_dental", "unknown"}[w.random.IntN(10)]
	switch share := w.random.Float64(); {
	case share < boardMembers:
		r.audience, r.band = "board", "8-9"
	case share < 0.12:
		r.audience = "manager"
	case share < 0.15:
		r.audience = "learning_rep"
	}
	r.draft = submission.ResponseDraft{Wave: waveIDs[p.wave]}
	if kept := w.kept[p.trust]; p.wave == after && len(kept) > 0 && w.chance(returning) {
		first := kept[0]
		w.kept[p.trust] = kept[1:]
		r.audience, r.band, r.draft.Before = first.audience, first.band, first.receipt.String()
	}
	r.draft.Receipt, r.draft.Organisation, r.draft.Audience, r.draft.BandGroup = r.receipt.String(), r.code, r.audience, r.band
	r.draft.Answers, r.based = w.answers(at, r)
	return r
}

var agreement = []string{"strongly_disagree", "disagree", "neither", "dont_know", "agree", "strongly_agree"}

// answers draws somebody's answers: agreement differs by trust and band, and grows between the waves. based says that
// none is blank that objectives 1 and 4 rest on.
func (w *crowd) answers(at trust, r answered) (list []submission.AnswerDraft, based bool) {
	lean := at.leans + 0.25*float64(r.wave)
	if r.band == "1-4" {
		lean += 0.3*float64(r.wave) - 0.5
	}
	lean += 0.5 * w.random.NormFloat64() // people differ in all that they say
	yes := func(easy float64) bool { return w.chance(1 / (1 + math.Exp(-lean-easy))) }
	say := func(question, answer string) bool {
		if w.chance(blank) {
			return false
		}
		list = append(list, submission.AnswerDraft{Question: question, Answer: answer})
		return true
	}
	agree := func(question string, easy float64, favourable bool) bool {
		if yes(easy) == favourable {
			return say(question, agreement[4+w.random.IntN(2)])
		}
		return say(question, agreement[w.random.IntN(4)])
	}
	choose := func(question string, easy float64) (string, bool) {
		answer := "no"
		switch {
		case yes(easy):
			answer = "yes"
		case w.chance(0.1):
			answer = "not_sure"
		}
		return answer, say(question, answer)
	}
	if r.audience == "board" {
		agree("B1", 0.8, true)
		choose("B2", 0)
		agree("B3", 1, true)
		if len(list) == 0 {
			list = append(list, submission.AnswerDraft{Question: "B2", Answer: "no"})
		}
		return list, false
	}
	based = agree("A1", 0.4, true)
	learned, said := choose("A2", 0.2)
	based = based && said
	agree("A3", 0.1, true)
	agree("A4", 0.9, true)
	agree("A5", 0.5, false)
	if said && learned == "yes" {
		based = agree("A6", 0.6, true) && based
	}
	if len(list) == 0 {
		list = append(list, submission.AnswerDraft{Question: "A4", Answer: "neither"})
	}
	return list, based
}

// pledge is one of somebody who answered.
func (w *crowd) pledge(c *campaign.Campaign, r answered, today day.Day) submission.PledgeDraft {
	return submission.PledgeDraft{Receipt: w.mint(today).String(), Organisation: r.code, Audience: r.audience, BandGroup: r.band,
		Pledge: c.Pledges[w.random.IntN(len(c.Pledges))].ID, Display: w.chance(0.2)}
}
