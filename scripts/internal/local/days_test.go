package local_test

import (
	"context"
	"crypto/rand"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"learningforlife/scripts/internal/local"
	"learningforlife/scripts/internal/recount"
	"learningforlife/scripts/internal/storage"
	"learningforlife/shared/campaign"
	"learningforlife/shared/day"
	"learningforlife/shared/document"
	"learningforlife/shared/seal"
	"learningforlife/shared/submission"
)

// calendar is the clock of a site: it stands at noon of a day until the next one is turned to.
type calendar struct {
	mu    sync.Mutex
	today day.Day
}

func (c *calendar) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.today.Time().Add(12 * time.Hour)
}

func (c *calendar) turn() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.today++
}

// asked is a store that keeps the first day which anybody asked to read.
type asked struct {
	storage.Store
	mu    sync.Mutex
	first day.Day
}

func (a *asked) Read(ctx context.Context, parts []submission.Part, open func() submission.Visit) error {
	a.mu.Lock()
	for _, p := range parts {
		a.first = min(a.first, p.Day)
	}
	a.mu.Unlock()
	return a.Store.Read(ctx, parts, open)
}

// since returns the first day that was asked for while something was done.
func (a *asked) since(do func()) day.Day {
	set := func(to day.Day) (was day.Day) {
		a.mu.Lock()
		defer a.mu.Unlock()
		was, a.first = a.first, to
		return was
	}
	set(day.Must("2100-01-01"))
	do()
	return set(0)
}

// passing is a site over which days pass, and which recounts all the time.
type passing struct {
	*served
	*calendar
	campaign *campaign.Campaign
	store    *asked
}

// send sends a pledge or a response under a new receipt, and returns that.
func (p *passing) send(path, body string) string {
	p.Helper()
	r, err := submission.Mint(p.today, rand.Reader)
	require.NoError(p, err)
	status, _, answer := p.ask(http.MethodPost, path, body, "Idempotency-Key: "+r.String())
	require.Equal(p, http.StatusCreated, status, answer)
	return r.String()
}

func (p *passing) respond(wave, answer, more string) string {
	p.Helper()
	return p.send("/v1/responses", fmt.Sprintf(`{"wave":%q,"organisation":"RXX","audience":"staff","bandGroup":"1-4","answers":{"A1":%q}%s}`, wave, answer, more))
}

// run aggregates, and holds what came of it against a count of all that is stored.
func (p *passing) run() recount.Counts {
	p.Helper()
	status, _, answer := p.ask(http.MethodPost, "/v1/aggregations", "{}")
	require.Equal(p, http.StatusOK, status, answer)
	report, err := recount.Compare(p.Context(), p.campaign, p.store, p.store.Workings(), p.store.Settings())
	require.NoError(p, err)
	require.NotNil(p, report.Snapshot)
	require.Equal(p, report.Recount, *report.Snapshot)
	require.True(p, report.Equal)
	return report.Recount
}

// recounted waits for a recount that began after all that was done before.
func (p *passing) recounted() {
	p.Helper()
	p.logs("msg=recounted", strings.Count(p.log.String(), "msg=recounted")+2)
}

// TestSealedDays lets a week pass. What people send, withdraw and change comes out
// of runs as it does of a count of everything, though they read open days only.
func TestSealedDays(t *testing.T) {
	const days, opens = 8, "2026-11-22"
	c, err := campaign.Shipped()
	require.NoError(t, err)
	p := &passing{calendar: &calendar{today: day.Must(opens)}, campaign: c, store: &asked{}}
	p.served = serve(t, func(c *local.Config) {
		p.store.Store = c.Store
		c.Store, c.Now, c.RecountEvery = p.store, p.now, 500*time.Millisecond
	})
	var befores, pledges []string
	books := 0
	for n := range days {
		befores = append(befores, p.respond("before", "disagree", ""), p.respond("before", "agree", ""))
		p.respond("after", "agree", fmt.Sprintf(`,"before":%q`, befores[n+1])) // of half as many days ago
		pledges = append(pledges, p.send("/v1/pledges", `{"organisation":"RXX","audience":"staff","bandGroup":"1-4","pledge":"PL01"}`))
		p.run()
		number, _, err := document.Newest(t.Context(), p.store.Workings(), "seal")
		require.NoError(t, err)
		require.Greater(t, number, books, "each day something is due to be sealed")
		books = number
		if n < days-1 {
			p.turn()
		}
	}
	all := p.run()
	require.Equal(t, 2*days, all.Responses["before"])
	require.Equal(t, days, all.Responses["after"])
	require.Equal(t, days, all.Pledges)
	require.Equal(t, days, all.Pairs)

	p.recounted() // of two that would seal at the same time one may have left it to the next
	book, err := seal.Newest(t.Context(), p.store.Workings(), c)
	require.NoError(t, err)
	require.Equal(t, p.today-4, book.Through)
	open := p.today - 3
	require.Equal(t, open, p.store.since(func() { p.run() }), "sealed days are not read")

	for _, withdrawn := range []string{befores[0], befores[3], befores[7]} { // one that nobody names, and two that are named on a sealed day and on an open one
		status, _, answer := p.ask(http.MethodDelete, "/v1/responses/mine", "", "Receipt: "+withdrawn)
		require.Equal(t, http.StatusNoContent, status, answer)
	}
	status, _, answer := p.ask(http.MethodPatch, "/v1/pledges/mine", `{"status":"kept"}`, "Receipt: "+pledges[2])
	require.Equal(t, http.StatusOK, status, answer)
	left := p.run()
	require.Equal(t, 2*days-3, left.Responses["before"])
	require.Equal(t, 3, left.Withdrawn)
	require.Equal(t, days, left.Pledges)
	require.Equal(t, days-2, left.Pairs)
	p.recounted()
	require.Equal(t, open, p.store.since(func() { p.run() }), "what was changed is sealed again")
	p.recounted()
	require.NoError(t, p.server.Stop(patience))
	require.NotContains(t, p.log.String(), "ALARM")
	require.NotContains(t, p.log.String(), "not trusted")
}
