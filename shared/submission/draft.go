package submission

import (
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"learningforlife/shared/campaign"
	"learningforlife/shared/day"
)

// MaxOwnWords is the longest pledge in one's own words, in characters (Unicode code points).
const MaxOwnWords = 200

// PledgeDraft is a pledge as it was sent: nothing in it is trusted.
type PledgeDraft struct {
	Receipt      string // either written form
	Organisation string
	Audience     string
	BandGroup    string
	Pledge       string // catalogue id
	OwnWords     string
	DueOn        string // YYYY-MM-DD or empty
	Display      bool
}

// ResponseDraft is a response as it was sent: nothing in it is trusted.
type ResponseDraft struct {
	Receipt      string // either written form
	Wave         string
	Organisation string
	Audience     string
	BandGroup    string
	Answers      []AnswerDraft // in the order sent
	Before       string        // either written form of the earlier response's receipt, or empty
}

// AnswerDraft is one answer as it was sent.
type AnswerDraft struct{ Question, Answer string }

// The fields of a draft, as the API names them.
const (
	FieldReceipt      = "Idempotency-Key"
	FieldWave         = "wave"
	FieldOrganisation = "organisation"
	FieldAudience     = "audience"
	FieldBandGroup    = "bandGroup"
	FieldAnswers      = "answers"
	FieldPledge       = "pledge"
	FieldOwnWords     = "ownWords"
	FieldDueOn        = "dueOn"
	FieldBefore       = "before"
)

// reading collects the faults of a draft. Those of form (an unknown audience)
// condemn it whatever is stored. Those of circumstance (a closed organisation, a
// receipt too old) count only against a submission that is not stored yet: a
// retry of one that was taken in must get the same answer.
type reading struct {
	form Invalid
	// order holds the faults of both sorts in the order of the form.
	order Invalid
	// closed says that the wave or the campaign is not open; nil if it is.
	closed error
	// foreign is set when a value is not one that a stored item could have.
	foreign bool
}

func (r *reading) wrong(field, format string, args ...any) {
	f := Fault{field, fmt.Sprintf(format, args...)}
	r.form = append(r.form, f)
	r.order = append(r.order, f)
}

func (r *reading) untimely(field, format string, args ...any) {
	r.order = append(r.order, Fault{field, fmt.Sprintf(format, args...)})
}

// sound reports whether nothing speaks against storing the draft.
func (r *reading) sound() bool { return len(r.order) == 0 && r.closed == nil }

// err is what to tell about a draft that is not stored: that it comes at a
// closed time, if its form is sound; else everything wrong with it.
func (r *reading) err() error {
	if len(r.form) == 0 && r.closed != nil {
		return r.closed
	}
	return r.order
}

// receipt reads the receipt of a draft and judges whether it can be used for
// the first time today. It is zero if there is none to look anything up by.
func (r *reading) receipt(kind Kind, s string, today day.Day) Receipt {
	receipt, err := ParseReceipt(kind, s)
	switch {
	case errors.Is(err, errReceiptMissing): // forms always send one, so this is for programs
		r.wrong(FieldReceipt, "Send a receipt with this, made before it is sent for the first time.")
	case err != nil:
		r.wrong(FieldReceipt, "%s", sentence(err))
	case receipt.tooOld(today):
		r.untimely(FieldReceipt, "This code is from %s and too old to be used for the first time. Send the form again with a new one.", receipt.day)
	case receipt.tooNew(today):
		r.untimely(FieldReceipt, "This code is dated %s, which is in the future. Send the form again with a new one.", receipt.day)
	}
	return receipt
}

// ReadReceipt is ParseReceipt for what came in the named field; the error is an Invalid.
func ReadReceipt(kind Kind, field, s string) (Receipt, error) {
	receipt, err := ParseReceipt(kind, s)
	if err != nil {
		return Receipt{}, Invalid{{field, sentence(err)}}
	}
	return receipt, nil
}

func (r *reading) organisation(c *campaign.Campaign, code string, today day.Day) {
	trust, known := c.Organisations.Find(code)
	switch {
	case code == "":
		r.wrong(FieldOrganisation, "Choose your organisation.")
	case !known:
		r.foreign = true
		r.untimely(FieldOrganisation, "%s is not the code of an NHS trust that we know.", quote(code))
	case !trust.Open(today):
		r.untimely(FieldOrganisation, "%s is closed. Choose the organisation you work for now.", quote(code))
	}
}

func (r *reading) audience(c *campaign.Campaign, id string) int {
	i := c.Audience(id)
	if i < 0 {
		r.wrong(FieldAudience, "Choose who you are: %s.", choices(c.Audiences, func(a campaign.Audience) string { return a.ID }))
	}
	return max(i, 0)
}

func (r *reading) bandGroup(c *campaign.Campaign, id string) int {
	i := c.BandGroup(id)
	if i < 0 {
		r.wrong(FieldBandGroup, "Choose your pay band: %s.", choices(c.BandGroups, func(b campaign.BandGroup) string { return b.ID }))
	}
	return max(i, 0)
}

// readPledge judges a draft on the server's day. The pledge is complete only if the form has no fault.
func readPledge(c *campaign.Campaign, d PledgeDraft, today day.Day) (Pledge, Receipt, *reading) {
	r := &reading{}
	receipt := r.receipt(KindPledge, d.Receipt, today)
	p := Pledge{Organisation: d.Organisation, Catalogue: d.Pledge, OwnWords: ownWords(d.OwnWords), Display: d.Display, Status: Made, Version: 1}
	r.organisation(c, d.Organisation, today)
	p.Audience = r.audience(c, d.Audience)
	p.BandGroup = r.bandGroup(c, d.BandGroup)
	switch {
	case d.Pledge == "" && p.OwnWords == "":
		r.wrong(FieldPledge, "Choose a pledge or write your own.")
	case d.Pledge != "" && p.OwnWords != "":
		r.wrong(FieldPledge, "Choose a pledge or write your own, not both.")
	case d.Pledge != "" && c.Pledge(d.Pledge) < 0:
		r.untimely(FieldPledge, "%s is not in the list of pledges.", quote(d.Pledge))
	}
	if fault := ownWordsFault(p.OwnWords); fault != "" {
		r.wrong(FieldOwnWords, "%s", fault)
	}
	if d.DueOn != "" {
		due, err := day.Parse(d.DueOn)
		switch {
		case err != nil:
			r.wrong(FieldDueOn, "Enter a real date, such as %s.", today+90)
		case due < today:
			r.untimely(FieldDueOn, "Enter a date that is not in the past.")
		case due > LastDay:
			r.untimely(FieldDueOn, "Enter a date no later than %s.", LastDay)
		}
		r.foreign = r.foreign || due < FirstDay || due > LastDay
		p.DueOn = due
	}
	if !c.Open(today) {
		r.closed = fmt.Errorf("%w: %s takes pledges from %s to %s", campaign.ErrClosed, c.Name, c.Opens, c.Closes)
	}
	return p, receipt, r
}

// ownWords returns the words without the space around them; none if nothing in them can be seen.
func ownWords(s string) string {
	seen := func(r rune) bool { return unicode.In(r, unicode.L, unicode.N, unicode.P, unicode.S) }
	if !strings.ContainsFunc(s, seen) {
		return ""
	}
	return strings.TrimSpace(s)
}

func ownWordsFault(s string) string {
	switch n := utf8.RuneCountInString(s); {
	case !utf8.ValidString(s):
		return "Use letters that can be read: this is not valid UTF-8."
	case n > MaxOwnWords:
		return fmt.Sprintf("Use %d characters or fewer. You have used %d.", MaxOwnWords, n)
	}
	for _, r := range s {
		if unseen(r) {
			return "Take out the characters that cannot be seen."
		}
	}
	return ""
}

// unseen reports a character that changes how a text is read or compared
// without being seen itself. Line ends are none, nor are the joiners and tags
// that some scripts and emoji are made with.
func unseen(r rune) bool {
	if strings.ContainsRune("\n\r\t\u200c\u200d", r) || r >= 0xE0020 && r <= 0xE007F {
		return false
	}
	return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp)
}

// readResponse judges a draft on the server's day. The response is complete only if the form has no fault.
func readResponse(c *campaign.Campaign, d ResponseDraft, today day.Day) (Response, Receipt, *reading) {
	r := &reading{}
	receipt := r.receipt(KindResponse, d.Receipt, today)
	s := Response{Wave: c.Wave(d.Wave), Organisation: d.Organisation}
	switch {
	case d.Wave == "":
		r.wrong(FieldWave, "Name the survey: %s.", choices(c.Waves, func(w campaign.Wave) string { return w.ID }))
	case s.Wave < 0:
		r.foreign = true
		r.untimely(FieldWave, "%s is no survey of ours: choose from %s.", quote(d.Wave), choices(c.Waves, func(w campaign.Wave) string { return w.ID }))
	case !c.Waves[s.Wave].Open(today):
		w := c.Waves[s.Wave]
		r.closed = fmt.Errorf("%w: the %s is open from %s to %s", campaign.ErrClosed, strings.ToLower(w.Name), w.Opens, w.Closes)
	}
	r.organisation(c, d.Organisation, today)
	s.Audience = r.audience(c, d.Audience)
	s.BandGroup = r.bandGroup(c, d.BandGroup)
	s.Answers = r.answers(c, d.Answers, func(q int) bool {
		// While the survey or the audience is unknown, nobody can say what is asked.
		return s.Wave < 0 || c.Audience(d.Audience) < 0 || c.Asked(q, s.Wave, s.Audience)
	})
	if d.Before != "" {
		before, err := ParseReceipt(KindResponse, d.Before)
		switch {
		case err != nil:
			r.wrong(FieldBefore, "%s", sentence(err))
		case s.Wave >= 0 && c.Waves[s.Wave].Follows < 0:
			r.wrong(FieldBefore, "The %s follows no other survey, so it takes no earlier code.", strings.ToLower(c.Waves[s.Wave].Name))
		default:
			key := before.Key(KindResponse)
			s.Before = key.Link()
		}
	}
	return s, receipt, r
}

func (r *reading) answers(c *campaign.Campaign, drafts []AnswerDraft, asked func(q int) bool) []int {
	answers := make([]int, len(c.Questions))
	for _, d := range drafts {
		q := c.Question(d.Question)
		if q < 0 {
			r.wrong(FieldAnswers+"."+d.Question, "%s is no question of the survey.", quote(d.Question))
			continue
		}
		if !asked(q) {
			r.wrong(FieldAnswers+"."+d.Question, "%s is not asked of you in this survey.", d.Question)
			continue
		}
		if answers[q] = c.Answer(q, d.Answer) + 1; answers[q] == 0 {
			r.wrong(FieldAnswers+"."+d.Question, "%s is no answer to %s: choose from %s.", quote(d.Answer), d.Question, choices(c.Answers(q), func(a campaign.Answer) string { return a.ID }))
		}
	}
	for q, question := range c.Questions {
		if b := question.AskedIf; b != nil && answers[q] != 0 && answers[b.Question] != b.Answer+1 {
			r.wrong(FieldAnswers+"."+question.ID, "Answer this only if you answered “%s” to %s.",
				c.Answers(b.Question)[b.Answer].Text, c.Questions[b.Question].ID)
		}
	}
	if len(drafts) == 0 {
		r.wrong(FieldAnswers, "Answer at least one question.")
	}
	return answers
}

// choices lists what could have been sent.
func choices[T any](list []T, id func(T) string) string {
	var s []string
	for _, item := range list {
		s = append(s, id(item))
	}
	if len(s) < 2 {
		return strings.Join(s, "")
	}
	return strings.Join(s[:len(s)-1], ", ") + " or " + s[len(s)-1]
}

// quote shows what was sent, cut short, so that a message stays one line.
func quote(s string) string {
	const most = 40
	if utf8.RuneCountInString(s) > most {
		s = string([]rune(s)[:most]) + "…"
	}
	return fmt.Sprintf("%q", s)
}

// sentence makes an error's text a sentence of its own.
func sentence(err error) string {
	s := err.Error()
	return strings.ToUpper(s[:1]) + s[1:] + "."
}
