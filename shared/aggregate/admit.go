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
		held[f.Region] = true
	}
	// How many there are, and not what: findings tell exact counts.
	a.Log.ErrorContext(ctx, "the audit holds regions back", a.alarm("AuditFindings", len(findings))...)
	next = disclosure.Admit(current, last, on, isHeld)
	if findings = history.Check(next); len(findings) > 0 {
		return disclosure.State{}, fmt.Errorf("%w: %d findings with regions held back", errExposes, len(findings))
	}
	return next, nil
}

// alarm makes a log line one that CloudWatch takes a metric from (its embedded metric format).
func (a *Aggregator) alarm(metric string, value int) []any {
	return []any{metric, value, "_aws", map[string]any{
		"Timestamp": a.Now().UnixMilli(),
		"CloudWatchMetrics": []any{map[string]any{"Namespace": metricsNamespace, "Dimensions": []any{[]string{}},
			"Metrics": []any{map[string]string{"Name": metric, "Unit": "Count"}}}},
	}}
}

// metricsNamespace is where CloudWatch keeps the metrics; the template's alarms look there.
const metricsNamespace = "LearningForLife"

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
