package submission_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"learningforlife/shared/day"
	_ "learningforlife/shared/seeded"
	"learningforlife/shared/submission"
)

// lossy is a store whose line may be cut on the way there or on the way back.
type lossy struct {
	submission.Store
	t *rapid.T
}

func (l lossy) cut(do func() error) error {
	switch rapid.IntRange(0, 9).Draw(l.t, "line") {
	case 0:
		return errLost
	case 1:
		return errors.Join(do(), errLost)
	}
	return do()
}

func (l lossy) Add(ctx context.Context, key submission.Key, row submission.Row) (stored submission.Row, created bool, err error) {
	err = l.cut(func() (err error) { stored, created, err = l.Store.Add(ctx, key, row); return err })
	return stored, created, err
}

func (l lossy) Get(ctx context.Context, key submission.Key) (row submission.Row, err error) {
	err = l.cut(func() (err error) { row, err = l.Store.Get(ctx, key); return err })
	return row, err
}

func (l lossy) Replace(ctx context.Context, key submission.Key, old, next submission.Row) error {
	return l.cut(func() error { return l.Store.Replace(ctx, key, old, next) })
}

func (l lossy) Mark(ctx context.Context, m submission.Mark) error {
	return l.cut(func() error { return l.Store.Mark(ctx, m) })
}

// expected is what ought to be stored under a key.
type expected struct {
	body      int // 0 if nothing is
	status    submission.Status
	withdrawn bool
}

// TestRandomHistories plays submissions, retries, altered repeats, changes of
// status and withdrawals over days, on a line that loses requests and replies;
// everybody tries again until there is an answer. What is stored in the end is what a
// line that loses nothing would have stored, and every change left a mark on a day it was tried.
func TestRandomHistories(t *testing.T) {
	d := openDesk(t)
	random := d.random
	rapid.Check(t, func(t *rapid.T) {
		register := submission.NewRegister(lossy{d.store, t}, d.campaign)
		receipts := make([]submission.Receipt, 3)
		for i := range receipts {
			r, err := submission.Mint(today+day.Day(i), random)
			require.NoError(t, err)
			receipts[i] = r
		}
		model := map[submission.Key]expected{}
		changed := map[submission.Key][]day.Day{}
		on := today
		until := func(do func() error) error {
			for {
				if err := do(); !errors.Is(err, submission.ErrUnavailable) {
					return err
				}
			}
		}
		for range rapid.IntRange(1, 25).Draw(t, "steps") {
			receipt := rapid.SampledFrom(receipts).Draw(t, "receipt")
			kind := drawKind(t)
			key := receipt.Key(kind)
			was := model[key]
			switch step := rapid.SampledFrom([]string{"submit", "submit", "submit", "status", "withdraw", "sleep"}).Draw(t, "step"); step {
			case "sleep":
				on++
			case "submit":
				body := rapid.IntRange(1, 3).Draw(t, "body")
				err := until(func() error { return submit(register, on, kind, receipt, body) })
				switch {
				case was.withdrawn:
					require.ErrorIs(t, err, submission.ErrWithdrawn)
				case was.body == 0 && !receipt.Accepted(on):
					require.ErrorAs(t, err, &submission.Invalid{})
				case was.body != 0 && was.body != body:
					require.ErrorIs(t, err, submission.ErrConflict)
				default:
					require.NoError(t, err)
					if was.body == 0 {
						model[key] = expected{body: body, status: submission.Made}
					}
				}
			case "status":
				status := rapid.SampledFrom(submission.Statuses).Draw(t, "status")
				pledgeKey := receipt.Key(pledge)
				was := model[pledgeKey]
				err := until(func() error { _, err := register.SetStatus(ctx, on, receipt, status); return err })
				switch {
				case was.withdrawn:
					require.ErrorIs(t, err, submission.ErrWithdrawn)
				case was.body == 0:
					require.ErrorIs(t, err, submission.ErrNotFound)
				default:
					require.NoError(t, err)
					if was.status != status {
						changed[pledgeKey] = append(changed[pledgeKey], on)
					}
					was.status = status
					model[pledgeKey] = was
				}
			case "withdraw":
				err := until(func() error { return register.Withdraw(ctx, on, kind, receipt) })
				if was == (expected{}) && receipt.Day() > on+1 {
					require.ErrorAs(t, err, &submission.Invalid{})
					continue
				}
				require.NoError(t, err)
				// A tombstone is left for a day longer than a submission is accepted: one may be on its way.
				if was.body != 0 || receipt.Accepted(on) || receipt.Accepted(on-1) {
					if !was.withdrawn {
						changed[key] = append(changed[key], on)
					}
					model[key] = expected{withdrawn: true}
				}
			}
		}
		items := map[submission.Key]submission.Row{}
		require.NoError(t, d.store.Scan(ctx, func(key *submission.Key, row submission.Row) error {
			items[*key] = slices.Clone(row)
			return nil
		}))
		for _, receipt := range receipts {
			for _, kind := range []submission.Kind{pledge, response} {
				key := receipt.Key(kind)
				row, stored := items[key]
				want := model[key]
				require.Equal(t, want != expected{}, stored)
				require.Equal(t, want.withdrawn, row.Withdrawn())
				if kind == pledge && want.body != 0 && !want.withdrawn {
					p, err := row.Pledge(d.campaign)
					require.NoError(t, err)
					require.Equal(t, want.status, p.Status)
					require.Equal(t, catalogue(want.body), p.Catalogue)
				}
				for _, on := range changed[key] {
					var marked []submission.Key
					require.NoError(t, d.store.Marks(ctx, on, func(m submission.Mark) error {
						marked = append(marked, m.Key)
						return nil
					}))
					require.Contains(t, marked, key)
				}
			}
		}
	})
}

func catalogue(body int) string { return fmt.Sprintf("PL%02d", body) }

func submit(register *submission.Register, on day.Day, kind submission.Kind, receipt submission.Receipt, body int) error {
	if kind == pledge {
		_, _, _, err := register.Pledge(ctx, on, submission.PledgeDraft{Receipt: receipt.String(), Organisation: "RXX", Audience: "staff", BandGroup: "1-4", Pledge: catalogue(body)})
		return err
	}
	_, _, err := register.Respond(ctx, on, submission.ResponseDraft{Receipt: receipt.String(), Wave: "before", Organisation: "RXX", Audience: "staff", BandGroup: "1-4",
		Answers: []submission.AnswerDraft{{Question: "A2", Answer: []string{"yes", "no", "not_sure"}[body-1]}}})
	return err
}
