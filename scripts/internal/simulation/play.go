package simulation

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"slices"

	"golang.org/x/sync/errgroup"

	"learningforlife/shared/submission"
)

// state is what is known of an item on the server.
type state struct {
	sent         bool
	acknowledged bool // the server said that it keeps something under the receipt, if only a tombstone
	withdrawn    bool
	status       submission.Status // of a live pledge
	changes      uint32            // of status
	body         []byte            // of the last acknowledgement; nil if the next may be another
}

func (s *state) live() bool { return s.acknowledged && !s.withdrawn }

// player plays one person.
type player struct {
	client *client
	world  *World
	person Person
	states []state
}

// play takes the person's steps, up to the first that is not answered as the
// contract says: what should come after that nobody knows.
func (p *player) play(ctx context.Context) error {
	for _, step := range p.person.Steps {
		item := &p.person.Items[step.Item]
		if err := p.step(ctx, step, item, &p.states[step.Item]); err != nil {
			return fmt.Errorf("person %d, %s (%s): %w", p.person.Number, step.Do, item.Kind, err)
		}
	}
	return nil
}

func (p *player) step(ctx context.Context, step Step, item *Item, s *state) error {
	switch step.Do {
	case Send:
		return p.send(ctx, item, s, item.Body)
	case SendAgain:
		return p.send(ctx, item, s, item.Reworded)
	case SendTwice:
		return p.sendTwice(ctx, item, s)
	case SendAltered:
		return p.sendAltered(ctx, item)
	case SendMistake:
		return p.sendMistake(ctx, item)
	case Open:
		return p.open(ctx, item, s)
	case SetStatus:
		return p.setStatus(ctx, item, s, step.Status)
	case Remind:
		return p.remind(ctx, item)
	case Withdraw:
		return p.withdraw(ctx, item, s)
	}
	return fmt.Errorf("action %d is unknown", step.Do)
}

// path is where submissions of the item's kind are sent; mine is where one is opened.
func (i *Item) path() string {
	if i.Kind == submission.KindPledge {
		return "/v1/pledges"
	}
	return "/v1/responses"
}

func (i *Item) mine() string { return i.path() + "/mine" }

func (i *Item) submit(body []byte) request {
	return request{http.MethodPost, i.path(), map[string]string{"Content-Type": mediaJSON, "Idempotency-Key": i.Shown}, body}
}

func (i *Item) held(method, path string) request {
	return request{method, path, map[string]string{"Receipt": i.Shown}, nil}
}

// send sends the item. A new one is 201, or 200 if an earlier try may have been
// taken in; the same one again is 200 with the same body; a withdrawn one is 410.
func (p *player) send(ctx context.Context, item *Item, s *state, body []byte) error {
	s.sent = true
	got, err := p.client.send(ctx, item.submit(body))
	switch {
	case err != nil:
		return err
	case s.withdrawn:
		return got.problem(http.StatusGone, problemWithdrawn)
	}
	return p.accept(item, s, got)
}

func (p *player) accept(item *Item, s *state, got reply) error {
	status := http.StatusCreated
	if s.acknowledged || got.again && got.status == http.StatusOK {
		status = http.StatusOK
	}
	if err := got.has(status, mediaJSON); err != nil {
		return err
	}
	if s.body != nil && !bytes.Equal(got.body, s.body) {
		return fmt.Errorf("the answer to a repeat differs from the first: %.300s", got.body)
	}
	if !s.acknowledged {
		s.status = submission.Made
	}
	if err := item.acknowledges(got.body, s.status, p.returns(item)); err != nil {
		return err
	}
	s.acknowledged, s.body = true, got.body
	return nil
}

// returns is the page that the link in the acknowledgement leads to.
func (p *player) returns(item *Item) string {
	switch {
	case item.Kind == submission.KindPledge:
		return "/pledge/manage"
	case item.Response.Wave == p.world.campaign.Baseline():
		return "/survey/after/" + item.Response.Organisation
	}
	return "/survey/withdraw"
}

// sendTwice sends the item two times at the same moment: one of the two is new.
func (p *player) sendTwice(ctx context.Context, item *Item, s *state) error {
	s.sent = true
	var replies [2]reply
	var group errgroup.Group
	for i := range replies {
		group.Go(func() (err error) {
			replies[i], err = p.client.send(ctx, item.submit(item.Body))
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return err
	}
	slices.SortFunc(replies[:], func(a, b reply) int { return b.status - a.status }) // the new one first
	replies[0].again = replies[0].again || replies[1].again                          // either's lost try may be the one that was taken in
	for _, got := range replies {
		if err := p.accept(item, s, got); err != nil {
			return err
		}
	}
	return nil
}

// sendAltered sends another value under the same receipt: the first one stands.
func (p *player) sendAltered(ctx context.Context, item *Item) error {
	got, err := p.client.send(ctx, item.submit(item.Altered))
	if err != nil {
		return err
	}
	return got.problem(http.StatusConflict, problemConflict)
}

// sendMistake sends what cannot be taken, before anything is stored.
func (p *player) sendMistake(ctx context.Context, item *Item) error {
	r := item.submit(item.Mistake.Body)
	if item.Mistake.NoKey {
		delete(r.header, "Idempotency-Key")
	}
	got, err := p.client.send(ctx, r)
	if err != nil {
		return err
	}
	return got.problem(http.StatusUnprocessableEntity, problemInvalid, item.Mistake.Fields...)
}

// open opens the pledge and expects it in the status it was left in.
func (p *player) open(ctx context.Context, item *Item, s *state) error {
	got, err := p.client.send(ctx, item.held(http.MethodGet, item.mine()))
	if err != nil {
		return err
	}
	return p.shows(got, item, s)
}

// setStatus changes the pledge's status.
func (p *player) setStatus(ctx context.Context, item *Item, s *state, status submission.Status) error {
	r := item.held(http.MethodPatch, item.mine())
	r.header["Content-Type"] = mediaJSON
	r.body = object{{"status", status.String()}}.encode()
	got, err := p.client.send(ctx, r)
	if err != nil {
		return err
	}
	if s.live() && s.status != status {
		s.status, s.body = status, nil
		s.changes++
	}
	return p.shows(got, item, s)
}

// shows checks that a reply shows the pledge as it now stands.
func (p *player) shows(got reply, item *Item, s *state) error {
	if s.withdrawn {
		return got.problem(http.StatusGone, problemWithdrawn)
	}
	var shown struct {
		Organisation string `json:"organisation"`
		Pledge       string `json:"pledge"` // null is none, here and in the two after it
		OwnWords     string `json:"ownWords"`
		DueOn        string `json:"dueOn"`
		Display      bool   `json:"display"`
	}
	if err := got.content(&shown); err != nil {
		return err
	}
	want := item.Pledge
	dueOn := ""
	if want.DueOn != 0 {
		dueOn = want.DueOn.String()
	}
	if shown.Organisation != want.Organisation || shown.Pledge != want.Catalogue || shown.OwnWords != want.OwnWords || shown.DueOn != dueOn || shown.Display != want.Display {
		return fmt.Errorf("it is not the pledge that was sent: %.300s", got.body)
	}
	return item.acknowledges(got.body, s.status, p.returns(item))
}

// remind asks for the calendar file of a live item.
func (p *player) remind(ctx context.Context, item *Item) error {
	got, err := p.client.send(ctx, item.held(http.MethodPost, item.mine()+"/calendar"))
	if err != nil {
		return err
	}
	return got.calendar()
}

// withdraw withdraws the item, be it stored, withdrawn before or not sent yet.
func (p *player) withdraw(ctx context.Context, item *Item, s *state) error {
	got, err := p.client.send(ctx, item.held(http.MethodDelete, item.mine()))
	if err != nil {
		return err
	}
	if err := got.empty(); err != nil {
		return err
	}
	s.acknowledged, s.withdrawn = true, true
	return nil
}
