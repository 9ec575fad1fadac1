package submission_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"learningforlife/shared/campaign"
	"learningforlife/shared/campaign/campaigntest"
	"learningforlife/shared/day"
	"learningforlife/shared/store/embedded"
	"learningforlife/shared/submission"
)

var (
	ctx   = context.Background()
	today = day.Must("2026-11-22")
)

// desk is a register over a real store of its own.
type desk struct {
	*submission.Register
	campaign *campaign.Campaign
	store    *embedded.Store
	random   *rand.ChaCha8
}

func openDesk(t *testing.T, edits ...campaigntest.Edit) *desk {
	t.Helper()
	store, err := embedded.Open(filepath.Join(t.TempDir(), "store"), embedded.Options{})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, store.Close()) })
	c := campaigntest.Load(t, edits...)
	return &desk{submission.NewRegister(store, c), c, store, rand.NewChaCha8([32]byte{3})}
}

// over returns the same desk with another store between the register and the real one.
func (d *desk) over(store submission.Store) *desk {
	return &desk{submission.NewRegister(store, d.campaign), d.campaign, d.store, d.random}
}

func (d *desk) mint(t *testing.T, on day.Day) submission.Receipt {
	t.Helper()
	r, err := submission.Mint(on, d.random)
	require.NoError(t, err)
	return r
}

// pledgeDraft and responseDraft are sound on the day they are minted.
func (d *desk) pledgeDraft(t *testing.T, on day.Day) submission.PledgeDraft {
	return submission.PledgeDraft{Receipt: d.mint(t, on).String(), Organisation: "RXX", Audience: "staff", BandGroup: "1-4", Pledge: "PL01", DueOn: "2027-03-31"}
}

func (d *desk) responseDraft(t *testing.T, on day.Day) submission.ResponseDraft {
	return submission.ResponseDraft{Receipt: d.mint(t, on).String(), Wave: "before", Organisation: "RXX", Audience: "staff", BandGroup: "1-4",
		Answers: []submission.AnswerDraft{{"A1", "agree"}, {"A2", "yes"}}}
}

// respond and promise submit what must be taken in.
func (d *desk) respond(t *testing.T, on day.Day, draft submission.ResponseDraft) submission.Receipt {
	t.Helper()
	receipt, created, err := d.Respond(ctx, on, draft)
	require.NoError(t, err)
	require.True(t, created)
	return receipt
}

func (d *desk) promise(t *testing.T, on day.Day, draft submission.PledgeDraft) submission.Receipt {
	t.Helper()
	_, receipt, created, err := d.Pledge(ctx, on, draft)
	require.NoError(t, err)
	require.True(t, created)
	return receipt
}

// items returns everything that is stored.
func (d *desk) items(t *testing.T) map[submission.Key]submission.Row {
	t.Helper()
	items := map[submission.Key]submission.Row{}
	require.NoError(t, d.store.Scan(ctx, func(key *submission.Key, row submission.Row) error {
		items[*key] = slices.Clone(row)
		return nil
	}))
	return items
}

func (d *desk) marks(t *testing.T, on day.Day) []submission.Mark {
	t.Helper()
	var marks []submission.Mark
	require.NoError(t, d.store.Marks(ctx, on, func(m submission.Mark) error {
		marks = append(marks, m)
		return nil
	}))
	return marks
}

// faulty is a store between a register and a real one. Each hook that is set
// is called in the place of the operation, with what would do it.
type faulty struct {
	submission.Store
	add     func(do func() (submission.Row, bool, error)) (submission.Row, bool, error)
	mark    func(do func() error) error
	replace func(do func() error) error
}

func (f *faulty) Add(ctx context.Context, key submission.Key, row submission.Row) (submission.Row, bool, error) {
	if f.add == nil {
		return f.Store.Add(ctx, key, row)
	}
	return f.add(func() (submission.Row, bool, error) { return f.Store.Add(ctx, key, row) })
}

func (f *faulty) Mark(ctx context.Context, m submission.Mark) error {
	if f.mark == nil {
		return f.Store.Mark(ctx, m)
	}
	return f.mark(func() error { return f.Store.Mark(ctx, m) })
}

func (f *faulty) Replace(ctx context.Context, key submission.Key, old, next submission.Row) error {
	if f.replace == nil {
		return f.Store.Replace(ctx, key, old, next)
	}
	return f.replace(func() error { return f.Store.Replace(ctx, key, old, next) })
}

var errLost = errors.Join(submission.ErrUnavailable, errors.New("the line was cut"))

func TestSendingTwiceIsTheSameAsOnce(t *testing.T) {
	d := openDesk(t)
	response, pledge := d.responseDraft(t, today), d.pledgeDraft(t, today)
	first := d.respond(t, today, response)
	d.promise(t, today, pledge)
	made, _, _, err := d.Pledge(ctx, today, pledge)
	require.NoError(t, err)
	before := d.items(t)
	for range 3 {
		again, created, err := d.Respond(ctx, today, response)
		require.NoError(t, err)
		require.False(t, created)
		require.Equal(t, first, again)

		p, receipt, created, err := d.Pledge(ctx, today, pledge)
		require.NoError(t, err)
		require.False(t, created)
		require.Equal(t, pledge.Receipt, receipt.String())
		require.Equal(t, made, p)
	}
	require.Len(t, before, 2)
	require.Equal(t, before, d.items(t))
	require.Empty(t, d.marks(t, today), "taking in changes nothing")
}

func TestTheSameBodyWrittenOtherwiseIsTheSame(t *testing.T) {
	d := openDesk(t)
	response := d.responseDraft(t, today)
	receipt := d.respond(t, today, response)
	slices.Reverse(response.Answers)
	for _, written := range []string{receipt.Code(submission.KindResponse), strings.ToUpper(receipt.String()), " " + receipt.String()} {
		response.Receipt = written
		_, created, err := d.Respond(ctx, today, response)
		require.NoError(t, err)
		require.False(t, created)
	}
	pledge := d.pledgeDraft(t, today)
	pledge.Pledge, pledge.OwnWords = "", "I will read one paper a week."
	d.promise(t, today, pledge)
	pledge.OwnWords = "\n  I will read one paper a week. "
	_, _, created, err := d.Pledge(ctx, today, pledge)
	require.NoError(t, err)
	require.False(t, created)
}

func TestAnotherBodyIsAConflictAndTheFirstStands(t *testing.T) {
	d := openDesk(t)
	r := d.responseDraft(t, today)
	d.respond(t, today, r)
	p := d.pledgeDraft(t, today)
	d.promise(t, today, p)
	before := d.items(t)

	for name, change := range map[string]func(*submission.ResponseDraft){
		"wave":                     func(r *submission.ResponseDraft) { r.Wave = "after" },
		"a wave that is none":      func(r *submission.ResponseDraft) { r.Wave = "during" },
		"organisation":             func(r *submission.ResponseDraft) { r.Organisation = "R0A" },
		"an organisation unknown":  func(r *submission.ResponseDraft) { r.Organisation = "RZZ" },
		"an organisation too long": func(r *submission.ResponseDraft) { r.Organisation = "RXX\x00\x00\x00\x00" },
		"audience":                 func(r *submission.ResponseDraft) { r.Audience = "manager" },
		"band group":               func(r *submission.ResponseDraft) { r.BandGroup = "5-7" },
		"another answer":           func(r *submission.ResponseDraft) { r.Answers = []submission.AnswerDraft{{"A1", "agree"}, {"A2", "no"}} },
		"an answer less":           func(r *submission.ResponseDraft) { r.Answers = r.Answers[:1] },
		"an answer more": func(r *submission.ResponseDraft) {
			r.Answers = append(slices.Clone(r.Answers), submission.AnswerDraft{Question: "A3", Answer: "agree"})
		},
	} {
		changed := r
		change(&changed)
		for _, on := range []day.Day{today, today + 30} {
			_, created, err := d.Respond(ctx, on, changed)
			require.ErrorIs(t, err, submission.ErrConflict, "%s, on %s", name, on)
			require.False(t, created)
		}
	}
	for name, change := range map[string]func(*submission.PledgeDraft){
		"organisation":            func(p *submission.PledgeDraft) { p.Organisation = "R0A" },
		"an organisation unknown": func(p *submission.PledgeDraft) { p.Organisation = "RZZ" },
		"audience":                func(p *submission.PledgeDraft) { p.Audience = "manager" },
		"band group":              func(p *submission.PledgeDraft) { p.BandGroup = "5-7" },
		"pledge":                  func(p *submission.PledgeDraft) { p.Pledge = "PL02" },
		"a pledge that is none":   func(p *submission.PledgeDraft) { p.Pledge = "PL99" },
		"own words":               func(p *submission.PledgeDraft) { p.Pledge, p.OwnWords = "", "PL01" },
		"date":                    func(p *submission.PledgeDraft) { p.DueOn = "2027-04-01" },
		"no date":                 func(p *submission.PledgeDraft) { p.DueOn = "" },
		"a date before the era":   func(p *submission.PledgeDraft) { p.DueOn = "0001-01-01" },
		"a date after the era":    func(p *submission.PledgeDraft) { p.DueOn = "9999-12-31" },
		"display":                 func(p *submission.PledgeDraft) { p.Display = true },
	} {
		changed := p
		change(&changed)
		for _, on := range []day.Day{today, today + 30} {
			_, _, created, err := d.Pledge(ctx, on, changed)
			require.ErrorIs(t, err, submission.ErrConflict, "%s, on %s", name, on)
			require.False(t, created)
		}
	}
	require.Equal(t, before, d.items(t))

	undated := d.pledgeDraft(t, today)
	undated.DueOn = ""
	d.promise(t, today, undated)
	undated.DueOn = "9999-12-31" // no row could hold it
	_, _, _, err := d.Pledge(ctx, today, undated)
	require.ErrorIs(t, err, submission.ErrConflict)
}

func TestARetryAcrossMidnightGetsTheSameAnswer(t *testing.T) {
	d := openDesk(t)
	midnight := today + 1
	p := d.pledgeDraft(t, today)
	p.DueOn = today.String() // no longer in the future when it is sent again
	d.promise(t, today, p)
	r := d.responseDraft(t, today)
	d.respond(t, today, r)
	for _, on := range []day.Day{midnight, midnight + 1} {
		_, created, err := d.Respond(ctx, on, r)
		require.NoError(t, err)
		require.False(t, created)
		stored, _, created, err := d.Pledge(ctx, on, p)
		require.NoError(t, err)
		require.False(t, created)
		require.Equal(t, today, stored.DueOn)
	}
	require.Len(t, d.items(t), 2)
}

func TestARetryAfterTheWaveClosedGetsTheSameAnswer(t *testing.T) {
	d := openDesk(t, campaigntest.JSON(`"closes": "2030-12-31"},`, `"closes": "2026-11-22"},`))
	r, late := d.responseDraft(t, today), d.responseDraft(t, today)
	d.respond(t, today, r)
	_, created, err := d.Respond(ctx, today+1, r)
	require.NoError(t, err)
	require.False(t, created)

	_, _, err = d.Respond(ctx, today+1, late)
	require.ErrorIs(t, err, campaign.ErrClosed, "the wave is closed to what is new")
	require.ErrorContains(t, err, "the first survey is open from 2026-01-01 to 2026-11-22")
	r.Answers = r.Answers[:1]
	_, _, err = d.Respond(ctx, today+1, r)
	require.ErrorIs(t, err, submission.ErrConflict, "what is stored answers first")
}

func TestARetryAfterTheCampaignClosedGetsTheSameAnswer(t *testing.T) {
	d := openDesk(t)
	last := d.campaign.Closes
	p, late := d.pledgeDraft(t, last), d.pledgeDraft(t, last)
	p.DueOn, late.DueOn = "", ""
	d.promise(t, last, p)
	_, _, created, err := d.Pledge(ctx, last+1, p)
	require.NoError(t, err)
	require.False(t, created)
	_, _, _, err = d.Pledge(ctx, last+1, late)
	require.ErrorIs(t, err, campaign.ErrClosed)
}

func TestARetryAfterTheOrganisationClosedGetsTheSameAnswer(t *testing.T) {
	d := openDesk(t, campaigntest.Edit{File: "organisations.csv", Old: "online,National,2026-06-01,", New: "online,National,2026-06-01,2026-11-22"})
	r, p, late := d.responseDraft(t, today), d.pledgeDraft(t, today), d.responseDraft(t, today)
	r.Organisation, p.Organisation, late.Organisation = "K0N6A", "K0N6A", "K0N6A"
	d.respond(t, today, r)
	d.promise(t, today, p)
	_, created, err := d.Respond(ctx, today+1, r)
	require.NoError(t, err)
	require.False(t, created)
	_, _, created, err = d.Pledge(ctx, today+1, p)
	require.NoError(t, err)
	require.False(t, created)

	_, _, err = d.Respond(ctx, today+1, late)
	requireFaults(t, err, submission.Fault{Field: "organisation", Message: `"K0N6A" is closed. Choose the organisation you work for now.`})
}

func TestAStoredReceiptIsNeverTooOldNorTooNew(t *testing.T) {
	d := openDesk(t)
	r, p := d.responseDraft(t, today), d.pledgeDraft(t, today)
	d.respond(t, today, r)
	d.promise(t, today, p)
	for _, on := range []day.Day{today + 3, today + 1000, today - 2, today - 300} { // the clock may have been set back
		_, created, err := d.Respond(ctx, on, r)
		require.NoError(t, err, "on %s", on)
		require.False(t, created)
		_, _, created, err = d.Pledge(ctx, on, p)
		require.NoError(t, err, "on %s", on)
		require.False(t, created)
	}
	for on, message := range map[day.Day]string{
		today - 3: "This code is from 2026-11-19 and too old to be used for the first time. Send the form again with a new one.",
		today + 2: "This code is dated 2026-11-24, which is in the future. Send the form again with a new one.",
	} {
		_, _, err := d.Respond(ctx, today, d.responseDraft(t, on))
		requireFaults(t, err, submission.Fault{Field: "Idempotency-Key", Message: message})
	}
	for _, on := range []day.Day{today - 2, today - 1, today, today + 1} {
		d.respond(t, today, d.responseDraft(t, on))
	}
}

func TestARetryOfAPledgeThatLeftTheCatalogueGetsTheSameAnswer(t *testing.T) {
	d := openDesk(t)
	p := d.pledgeDraft(t, today)
	p.Pledge = "PL30"
	d.promise(t, today, p)
	shorter := campaigntest.Load(t, campaigntest.JSON(`"text": "I will meet our trust leads to plan learning together."},
    {"id": "PL30", "audience": "learning_rep", "objective": 4, "text": "I will collect three stories of how learning has helped."}`,
		`"text": "I will meet our trust leads to plan learning together."}`))
	stored, _, created, err := submission.NewRegister(d.store, shorter).Pledge(ctx, today, p)
	require.NoError(t, err)
	require.False(t, created)
	require.Equal(t, "PL30", stored.Catalogue)
}

func TestALostReplyIsAnsweredByTheRetry(t *testing.T) {
	d := openDesk(t)
	lost := d.over(&faulty{Store: d.store, add: func(do func() (submission.Row, bool, error)) (submission.Row, bool, error) {
		_, created, err := do()
		require.NoError(t, err)
		require.True(t, created)
		return nil, false, errLost
	}})
	r := d.responseDraft(t, today)
	_, _, err := lost.Respond(ctx, today, r)
	require.ErrorIs(t, err, submission.ErrUnavailable)
	_, created, err := d.Respond(ctx, today, r)
	require.NoError(t, err)
	require.False(t, created, "it was stored the first time")
	require.Len(t, d.items(t), 1)
}

func TestOneOfManyThatSendTheSameReceiptIsStored(t *testing.T) {
	d := openDesk(t)
	same, other := d.responseDraft(t, today), d.responseDraft(t, today)
	other.Receipt = same.Receipt
	other.Answers = other.Answers[:1]
	var mu sync.Mutex
	outcomes := map[string]int{}
	var wg sync.WaitGroup
	for i := range 32 {
		wg.Go(func() {
			draft := same
			if i%2 == 0 {
				draft = other
			}
			_, created, err := d.Respond(ctx, today, draft)
			mu.Lock()
			defer mu.Unlock()
			switch {
			case errors.Is(err, submission.ErrConflict):
				outcomes["conflict"]++
			case err != nil:
				outcomes[err.Error()]++
			case created:
				outcomes["created"]++
			default:
				outcomes["again"]++
			}
		})
	}
	wg.Wait()
	require.Equal(t, map[string]int{"created": 1, "again": 15, "conflict": 16}, outcomes)
	require.Len(t, d.items(t), 1)
}

func TestOneReceiptServesAPledgeAndAResponseButNeverTwoResponses(t *testing.T) {
	d := openDesk(t)
	p, r := d.pledgeDraft(t, today), d.responseDraft(t, today)
	r.Receipt = p.Receipt
	d.promise(t, today, p)
	d.respond(t, today, r)
	require.Len(t, d.items(t), 2)

	r.Wave = "after"
	_, _, err := d.Respond(ctx, today, r)
	require.ErrorIs(t, err, submission.ErrConflict)
	r.Before = r.Receipt
	_, _, err = d.Respond(ctx, today, r)
	require.ErrorIs(t, err, submission.ErrConflict)
	require.Len(t, d.items(t), 2)
}

func TestAnAfterResponseStoresTheKeyOfTheOneItNames(t *testing.T) {
	d := openDesk(t)
	before := d.respond(t, today, d.responseDraft(t, today))
	after := d.responseDraft(t, today)
	after.Wave, after.Before = "after", before.Code(submission.KindResponse)
	receipt := d.respond(t, today, after)

	key, named := receipt.Key(submission.KindResponse), before.Key(submission.KindResponse)
	view, err := d.items(t)[key].View()
	require.NoError(t, err)
	require.True(t, view.HasLink())
	require.Equal(t, named.Link(), view.Link())

	after.Before = before.String() // the other form of the same receipt
	_, created, err := d.Respond(ctx, today, after)
	require.NoError(t, err)
	require.False(t, created)
	after.Before = ""
	_, _, err = d.Respond(ctx, today, after)
	require.ErrorIs(t, err, submission.ErrConflict)
}

// TestTheAnswerDoesNotTellWhatANamedReceiptIs holds that an after-response is
// stored and answered in the same way whether the receipt it names is its own
// person's, another organisation's, an after-response's, its own, withdrawn or unknown.
func TestTheAnswerDoesNotTellWhatANamedReceiptIs(t *testing.T) {
	d := openDesk(t)
	elsewhere := d.responseDraft(t, today)
	elsewhere.Organisation = "R0A"
	second := d.responseDraft(t, today)
	second.Wave = "after"
	own := d.responseDraft(t, today)
	withdrawn := d.respond(t, today, d.responseDraft(t, today))
	require.NoError(t, d.Withdraw(ctx, today, submission.KindResponse, withdrawn))
	for name, before := range map[string]string{
		"a receipt of the same person":       d.respond(t, today, d.responseDraft(t, today)).String(),
		"another organisation's receipt":     d.respond(t, today, elsewhere).String(),
		"the receipt of an after-response":   d.respond(t, today, second).String(),
		"the receipt of a pledge":            d.promise(t, today, d.pledgeDraft(t, today)).String(),
		"a withdrawn receipt":                withdrawn.String(),
		"an unknown receipt":                 d.mint(t, today).String(),
		"an unknown receipt of long ago":     d.mint(t, submission.FirstDay).String(),
		"an unknown receipt from the future": d.mint(t, submission.LastDay).String(),
		"its own receipt":                    own.Receipt,
	} {
		after := d.responseDraft(t, today)
		if before == own.Receipt {
			after.Receipt = before
		}
		after.Wave, after.Before = "after", before
		receipt := d.respond(t, today, after)
		require.Equal(t, after.Receipt, receipt.String(), name)
		require.Contains(t, d.items(t), receipt.Key(submission.KindResponse), name)
	}
}

func TestAWithdrawalBeforeItsDelayedSubmitHolds(t *testing.T) {
	d := openDesk(t)
	for _, on := range []day.Day{today - 2, today, today + 1} { // every receipt that could still come
		r, p := d.responseDraft(t, on), d.pledgeDraft(t, on)
		require.NoError(t, d.Withdraw(ctx, today, submission.KindResponse, parse(t, submission.KindResponse, r.Receipt)))
		require.NoError(t, d.Withdraw(ctx, today, submission.KindPledge, parse(t, submission.KindPledge, p.Receipt)))
		_, _, err := d.Respond(ctx, today, r)
		require.ErrorIs(t, err, submission.ErrWithdrawn)
		_, _, _, err = d.Pledge(ctx, today, p)
		require.ErrorIs(t, err, submission.ErrWithdrawn)
	}
	for _, row := range d.items(t) {
		require.True(t, row.Withdrawn())
	}
	require.Len(t, d.items(t), 6)
	require.Len(t, d.marks(t, today), 6)
}

func TestASubmissionThatArrivesDuringItsWithdrawalIsWithdrawn(t *testing.T) {
	d := openDesk(t)
	r := d.responseDraft(t, today)
	between := d.over(&faulty{Store: d.store, mark: func(do func() error) error {
		if len(d.items(t)) == 0 {
			d.respond(t, today, r)
		}
		return do()
	}})
	receipt := parse(t, submission.KindResponse, r.Receipt)
	require.NoError(t, between.Withdraw(ctx, today, submission.KindResponse, receipt))
	require.Equal(t, submission.Tombstone, d.items(t)[receipt.Key(submission.KindResponse)])
}

func TestWithdrawingRemovesTheAnswersAndLeavesATombstoneAndAMark(t *testing.T) {
	d := openDesk(t)
	receipt := d.respond(t, today, d.responseDraft(t, today))
	key := receipt.Key(submission.KindResponse)
	later := today + 40
	require.NoError(t, d.Withdraw(ctx, later, submission.KindResponse, receipt))
	require.Equal(t, map[submission.Key]submission.Row{key: submission.Tombstone}, d.items(t))
	mark := submission.Mark{On: later, Key: key, Change: submission.Withdrawal}
	require.Equal(t, []submission.Mark{mark}, d.marks(t, later), "in the partition of the day of the change")

	for i := range day.Day(3) { // again and again
		require.NoError(t, d.Withdraw(ctx, later+i, submission.KindResponse, receipt))
	}
	require.Equal(t, []submission.Mark{mark}, append(d.marks(t, later), d.marks(t, later+1)...), "what is withdrawn does not change again")
}

func TestWithdrawingAPledgeLeavesTheResponseOfTheSameReceipt(t *testing.T) {
	d := openDesk(t)
	p, r := d.pledgeDraft(t, today), d.responseDraft(t, today)
	r.Receipt = p.Receipt
	receipt := d.promise(t, today, p)
	d.respond(t, today, r)
	require.NoError(t, d.Withdraw(ctx, today, submission.KindPledge, receipt))
	_, _, err := d.Survey(ctx, receipt)
	require.NoError(t, err)
	_, err = d.Mine(ctx, receipt)
	require.ErrorIs(t, err, submission.ErrWithdrawn)
}

func TestAReceiptTooOldToBeStoredIsWithdrawnByLeavingItAlone(t *testing.T) {
	d := openDesk(t)
	require.NoError(t, d.Withdraw(ctx, today, submission.KindResponse, d.mint(t, today-4)))
	require.Empty(t, d.items(t))
	require.Empty(t, d.marks(t, today))
}

// TestASubmissionJudgedBeforeMidnightIsRefusedAfterItsWithdrawal: the receipt was
// good for the last day when the submission was judged, and the withdrawal overtook it on the next.
func TestASubmissionJudgedBeforeMidnightIsRefusedAfterItsWithdrawal(t *testing.T) {
	d := openDesk(t)
	draft := d.responseDraft(t, today-3)
	receipt, err := submission.ParseReceipt(submission.KindResponse, draft.Receipt)
	require.NoError(t, err)
	require.NoError(t, d.Withdraw(ctx, today, submission.KindResponse, receipt))
	_, _, err = d.Respond(ctx, today-1, draft)
	require.ErrorIs(t, err, submission.ErrWithdrawn)
	require.Len(t, d.items(t), 1)
}

// TestNoTombstoneStandsWhereNoRunReads: what aggregation does not read a recount
// would find, and take for a mistake.
func TestNoTombstoneStandsWhereNoRunReads(t *testing.T) {
	d := openDesk(t)
	first, last := submission.ReceiptDays(d.campaign.Opens, d.campaign.Closes)
	for _, on := range []day.Day{first - 1, last + 1} {
		receipt := d.mint(t, on)
		require.NoError(t, d.Withdraw(ctx, on, submission.KindPledge, receipt))
		require.Empty(t, d.items(t))
		require.Empty(t, d.marks(t, on))
		draft := d.pledgeDraft(t, on)
		draft.Receipt, draft.DueOn = receipt.String(), ""
		for server := on - 1; server <= on+2; server++ {
			_, _, _, err := d.Pledge(ctx, server, draft)
			require.ErrorIs(t, err, campaign.ErrClosed, "nothing can be sent under it all the same")
		}
	}
	for i, on := range []day.Day{first, last} {
		require.NoError(t, d.Withdraw(ctx, on, submission.KindPledge, d.mint(t, on)))
		require.Len(t, d.items(t), i+1)
	}
}

func TestAReceiptFromTheFutureCannotBeWithdrawnUnlessItIsStored(t *testing.T) {
	d := openDesk(t)
	err := d.Withdraw(ctx, today, submission.KindResponse, d.mint(t, today+2))
	requireFaults(t, err, submission.Fault{Field: "Receipt", Message: "This code is dated 2026-11-24, which is in the future."})
	require.Empty(t, d.items(t))

	stored := d.respond(t, today+2, d.responseDraft(t, today+2)) // and then the clock is set back
	require.NoError(t, d.Withdraw(ctx, today, submission.KindResponse, stored))
	require.True(t, d.items(t)[stored.Key(submission.KindResponse)].Withdrawn())
}

// TestAWithdrawalThatLosesItsSecondStep holds what is promised of the order of
// its two steps: the item is live and the mark stands, so a run looks at the item
// again and finds it, and the retry completes the withdrawal.
func TestAWithdrawalThatLosesItsSecondStep(t *testing.T) {
	d := openDesk(t)
	receipt := d.respond(t, today, d.responseDraft(t, today))
	key := receipt.Key(submission.KindResponse)
	lost := d.over(&faulty{Store: d.store, replace: func(func() error) error { return errLost }})
	require.ErrorIs(t, lost.Withdraw(ctx, today+1, submission.KindResponse, receipt), submission.ErrUnavailable)
	require.False(t, d.items(t)[key].Withdrawn())
	mark := submission.Mark{On: today + 1, Key: key, Change: submission.Withdrawal}
	require.Equal(t, []submission.Mark{mark}, d.marks(t, today+1))

	require.NoError(t, d.Withdraw(ctx, today+2, submission.KindResponse, receipt))
	require.True(t, d.items(t)[key].Withdrawn())
	mark.On = today + 2
	require.Equal(t, []submission.Mark{mark}, d.marks(t, today+2), "the day it came about is marked too")
}

func TestAWithdrawalThatLosesItsFirstStepChangesNothing(t *testing.T) {
	d := openDesk(t)
	receipt := d.respond(t, today, d.responseDraft(t, today))
	before := d.items(t)
	lost := d.over(&faulty{Store: d.store, mark: func(func() error) error { return errLost }})
	require.ErrorIs(t, lost.Withdraw(ctx, today, submission.KindResponse, receipt), submission.ErrUnavailable)
	require.ErrorIs(t, lost.Withdraw(ctx, today, submission.KindResponse, d.mint(t, today)), submission.ErrUnavailable)
	require.Equal(t, before, d.items(t))
}

func TestAWithdrawalThatLosesItsReplyIsAnsweredByTheRetry(t *testing.T) {
	d := openDesk(t)
	receipt := d.respond(t, today, d.responseDraft(t, today))
	lost := d.over(&faulty{Store: d.store, replace: func(do func() error) error {
		require.NoError(t, do())
		return errLost
	}})
	require.ErrorIs(t, lost.Withdraw(ctx, today, submission.KindResponse, receipt), submission.ErrUnavailable)
	require.NoError(t, d.Withdraw(ctx, today, submission.KindResponse, receipt))
	require.Len(t, d.marks(t, today), 1)
}

func TestAWithdrawnReceiptIsWithdrawnWhateverTheBody(t *testing.T) {
	d := openDesk(t)
	r, p := d.responseDraft(t, today), d.pledgeDraft(t, today)
	require.NoError(t, d.Withdraw(ctx, today, submission.KindResponse, d.respond(t, today, r)))
	require.NoError(t, d.Withdraw(ctx, today, submission.KindPledge, d.promise(t, today, p)))
	for _, on := range []day.Day{today, today + 3, d.campaign.Closes + 1} {
		for _, body := range []submission.ResponseDraft{
			r,
			{Receipt: r.Receipt},
			{Receipt: r.Receipt, Wave: "after", Organisation: "RZZ", Audience: "patients", BandGroup: "10", Answers: []submission.AnswerDraft{{"Z1", "yes"}}, Before: "no code"},
		} {
			_, _, err := d.Respond(ctx, on, body)
			require.ErrorIs(t, err, submission.ErrWithdrawn)
		}
		for _, body := range []submission.PledgeDraft{p, {Receipt: p.Receipt}, {Receipt: p.Receipt, Organisation: "RZZ", OwnWords: "\x00", DueOn: "tomorrow"}} {
			_, _, _, err := d.Pledge(ctx, on, body)
			require.ErrorIs(t, err, submission.ErrWithdrawn)
		}
	}
	receipt := parse(t, submission.KindPledge, p.Receipt)
	_, err := d.Mine(ctx, receipt)
	require.ErrorIs(t, err, submission.ErrWithdrawn)
	_, err = d.SetStatus(ctx, today, receipt, submission.Kept)
	require.ErrorIs(t, err, submission.ErrWithdrawn)
	_, _, err = d.Survey(ctx, parse(t, submission.KindResponse, r.Receipt))
	require.ErrorIs(t, err, submission.ErrWithdrawn)
}

func TestWhatIsNotStoredIsNotFound(t *testing.T) {
	d := openDesk(t)
	receipt := d.respond(t, today, d.responseDraft(t, today))
	_, err := d.Mine(ctx, receipt)
	require.ErrorIs(t, err, submission.ErrNotFound, "a response is no pledge")
	_, err = d.SetStatus(ctx, today, receipt, submission.Kept)
	require.ErrorIs(t, err, submission.ErrNotFound)
	_, _, err = d.Survey(ctx, d.mint(t, today))
	require.ErrorIs(t, err, submission.ErrNotFound)
}

func TestAPledgeIsOpenedAgainByItsReceipt(t *testing.T) {
	d := openDesk(t)
	draft := d.pledgeDraft(t, today)
	draft.Pledge, draft.OwnWords, draft.Display = "", "  I will learn to sign. 👩‍⚕️ ", true
	p, err := d.Mine(ctx, d.promise(t, today, draft))
	require.NoError(t, err)
	require.Equal(t, submission.Pledge{Organisation: "RXX", Audience: d.campaign.Audience("staff"), BandGroup: d.campaign.BandGroup("1-4"),
		OwnWords: "I will learn to sign. 👩‍⚕️", DueOn: day.Must("2027-03-31"), Display: true, Status: submission.Made, Version: 1}, p)
}

func TestOfAResponseOnlyWaveAndOrganisationComeOut(t *testing.T) {
	d := openDesk(t)
	wave, organisation, err := d.Survey(ctx, d.respond(t, today, d.responseDraft(t, today)))
	require.NoError(t, err)
	require.Equal(t, "before", d.campaign.Waves[wave].ID)
	require.Equal(t, "RXX", organisation)
}

func TestAChangeOfStatusIsVersionedAndMarked(t *testing.T) {
	d := openDesk(t)
	draft := d.pledgeDraft(t, today)
	receipt := d.promise(t, today, draft)
	version := uint32(1)
	for i, status := range []submission.Status{submission.PartlyKept, submission.Kept, submission.NotKept, submission.Made} { // every one can follow every other
		on := today + day.Day(i)
		p, err := d.SetStatus(ctx, on, receipt, status)
		require.NoError(t, err)
		version++
		require.Equal(t, status, p.Status)
		require.Equal(t, version, p.Version)
		require.Equal(t, []submission.Mark{{On: on, Key: receipt.Key(submission.KindPledge), Change: submission.StatusChange}}, d.marks(t, on))

		same, err := d.SetStatus(ctx, on+100, receipt, status)
		require.NoError(t, err)
		require.Equal(t, p, same)
		require.Empty(t, d.marks(t, on+100), "the same status again changes nothing")
	}
}

func TestAReplayAfterAChangeOfStatusShowsThePresentStatus(t *testing.T) {
	d := openDesk(t)
	draft := d.pledgeDraft(t, today)
	changed, err := d.SetStatus(ctx, today, d.promise(t, today, draft), submission.Kept)
	require.NoError(t, err)
	replayed, _, created, err := d.Pledge(ctx, today, draft)
	require.NoError(t, err)
	require.False(t, created)
	require.Equal(t, submission.Kept, replayed.Status)
	require.Equal(t, changed, replayed)
}

func TestManyChangesOfStatusAtOnceLoseNone(t *testing.T) {
	d := openDesk(t)
	receipt := d.promise(t, today, d.pledgeDraft(t, today))
	var mu sync.Mutex
	replaced := uint32(0)
	counted := d.over(&faulty{Store: d.store, replace: func(do func() error) error {
		err := do()
		if err == nil {
			mu.Lock()
			replaced++
			mu.Unlock()
		}
		return err
	}})
	var wg sync.WaitGroup
	errs := make([]error, 16)
	for i := range errs {
		wg.Go(func() {
			for n := 0; n < 8; {
				_, err := counted.SetStatus(ctx, today, receipt, submission.Statuses[(i+n)%len(submission.Statuses)])
				switch {
				case err == nil:
					n++
				case !errors.Is(err, submission.ErrUnavailable): // too many others: the caller sends it again
					errs[i] = err
					return
				}
			}
		})
	}
	wg.Wait()
	require.NoError(t, errors.Join(errs...))
	p, err := d.Mine(ctx, receipt)
	require.NoError(t, err)
	require.Positive(t, replaced)
	require.Equal(t, 1+replaced, p.Version)
}

func TestAChangeThatIsAlwaysOvertakenGivesUpForNow(t *testing.T) {
	d := openDesk(t)
	receipt := d.promise(t, today, d.pledgeDraft(t, today))
	tries := 0
	busy := d.over(&faulty{Store: d.store, replace: func(func() error) error {
		tries++
		return submission.ErrChanged
	}})
	_, err := busy.SetStatus(ctx, today, receipt, submission.Kept)
	require.ErrorIs(t, err, submission.ErrUnavailable)
	require.NotErrorIs(t, err, submission.ErrChanged)
	require.ErrorIs(t, busy.Withdraw(ctx, today, submission.KindPledge, receipt), submission.ErrUnavailable)
	require.Equal(t, 16, tries)
}

func TestAWithdrawalOvertakenByAChangeOfStatusStillWithdraws(t *testing.T) {
	d := openDesk(t)
	receipt := d.promise(t, today, d.pledgeDraft(t, today))
	var once sync.Once
	overtaken := d.over(&faulty{Store: d.store, replace: func(do func() error) error {
		once.Do(func() {
			_, err := d.SetStatus(ctx, today, receipt, submission.Kept)
			require.NoError(t, err)
		})
		return do()
	}})
	require.NoError(t, overtaken.Withdraw(ctx, today, submission.KindPledge, receipt))
	require.True(t, d.items(t)[receipt.Key(submission.KindPledge)].Withdrawn())
}

func TestNothingIsTakenInForAContextThatIsOver(t *testing.T) {
	d := openDesk(t)
	over, cancel := context.WithCancel(ctx)
	cancel()
	_, _, err := d.Respond(over, today, d.responseDraft(t, today))
	require.ErrorIs(t, err, submission.ErrUnavailable)
	require.ErrorIs(t, err, context.Canceled)
	require.Empty(t, d.items(t))
}
