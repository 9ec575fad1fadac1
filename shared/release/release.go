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
	"learningforlife/shared/method"
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
	// Pledges are of every node. It is nil before the first release.
	Pledges []Pledges `json:"pledges,omitempty"`
	// Basis is what the figures were computed with, for those who want to check them; nil before the first release.
	Basis *Basis `json:"basis,omitempty"`
}

// Pledges is what is shown of a node's pledges. They tell what people mean to do, and enter no score.
type Pledges struct {
	Level string `json:"level"`
	Code  string `json:"code"`
	// Pledges is how many there are, and Statuses how many of each status, to the nearest 5; nil if not shown.
	Pledges     *int           `json:"pledges"`
	Statuses    map[string]int `json:"statuses,omitzero"`
	PerThousand *float64       `json:"perThousand"` // pledges per 1,000 staff; nil without a frame
	Kept        *Kept          `json:"kept"`
	// BoardShare is, of the nation, the per cent of organisations of which somebody on the board made a pledge.
	BoardShare *int `json:"boardShare"`
}

// Kept bounds the share of pledges that were kept, in per cent: between those that are said to be, and as many
// more as nobody said anything of.
type Kept struct {
	Low  int `json:"low"`
	High int `json:"high"`
}

// Basis holds everything public that figures follow from, beside their primitives.
type Basis struct {
	Campaign jsontext.Value `json:"campaign"` // the campaign file
	Frame    []FrameRow     `json:"frame"`    // by code
	Rules    method.Rules   `json:"rules"`
}

// FrameRow is an organisation of the frame.
type FrameRow struct {
	Code   string         `json:"code"`
	Region string         `json:"region"`
	Type   string         `json:"type"`
	Sizes  map[string]int `json:"sizes"` // people by weighting group
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
	Selection *bool    `json:"selection"` // linked people changed otherwise than others
	Coverage  *float64 `json:"coverage"`  // the share of the frame in organisations that are in both waves; nil without a frame
}

// Target is the change the objective is to make.
type Target struct {
	Change float64 `json:"change"` // points
	By     day.Day `json:"by"`
}

// Details is what stands beside a score.
type Details struct {
	Gap      *Gap      `json:"gap,omitempty"`
	Learners *Learners `json:"learners,omitempty"`
	Bars     []Bar     `json:"bars,omitempty"`
	LeftOut  *LeftOut  `json:"leftOut,omitempty"`
}

// Bar is how the people of a row answered one question, in per cent of its base. It does not add up to 100 where
// people were not asked, and by rounding.
type Bar struct {
	Question string  `json:"question"`
	Before   []Share `json:"before,omitzero"` // left out where it is not shown
	After    []Share `json:"after,omitzero"`
}

// Share is how many gave one of the answers; several are one where few gave some of them.
type Share struct {
	Answers []string `json:"answers"`
	Percent int      `json:"percent"`
}

// LeftOut is how many people answered in a wave that is closed and count nowhere, because showing them would tell
// what a few people answered; to the nearest 5, nil while the wave is not closed.
type LeftOut struct {
	Before *int `json:"before"`
	After  *int `json:"after"`
}

// Gap is how far the group that an objective is for above all is behind the
// others, in points; nil where one of the two is not shown.
type Gap struct {
	Before *float64 `json:"before"`
	After  *float64 `json:"after"`
}

// Learners is the same objective among those alone who were asked about it, because they did some learning.
type Learners struct {
	Before Wave    `json:"before"`
	After  Wave    `json:"after"`
	Change *Change `json:"change"`
}

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
	IllustrativeFrame = "illustrative_frame" // weighted by a frame that is an example
	Partial           = "partial"            // a group that nobody answered for is stood for by the others
	SelfSelected      = "self_selected"      // people chose to answer
	Unweighted        = "unweighted"         // every respondent counts the same
)

// ErrNone says that there is no such release.
var ErrNone = errors.New("there is no such release")

// Manifest is what makes a release public, once it is published.
type Manifest struct {
	Head
	Document string `json:"document"` // digest of the release as it is stored
}

// list is where manifests are kept; their names are the zero-padded numbers, so that they sort.
const list = "release"

func name(seq int) string { return fmt.Sprintf("%08d", seq) }

// Newest returns the current release, or ErrNone before the first.
func Newest(ctx context.Context, from document.Reader) (Release, error) {
	m, err := newestManifest(ctx, from)
	if err != nil {
		return Release{}, err
	}
	return m.open(ctx, from)
}

func newestManifest(ctx context.Context, from document.Reader) (Manifest, error) {
	_, record, err := from.Last(ctx, list)
	if err != nil {
		return Manifest{}, failed("finding the newest release", err)
	}
	return readManifest(record)
}

// Get returns the release with the number, or ErrNone.
func Get(ctx context.Context, from document.Reader, seq int) (Release, error) {
	m, err := Find(ctx, from, seq)
	if err != nil {
		return Release{}, err
	}
	return m.open(ctx, from)
}

// Find returns the manifest of the release with the number, or ErrNone.
func Find(ctx context.Context, from document.Reader, seq int) (Manifest, error) {
	record, err := from.Record(ctx, list, name(seq))
	if err != nil {
		return Manifest{}, failed(fmt.Sprintf("finding release %d", seq), err)
	}
	return readManifest(record)
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
		m, err := readManifest(record)
		if err != nil {
			return nil, fmt.Errorf("listing the releases: %w", err)
		}
		heads = append(heads, m.Head)
	}
	return heads, nil
}

// Store stores r's document and returns the manifest that Publish makes it public by. Until then nobody sees it.
func Store(ctx context.Context, to document.Store, r Release) (Manifest, error) {
	content, err := Encode(r)
	if err != nil {
		return Manifest{}, err
	}
	digest, err := to.Put(ctx, content)
	if err != nil {
		return Manifest{}, fmt.Errorf("storing release %d: %w", r.Head.Seq, err)
	}
	return Manifest{Head: *r.Head, Document: digest}, nil
}

// Publish makes the stored release m public as release m.Seq, all at once: of several
// callers with the same number exactly one wins, and the others get document.ErrTaken.
func Publish(ctx context.Context, to document.Store, m Manifest) error {
	record, err := json.Marshal(m, json.Deterministic(true))
	if err != nil {
		return fmt.Errorf("writing the manifest of release %d: %w", m.Seq, err)
	}
	if err := to.Create(ctx, list, name(m.Seq), record); err != nil {
		return fmt.Errorf("publishing release %d: %w", m.Seq, err)
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

func readManifest(record []byte) (m Manifest, err error) {
	if err := json.Unmarshal(record, &m); err != nil {
		return Manifest{}, fmt.Errorf("reading a manifest: %w", err)
	}
	return m, nil
}

func (m Manifest) open(ctx context.Context, from document.Reader) (Release, error) {
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
