package seal

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"learningforlife/shared/document"
	"learningforlife/shared/submission"
	"learningforlife/shared/tally"
)

// Prove holds every seal of the book against all items there are, read and tallied, and returns what is wrong, in words
// that tell no count; nothing if every document of the book is there and is, byte for byte, what the items come to.
// What the stale keys stand in is left out: it was changed after it was sealed, as the next run will find.
func (k *Keeper) Prove(ctx context.Context, b *Book, all *tally.Reading, stale map[submission.Key]bool) (faults []string, err error) {
	if !slices.IsSortedFunc(b.Parts, func(p, o Part) int { return cmp.Or(p.Part().Compare(o.Part()), -1) }) {
		faults = append(faults, "the parts are not in order, each once")
	}
	moving := Parts(stale)
	sealed := map[submission.Part]Part{}
	for _, p := range b.Without(moving) {
		sealed[p.Part()] = p
	}
	var parts []submission.Part
	for _, p := range all.Parts() {
		if b.Sealed(p) && !slices.Contains(moving, p) {
			parts = append(parts, p)
			if _, ok := sealed[p]; !ok {
				faults = append(faults, fmt.Sprintf("%ss of %s were sealed as if there were none", p.Kind, p.Day))
			}
		}
	}
	for p := range sealed {
		if !slices.Contains(parts, p) {
			faults = append(faults, fmt.Sprintf("%ss of %s were sealed, and there are none", p.Kind, p.Day))
		}
	}
	sum := k.Layout.Sum()
	for some := range slices.Chunk(parts, together) {
		for _, s := range all.Seal(some) {
			sum.Add(s.Sheet)
			p, ok := sealed[s.Sheet.Part]
			if !ok {
				continue
			}
			if fault, err := k.compare(ctx, p.Sheet, s.Sheet.Encode()); err != nil || fault != "" {
				if err != nil {
					return nil, err
				}
				faults = append(faults, fmt.Sprintf("the sheet of the %ss of %s %s", p.Kind, p.Day, fault))
			}
			if s.Links == nil || s.Links.Name(stale) {
				continue
			}
			var links []byte
			if s.Links.Len() > 0 {
				links = s.Links.Encode(k.Layout)
			}
			if fault, err := k.compare(ctx, p.Links, links); err != nil || fault != "" {
				if err != nil {
					return nil, err
				}
				faults = append(faults, fmt.Sprintf("the links of %s %s", p.Day, fault))
			}
		}
	}
	stored, err := k.Sum(ctx, b, b.Without(moving))
	switch {
	case errors.Is(err, ErrDamaged):
		faults = append(faults, "the sum is damaged")
	case err != nil:
		return nil, err
	case !bytes.Equal(stored.Encode(), sum.Encode()):
		faults = append(faults, "the sum is another")
	}
	slices.Sort(faults)
	return faults, nil
}

// compare says what is wrong with a document that ought to have the content; none at all is named by no digest.
func (k *Keeper) compare(ctx context.Context, digest string, content []byte) (fault string, err error) {
	expected := ""
	if content != nil {
		expected = document.Digest(content)
	}
	if digest != expected {
		return "is not what the items come to", nil
	}
	if digest == "" {
		return "", nil
	}
	err = k.document(ctx, digest, func([]byte) error { return nil })
	if errors.Is(err, ErrDamaged) {
		return "is damaged", nil
	}
	return "", err
}
