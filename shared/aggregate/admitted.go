package aggregate

import (
	"context"
	"errors"
	"fmt"

	"github.com/go-json-experiment/json"

	"learningforlife/shared/campaign"
	"learningforlife/shared/disclosure"
	"learningforlife/shared/document"
	"learningforlife/shared/figures"
	"learningforlife/shared/release"
	"learningforlife/shared/score"
	"learningforlife/shared/tally"
)

// admitted is the list of what releases were computed from. A record is made before its release is
// published, so there can be some of releases that never were. Its name is the release's number and the digest
// of the release's document: of two runs that are after the same number, the manifest that was published tells whose counts.
const admitted = "admitted"

func admittedName(m release.Manifest) string { return fmt.Sprintf("%08d-%s", m.Seq, m.Document) }

// admittedRecord says where the document is.
type admittedRecord struct {
	Document string `json:"document"` // digest
}

// keepAdmitted stores what the release that m makes public is computed from. Where a
// run that was lost kept the same or other counts for the very same release, those stand: it follows from either.
func (a *Aggregator) keepAdmitted(ctx context.Context, m release.Manifest, state disclosure.State) error {
	content, err := state.Encode()
	if err != nil {
		return fmt.Errorf("writing what release %d is computed from: %w", m.Seq, err)
	}
	digest, err := a.Workings.Put(ctx, content)
	if err != nil {
		return fmt.Errorf("storing what release %d is computed from: %w", m.Seq, err)
	}
	record, err := json.Marshal(admittedRecord{Document: digest}, json.Deterministic(true))
	if err != nil {
		return fmt.Errorf("recording what release %d is computed from: %w", m.Seq, err)
	}
	err = a.Workings.Create(ctx, admitted, admittedName(m), record)
	if err != nil && !errors.Is(err, document.ErrTaken) {
		return fmt.Errorf("recording what release %d is computed from: %w", m.Seq, err)
	}
	return nil
}

// Archive is what runs left behind, to be read again.
type Archive struct {
	Layout             *tally.Layout
	Workings, Releases document.Reader
}

// Admitted returns what the published release was computed from. Its error is release.ErrNone
// if there is no such release, and another if there is one and nothing is kept of what it was computed from.
func (a Archive) Admitted(ctx context.Context, seq int) (disclosure.State, error) {
	m, err := release.Find(ctx, a.Releases, seq)
	if err != nil {
		return disclosure.State{}, err
	}
	state, err := a.admitted(ctx, m)
	if err != nil {
		return disclosure.State{}, fmt.Errorf("reading what release %d was computed from: %w", seq, err)
	}
	return state, nil
}

func (a Archive) admitted(ctx context.Context, m release.Manifest) (disclosure.State, error) {
	content, err := a.Workings.Record(ctx, admitted, admittedName(m))
	if err != nil {
		return disclosure.State{}, err
	}
	var record admittedRecord
	if err := json.Unmarshal(content, &record); err != nil {
		return disclosure.State{}, err
	}
	if content, err = a.Workings.Document(ctx, record.Document); err != nil {
		return disclosure.State{}, err
	}
	return disclosure.Decode(a.Layout, a.Layout.Campaign.Frame(m.PublishedAt), content)
}

// Computed is a release with what it was rounded from.
type Computed struct {
	Nodes   []campaign.Node
	Scores  []score.Score // before anything was rounded, by the rows of the release
	Release release.Release
}

// Reproduce computes a published release again from what it was computed from, under
// the errors of Admitted. What was decided by those who asked for it, whether it corrects another, is taken from the release.
func (a Archive) Reproduce(ctx context.Context, seq int) (Computed, error) {
	state, err := a.Admitted(ctx, seq)
	if err != nil {
		return Computed{}, err
	}
	m, err := release.Find(ctx, a.Releases, seq)
	if err != nil {
		return Computed{}, err
	}
	var last release.Release
	if seq > 1 {
		if last, err = release.Get(ctx, a.Releases, seq-1); err != nil {
			return Computed{}, err
		}
	}
	return compute(state.Tables, m.Head, last), nil
}

// compute computes the release with the head that follows the last one from tables of its day.
func compute(tables score.Tables, head release.Head, last release.Release) Computed {
	c := tables.Layout.Campaign
	nodes := c.Nodes(head.PublishedAt)
	scores := score.Compute(tables, nodes, c.Rows(nodes))
	return Computed{Nodes: nodes, Scores: scores, Release: figures.Release(tables, nodes, scores, head, last)}
}
