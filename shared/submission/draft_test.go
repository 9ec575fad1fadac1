package submission_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"learningforlife/shared/campaign"
	"learningforlife/shared/campaign/campaigntest"
	"learningforlife/shared/submission"
)

// requireFaults requires that the error is exactly these faults, in this order.
func requireFaults(t *testing.T, err error, want ...submission.Fault) {
	t.Helper()
	var invalid submission.Invalid
	require.ErrorAs(t, err, &invalid)
	require.Equal(t, submission.Invalid(want), invalid)
}

func TestEveryFaultOfAResponseIsToldAtOnceInTheOrderOfTheForm(t *testing.T) {
	d := openDesk(t)
	_, _, err := d.Respond(ctx, today, submission.ResponseDraft{
		Receipt:      d.mint(t, today-3).String(),
		Wave:         "during",
		Organisation: "RZZ",
		Audience:     "patients",
		BandGroup:    "10",
		Answers:      []submission.AnswerDraft{{"A1", "perhaps"}, {"Z1", "yes"}, {"A6", "agree"}},
		Before:       "S-1234",
	})
	requireFaults(t, err,
		submission.Fault{Field: "Idempotency-Key", Message: "This code is from 2026-11-19 and too old to be used for the first time. Send the form again with a new one."},
		submission.Fault{Field: "wave", Message: `"during" is no survey of ours: choose from before or after.`},
		submission.Fault{Field: "organisation", Message: `"RZZ" is not the code of an NHS trust that we know.`},
		submission.Fault{Field: "audience", Message: "Choose who you are: staff, manager, learning_rep or board."},
		submission.Fault{Field: "bandGroup", Message: "Choose your pay band: 1-4, 5-7, 8-9, medical_dental or unknown."},
		submission.Fault{Field: "answers.A1", Message: `"perhaps" is no answer to A1: choose from strongly_agree, agree, neither, disagree, strongly_disagree or dont_know.`},
		submission.Fault{Field: "answers.Z1", Message: `"Z1" is no question of the survey.`},
		submission.Fault{Field: "answers.A6", Message: "Answer this only if you answered “Yes” to A2."},
		submission.Fault{Field: "before", Message: "This is not a code of ours: check that all of it is there."},
	)
	require.Empty(t, d.items(t))
}

func TestEveryFaultOfAnEmptyResponseIsToldAtOnce(t *testing.T) {
	d := openDesk(t)
	_, _, err := d.Respond(ctx, today, submission.ResponseDraft{})
	requireFaults(t, err,
		submission.Fault{Field: "Idempotency-Key", Message: "Send a receipt with this, made before it is sent for the first time."},
		submission.Fault{Field: "wave", Message: "Name the survey: before or after."},
		submission.Fault{Field: "organisation", Message: "Choose your organisation."},
		submission.Fault{Field: "audience", Message: "Choose who you are: staff, manager, learning_rep or board."},
		submission.Fault{Field: "bandGroup", Message: "Choose your pay band: 1-4, 5-7, 8-9, medical_dental or unknown."},
		submission.Fault{Field: "answers", Message: "Answer at least one question."},
	)
}

func TestEveryFaultOfAPledgeIsToldAtOnceInTheOrderOfTheForm(t *testing.T) {
	d := openDesk(t)
	_, _, _, err := d.Pledge(ctx, today, submission.PledgeDraft{
		Receipt:      "2026-11-22.5f0c1f0e",
		Organisation: "RNK",
		Audience:     "patients",
		BandGroup:    "10",
		Pledge:       "PL99",
		OwnWords:     strings.Repeat("long ", 41),
		DueOn:        "2026-11-21",
	})
	requireFaults(t, err,
		submission.Fault{Field: "Idempotency-Key", Message: "This is not a code of ours: check that all of it is there."},
		submission.Fault{Field: "organisation", Message: `"RNK" is closed. Choose the organisation you work for now.`},
		submission.Fault{Field: "audience", Message: "Choose who you are: staff, manager, learning_rep or board."},
		submission.Fault{Field: "bandGroup", Message: "Choose your pay band: 1-4, 5-7, 8-9, medical_dental or unknown."},
		submission.Fault{Field: "pledge", Message: "Choose a pledge or write your own, not both."},
		submission.Fault{Field: "ownWords", Message: "Use 200 characters or fewer. You have used 204."},
		submission.Fault{Field: "dueOn", Message: "Enter a date that is not in the past."},
	)
	require.Empty(t, d.items(t))
}

// TestFaultsOfFormCondemnWhatIsStoredAndCircumstancesDoNot sends a broken body
// under a stored receipt a month later: its form is told, and not that the receipt is old.
func TestFaultsOfFormCondemnWhatIsStoredAndCircumstancesDoNot(t *testing.T) {
	d := openDesk(t)
	r := d.responseDraft(t, today)
	d.respond(t, today, r)
	r.Organisation, r.Audience = "RZZ", "patients"
	_, _, err := d.Respond(ctx, today+30, r)
	requireFaults(t, err, submission.Fault{Field: "audience", Message: "Choose who you are: staff, manager, learning_rep or board."})
}

func TestFaultsOfFormAreToldBeforeThatTheWaveIsClosed(t *testing.T) {
	d := openDesk(t, campaigntest.JSON(`"closes": "2030-12-31"},`, `"closes": "2026-11-21"},`))
	r := d.responseDraft(t, today)
	r.Organisation = "RZZ"
	_, _, err := d.Respond(ctx, today, r)
	require.ErrorIs(t, err, campaign.ErrClosed, "nobody is asked to mend what cannot be sent")
	r.Audience = "patients"
	_, _, err = d.Respond(ctx, today, r)
	require.NotErrorIs(t, err, campaign.ErrClosed)
	requireFaults(t, err,
		submission.Fault{Field: "organisation", Message: `"RZZ" is not the code of an NHS trust that we know.`},
		submission.Fault{Field: "audience", Message: "Choose who you are: staff, manager, learning_rep or board."})
}

func TestAWaveThatIsNotOpenYetIsClosed(t *testing.T) {
	d := openDesk(t, campaigntest.NewWave...)
	r := d.responseDraft(t, today)
	r.Wave, r.Answers = "later", r.Answers[:1]
	_, _, err := d.Respond(ctx, today, r)
	require.ErrorIs(t, err, campaign.ErrClosed)
	require.ErrorContains(t, err, "the third survey is open from 2028-01-01 to 2030-12-31")
}

func TestAnswersMustBeToWhatIsAsked(t *testing.T) {
	const notAsked = " is not asked of you in this survey."
	for name, c := range map[string]struct {
		wave, audience string
		answers        []submission.AnswerDraft
		want           []submission.Fault
	}{
		"all that staff are asked first": {"before", "staff", []submission.AnswerDraft{{"A1", "agree"}, {"A2", "yes"}, {"A3", "neither"}, {"A4", "dont_know"}, {"A5", "disagree"}, {"A6", "strongly_agree"}}, nil},
		"all that managers are asked after": {"after", "manager", []submission.AnswerDraft{{"A1", "agree"}, {"A2", "yes"}, {"A3", "neither"}, {"A4", "dont_know"}, {"A5", "disagree"}, {"A6", "strongly_agree"},
			{"A7", "not_sure"}, {"A8", "working_on_it"}}, nil},
		"all that the board is asked": {"after", "board", []submission.AnswerDraft{{"B1", "agree"}, {"B2", "yes"}, {"B3", "agree"}}, nil},
		"one answer is enough":        {"before", "learning_rep", []submission.AnswerDraft{{"A5", "dont_know"}}, nil},
		"A6 after A2 in any order":    {"before", "staff", []submission.AnswerDraft{{"A6", "agree"}, {"A2", "yes"}}, nil},

		"no answer":          {"before", "staff", nil, []submission.Fault{{"answers", "Answer at least one question."}}},
		"A6 without A2":      {"before", "staff", []submission.AnswerDraft{{"A6", "agree"}}, []submission.Fault{{"answers.A6", "Answer this only if you answered “Yes” to A2."}}},
		"A6 with A2 no":      {"before", "staff", []submission.AnswerDraft{{"A2", "no"}, {"A6", "agree"}}, []submission.Fault{{"answers.A6", "Answer this only if you answered “Yes” to A2."}}},
		"A6 with A2 unsure":  {"before", "staff", []submission.AnswerDraft{{"A2", "not_sure"}, {"A6", "agree"}}, []submission.Fault{{"answers.A6", "Answer this only if you answered “Yes” to A2."}}},
		"board's for staff":  {"before", "staff", []submission.AnswerDraft{{"B1", "agree"}}, []submission.Fault{{"answers.B1", "B1" + notAsked}}},
		"staff's for board":  {"before", "board", []submission.AnswerDraft{{"B1", "agree"}, {"A1", "agree"}}, []submission.Fault{{"answers.A1", "A1" + notAsked}}},
		"the second's first": {"before", "staff", []submission.AnswerDraft{{"A7", "yes"}}, []submission.Fault{{"answers.A7", "A7" + notAsked}}},
		"an empty answer":    {"before", "staff", []submission.AnswerDraft{{"A2", ""}}, []submission.Fault{{"answers.A2", `"" is no answer to A2: choose from yes, no or not_sure.`}}},
		"another scale":      {"before", "staff", []submission.AnswerDraft{{"A2", "agree"}}, []submission.Fault{{"answers.A2", `"agree" is no answer to A2: choose from yes, no or not_sure.`}}},
		"another case":       {"before", "staff", []submission.AnswerDraft{{"a2", "yes"}}, []submission.Fault{{"answers.a2", `"a2" is no question of the survey.`}}},
		"an endless name":    {"before", "staff", []submission.AnswerDraft{{"A2", strings.Repeat("é", 99)}}, []submission.Fault{{"answers.A2", `"` + strings.Repeat("é", 40) + `…" is no answer to A2: choose from yes, no or not_sure.`}}},
	} {
		t.Run(name, func(t *testing.T) {
			d := openDesk(t)
			r := d.responseDraft(t, today)
			r.Wave, r.Audience, r.Answers = c.wave, c.audience, c.answers
			_, created, err := d.Respond(ctx, today, r)
			if c.want == nil {
				require.NoError(t, err)
				require.True(t, created)
				return
			}
			requireFaults(t, err, c.want...)
			require.Empty(t, d.items(t))
		})
	}
}

func TestWhichEarlierReceiptAResponseMayName(t *testing.T) {
	d := openDesk(t)
	earlier := d.respond(t, today, d.responseDraft(t, today))
	r := d.responseDraft(t, today)
	r.Before = earlier.String()
	_, _, err := d.Respond(ctx, today, r)
	requireFaults(t, err, submission.Fault{Field: "before", Message: "The first survey follows no other survey, so it takes no earlier code."})
	for before, message := range map[string]string{
		"S-1234":                                "This is not a code of ours: check that all of it is there.",
		earlier.Code(submission.KindPledge):     "This code is for a pledge: enter the survey code, which starts with S.",
		earlier.String()[:40]:                   "This is not a code of ours: check that all of it is there.",
		vectors[0].surveyCode[:40] + "V":        "There is a slip in this code: check it letter by letter.",
		"2026-11-22 " + earlier.String()[11:]:   "This is not a code of ours: check that all of it is there.",
		earlier.Code(submission.KindPledge)[2:]: "This is not a code of ours: check that all of it is there.",
	} {
		r := d.responseDraft(t, today)
		r.Wave, r.Before = "after", before
		_, _, err := d.Respond(ctx, today, r)
		requireFaults(t, err, submission.Fault{Field: "before", Message: message})
	}
}

func TestAReceiptOfTheOtherKindIsRefusedByItsCode(t *testing.T) {
	d := openDesk(t)
	r, p := d.responseDraft(t, today), d.pledgeDraft(t, today)
	r.Receipt, p.Receipt = parse(t, pledge, p.Receipt).Code(pledge), parse(t, response, r.Receipt).Code(response)
	_, _, err := d.Respond(ctx, today, r)
	requireFaults(t, err, submission.Fault{Field: "Idempotency-Key", Message: "This code is for a pledge: enter the survey code, which starts with S."})
	_, _, _, err = d.Pledge(ctx, today, p)
	requireFaults(t, err, submission.Fault{Field: "Idempotency-Key", Message: "This code is for a survey: enter the pledge code, which starts with P."})
}

func TestWhatAPledgeMayPromise(t *testing.T) {
	const (
		choose = "Choose a pledge or write your own."
		unseen = "Take out the characters that cannot be seen."
	)
	for name, c := range map[string]struct {
		catalogue, words, due string
		want                  []submission.Fault
	}{
		"from the catalogue":           {"PL30", "", "", nil}, // any pledge may be chosen by any audience
		"in own words":                 {"", "I will read.", "2026-11-22", nil},
		"in 200 characters":            {"", strings.Repeat("é", 200), "", nil},
		"in lines":                     {"", "I will read\r\nand write.\tMore.", "", nil},
		"in another script":            {"", "मैं सीखूँगा", "", nil},
		"in Persian, with a joiner":    {"", "می\u200cخوانم", "", nil},
		"in pictures":                  {"", "👩‍⚕️📚🏴\U000E0067\U000E0062\U000E0065\U000E006E\U000E0067\U000E007F", "", nil},
		"by the last day there is":     {"PL01", "", "2109-09-18", nil},
		"from the catalogue, in space": {"PL01", " \n", "", nil},

		"nothing":             {"", "", "", []submission.Fault{{"pledge", choose}}},
		"space":               {"", " \u00a0\u3000\n", "", []submission.Fault{{"pledge", choose}}},
		"what cannot be seen": {"", "\u200d\u200b\u2060\ufeff", "", []submission.Fault{{"pledge", choose}}},
		"both":                {"PL01", "I will read.", "", []submission.Fault{{"pledge", "Choose a pledge or write your own, not both."}}},
		"unknown":             {"pl01", "", "", []submission.Fault{{"pledge", `"pl01" is not in the list of pledges.`}}},
		"201 characters":      {"", strings.Repeat("é", 201), "", []submission.Fault{{"ownWords", "Use 200 characters or fewer. You have used 201."}}},
		"invalid UTF-8":       {"", "I will\xff read.", "", []submission.Fault{{"ownWords", "Use letters that can be read: this is not valid UTF-8."}}},
		"a NUL":               {"", "I will\x00read.", "", []submission.Fault{{"ownWords", unseen}}},
		"an escape":           {"", "I will \x1b[31mread.", "", []submission.Fault{{"ownWords", unseen}}},
		"a right-to-left":     {"", "I will \u202edaer.", "", []submission.Fault{{"ownWords", unseen}}},
		"a zero-width space":  {"", "I will\u200bread.", "", []submission.Fault{{"ownWords", unseen}}},
		"a line separator":    {"", "I will\u2028read.", "", []submission.Fault{{"ownWords", unseen}}},
		"yesterday":           {"PL01", "", "2026-11-21", []submission.Fault{{"dueOn", "Enter a date that is not in the past."}}},
		"no date":             {"PL01", "", "2027-02-29", []submission.Fault{{"dueOn", "Enter a real date, such as 2027-02-20."}}},
		"a date in words":     {"PL01", "", "31/03/2027", []submission.Fault{{"dueOn", "Enter a real date, such as 2027-02-20."}}},
		"beyond the era":      {"PL01", "", "2109-09-19", []submission.Fault{{"dueOn", "Enter a date no later than 2109-09-18."}}},
	} {
		t.Run(name, func(t *testing.T) {
			d := openDesk(t)
			p := d.pledgeDraft(t, today)
			p.Pledge, p.OwnWords, p.DueOn = c.catalogue, c.words, c.due
			stored, _, created, err := d.Pledge(ctx, today, p)
			if c.want == nil {
				require.NoError(t, err)
				require.True(t, created)
				require.Equal(t, c.catalogue, stored.Catalogue)
				require.Equal(t, strings.TrimSpace(c.words), stored.OwnWords)
				return
			}
			requireFaults(t, err, c.want...)
			require.Empty(t, d.items(t))
		})
	}
}

func TestStatusesReadBack(t *testing.T) {
	for _, s := range submission.Statuses {
		back, err := submission.ParseStatus(s.String())
		require.NoError(t, err)
		require.Equal(t, s, back)
	}
	for _, s := range []string{"", "Made", "partly kept", "withdrawn"} {
		_, err := submission.ParseStatus(s)
		requireFaults(t, err, submission.Fault{Field: "status", Message: "Choose one of made, kept, partly_kept and not_kept."})
	}
}

func TestAQuestionAndAWaveAddedByTheFileAreAnswered(t *testing.T) {
	d := openDesk(t, append(campaigntest.NewWave, campaigntest.NewQuestion)...)
	r := d.responseDraft(t, today)
	r.Wave = "after"
	r.Answers = append(r.Answers, submission.AnswerDraft{Question: "A9", Answer: "no"})
	key := d.respond(t, today, r).Key(response)
	stored, err := d.items(t)[key].Response(d.campaign)
	require.NoError(t, err)
	q := d.campaign.Question("A9")
	require.Equal(t, d.campaign.Answer(q, "no")+1, stored.Answers[q])

	on := d.campaign.Waves[d.campaign.Wave("later")].Opens
	r = d.responseDraft(t, on)
	r.Wave, r.Answers, r.Before = "later", r.Answers[:1], vectors[0].wire
	d.respond(t, on, r)
}
