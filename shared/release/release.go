// Package release is what is shown: the numbered, immutable releases of scores,
// and nothing that computes them. Pages, the API, exports and charts read
// releases and nothing else, so every surface says the same.
//
// A release is a document in the very form in which the API serves it. Its
// manifest, a record that is created once under the release's number, makes it
// public; the newest manifest is the current release.
package release

import (
	"context"
	"errors"
	"fmt"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"learningforlife/shared/day"
	"learningforlife/shared/document"
)

// Head says which release it is.
type Head struct {
	Seq         int     `json:"seq"` // from 1
	PublishedAt day.Day `json:"publishedAt"`
	Campaign    string  `json:"campaign"`
	Method      string  `json:"method"`
	Corrects    *int    `json:"corrects"` // the release that this one corrects
}

// Release is what one release shows. Head is nil before the first release.
type Release struct {
	Head   *Head   `json:"release"`
	Scores []Score `json:"scores"`
}

// Score is an objective's value for one node and group, in both waves. What
// must not or cannot be shown is nil, and Withheld says why.
type Score struct {
	Objective   int       `json:"objective"`
	Level       string    `json:"level"`
	Code        string    `json:"code"`
	Group       string    `json:"group"`
	AsOf        *int      `json:"asOf"` // the release the figures date from
	Before      Wave      `json:"before"`
	After       Wave      `json:"after"`
	Change      *Change   `json:"change"`
	Target      *Target   `json:"target"`
	Status      *string   `json:"status"`
	Provisional bool      `json:"provisional"`
	Further     *int      `json:"further"` // responses that would settle a change too close to call
	Withheld    *Withheld `json:"withheld"`
	Details     Details   `json:"details"`
	Notes       []string  `json:"notes"` // sorted
}

// Wave is an objective's figure in one wave, 0 to 100. All fields are nil if it is not published.
type Wave struct {
	Value            *float64 `json:"value"`
	Bound            *string  `json:"bound"` // at_least or at_most, if Value is no more than that
	Low              *float64 `json:"low"`   // of the 95 % interval
	High             *float64 `json:"high"`
	Respondents      *int     `json:"respondents"` // to the nearest 5
	Effective        *int     `json:"effective"`   // the size of a simple random sample as precise as this one
	ResponseRate     *float64 `json:"responseRate"`
	Representativity *float64 `json:"representativity"`
}

// Published reports whether the wave's figure is shown.
func (w Wave) Published() bool { return w.Value != nil }

// Change is the difference after less before, −100 to 100 points.
type Change struct {
	Value     float64  `json:"value"`
	Low       float64  `json:"low"` // of the 95 % interval
	High      float64  `json:"high"`
	Pairs     *int     `json:"pairs"` // linked respondents, to the nearest 5; nil if too few
	Rho       *float64 `json:"rho"`
	Widening  *float64 `json:"widening"`
	Selection *bool    `json:"selection"`
}

// Target is the change the objective is to make.
type Target struct {
	Change float64 `json:"change"` // points
	By     day.Day `json:"by"`
}

// Details is what stands beside a score. Nothing does so far.
type Details struct{}

// Withheld is why no figure of a row is shown.
type Withheld string

// The reasons. A withheld row looks the same whether answers are missing or hidden.
const (
	WaitsForMore   Withheld = "waits_for_more"
	TooFew         Withheld = "too_few"
	ProtectsOthers Withheld = "protects_others"
)

// Notes that a row may carry.
const (
	SelfSelected = "self_selected" // people chose to answer
	Unweighted   = "unweighted"    // every respondent counts the same
)

// ErrNone says that there is no such release.
var ErrNone = errors.New("there is no such release")

// manifest is what makes a release public.
type manifest struct {
	Head
	Document string `json:"document"` // digest
}

// list is where manifests are kept; their names are the zero-padded numbers, so that they sort.
const list = "release"

func name(seq int) string { return fmt.Sprintf("%08d", seq) }

// Newest returns the current release, or ErrNone before the first.
func Newest(ctx context.Context, from document.Reader) (Release, error) {
	_, record, err := from.Last(ctx, list)
	if err != nil {
		return Release{}, failed("finding the newest release", err)
	}
	return open(ctx, from, record)
}

// Get returns the release with the number, or ErrNone.
func Get(ctx context.Context, from document.Reader, seq int) (Release, error) {
	record, err := from.Record(ctx, list, name(seq))
	if err != nil {
		return Release{}, failed(fmt.Sprintf("finding release %d", seq), err)
	}
	return open(ctx, from, record)
}

// Heads returns the heads of all releases, oldest first.
func Heads(ctx context.Context, from document.Reader) ([]Head, error) {
	names, err := from.Names(ctx, list)
	if err != nil {
		return nil, fmt.Errorf("listing the releases: %w", err)
	}
	heads := make([]Head, 0, len(names))
	for _, n := range names {
		record, err := from.Record(ctx, list, n)
		if err != nil {
			return nil, fmt.Errorf("listing the releases: %w", err)
		}
		var m manifest
		if err := json.Unmarshal(record, &m); err != nil {
			return nil, fmt.Errorf("reading the manifest of release %s: %w", n, err)
		}
		heads = append(heads, m.Head)
	}
	return heads, nil
}

// Publish makes r public as release r.Head.Seq, all at once: of several callers
// with the same number exactly one wins, and the others get document.ErrTaken.
func Publish(ctx context.Context, to document.Store, r Release) error {
	content, err := Encode(r)
	if err != nil {
		return err
	}
	digest, err := to.Put(ctx, content)
	if err != nil {
		return fmt.Errorf("storing release %d: %w", r.Head.Seq, err)
	}
	record, err := json.Marshal(manifest{Head: *r.Head, Document: digest}, json.Deterministic(true))
	if err != nil {
		return fmt.Errorf("writing the manifest of release %d: %w", r.Head.Seq, err)
	}
	if err := to.Create(ctx, list, name(r.Head.Seq), record); err != nil {
		return fmt.Errorf("publishing release %d: %w", r.Head.Seq, err)
	}
	return nil
}

// Encode returns the release as it is stored and served; equal releases give equal bytes.
func Encode(r Release) ([]byte, error) {
	content, err := json.Marshal(r, json.Deterministic(true), jsontext.EscapeForHTML(true))
	if err != nil {
		return nil, fmt.Errorf("writing a release: %w", err)
	}
	return content, nil
}

func open(ctx context.Context, from document.Reader, record []byte) (Release, error) {
	var m manifest
	if err := json.Unmarshal(record, &m); err != nil {
		return Release{}, fmt.Errorf("reading a manifest: %w", err)
	}
	content, err := from.Document(ctx, m.Document)
	if err != nil { // a manifest without its document is damage, not absence
		return Release{}, fmt.Errorf("reading release %d: %w", m.Seq, err)
	}
	var r Release
	if err := json.Unmarshal(content, &r); err != nil {
		return Release{}, fmt.Errorf("reading release %d: %w", m.Seq, err)
	}
	return r, nil
}

func failed(doing string, err error) error {
	if errors.Is(err, document.ErrNone) {
		return fmt.Errorf("%s: %w", doing, ErrNone)
	}
	return fmt.Errorf("%s: %w", doing, err)
}
