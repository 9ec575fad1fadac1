package aggregate

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"learningforlife/shared/audit"
	"learningforlife/shared/day"
	"learningforlife/shared/disclosure"
	"learningforlife/shared/document"
	"learningforlife/shared/score"
)

// errExposes says that no release can be made of what there is without giving somebody away.
var errExposes = errors.New("the audit does not let it pass")

// admit decides what release number seq may be computed from. What the audit objects to is held back by region,
// and what is left is audited again.
func (a *Aggregator) admit(ctx context.Context, current score.Tables, on day.Day, seq int) (disclosure.State, error) {
	a.past.Lock()
	defer a.past.Unlock()
	if err := a.past.follow(ctx, Archive{Layout: a.layout, Workings: a.Workings, Releases: a.Releases}, seq-1); err != nil {
		return disclosure.State{}, err
	}
	history, last := &a.past.versions, a.past.last
	if seq == 1 {
		last = disclosure.Fresh(current.Layout, current.Frame)
	}
	held := map[int]bool{}
	isHeld := func(region int) bool { return held[region] }
	next := disclosure.Admit(current, last, on, isHeld)
	findings := history.Check(next)
	if len(findings) == 0 {
		return next, nil
	}
	for _, f := range findings {
		a.Log.ErrorContext(ctx, "the audit holds a region back", "finding", f.What)
		held[f.Region] = true
	}
	next = disclosure.Admit(current, last, on, isHeld)
	if findings = history.Check(next); len(findings) > 0 {
		return disclosure.State{}, fmt.Errorf("%w: %s, and %d more", errExposes, findings[0].What, len(findings)-1)
	}
	return next, nil
}

// past is what all releases were computed from, read once.
type past struct {
	sync.Mutex
	releases int // how many were read
	versions audit.History
	last     disclosure.State // of the last that was read
}

// follow reads on up to a release. It returns document.ErrTaken if a later one was read: somebody published meanwhile.
func (p *past) follow(ctx context.Context, archive Archive, seq int) error {
	if p.releases > seq {
		return document.ErrTaken
	}
	for p.releases < seq {
		state, err := archive.Admitted(ctx, p.releases+1)
		if err != nil {
			return err
		}
		p.versions.Add(state)
		p.releases, p.last = p.releases+1, state
	}
	return nil
}
