// Package reproduce computes releases again from the counts that were kept when
// they were published, and holds them against what was published, byte by byte. What it tells
// beside that, the scores before they were rounded, is for inside use.
package reproduce

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"learningforlife/shared/aggregate"
	"learningforlife/shared/document"
	"learningforlife/shared/release"
)

// Report is what came of one release.
type Report struct {
	Seq        int
	Rows       int
	Digest     string // SHA-256 of the published document
	Primitives []Primitive
	// Differences say what differs, line by line: nothing if the release was reproduced.
	Differences []string
}

// Check computes the release again and compares it with the one that was published.
func Check(ctx context.Context, archive aggregate.Archive, seq int) (Report, error) {
	computed, err := archive.Reproduce(ctx, seq)
	if err != nil {
		return Report{}, err
	}
	m, err := release.Find(ctx, archive.Releases, seq)
	if err != nil {
		return Report{}, err
	}
	published, err := archive.Releases.Document(ctx, m.Document)
	if err != nil {
		return Report{}, fmt.Errorf("reading release %d: %w", seq, err)
	}
	again, err := release.Encode(computed.Release)
	if err != nil {
		return Report{}, err
	}
	r := Report{Seq: seq, Rows: len(computed.Release.Scores), Digest: document.Digest(published),
		Primitives: primitives(archive.Layout.Campaign, computed)}
	if !bytes.Equal(published, again) {
		if r.Differences, err = differences(published, again); err != nil {
			return Report{}, fmt.Errorf("comparing release %d: %w", seq, err)
		}
	}
	return r, nil
}

// raw is a release whose parts are left as they are written.
type raw struct {
	Head    jsontext.Value   `json:"release"`
	Scores  []jsontext.Value `json:"scores"`
	Pledges []jsontext.Value `json:"pledges"`
	Basis   struct {
		Campaign jsontext.Value `json:"campaign"`
		Frame    jsontext.Value `json:"frame"`
		Rules    jsontext.Value `json:"rules"`
	} `json:"basis"`
}

// differences compares two releases whose bytes differ.
func differences(published, again []byte) (list []string, err error) {
	var a, b raw
	if err := json.Unmarshal(published, &a); err != nil {
		return nil, err
	}
	if err := json.Unmarshal(again, &b); err != nil {
		return nil, err
	}
	differ := func(what string, a, b []byte) {
		if !bytes.Equal(a, b) {
			list = append(list, fmt.Sprintf("%s\n  published  %s\n  reproduced %s", what, a, b))
		}
	}
	differ("its head", a.Head, b.Head)
	each := func(what string, a, b []jsontext.Value) {
		for i := range max(len(a), len(b)) {
			var rows [2][]byte
			for j, of := range [2][]jsontext.Value{a, b} {
				if i < len(of) {
					rows[j] = of[i]
				}
			}
			differ(fmt.Sprintf("%s %d", what, i+1), rows[0], rows[1])
		}
	}
	each("row", a.Scores, b.Scores)
	each("pledges row", a.Pledges, b.Pledges)
	// These are long, and public: whoever wants to see what differs in them has both.
	another := func(what string, a, b []byte) {
		if !bytes.Equal(a, b) {
			list = append(list, what)
		}
	}
	another("the campaign file is another now", a.Basis.Campaign, b.Basis.Campaign)
	another("the frame is another now", a.Basis.Frame, b.Basis.Frame)
	another("the rules are others now", a.Basis.Rules, b.Basis.Rules)
	if list == nil {
		list = []string{"the same values, written differently"}
	}
	return list, nil
}

// Write prints in a line that the release was reproduced, or what differs.
func (r Report) Write(to io.Writer) error {
	if len(r.Differences) == 0 {
		_, err := fmt.Fprintf(to, "release %d: reproduced, %d rows, sha256 %s\n", r.Seq, r.Rows, r.Digest)
		return err
	}
	_, err := fmt.Fprintf(to, "release %d differs:\n%s\n", r.Seq, strings.Join(r.Differences, "\n"))
	return err
}
