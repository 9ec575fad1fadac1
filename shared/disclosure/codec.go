package disclosure

import (
	"fmt"
	"slices"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"learningforlife/shared/campaign"
	"learningforlife/shared/score"
	"learningforlife/shared/tally"
)

// written is a state as it is stored: exact, internal and never served.
type written struct {
	Tables  jsontext.Value      `json:"tables"`
	Backing jsontext.Value      `json:"backing"`
	History History             `json:"history"`
	Closed  []string            `json:"closed"` // waves
	Pooled  map[string][]string `json:"pooled"`
}

// Encode returns the state as it is stored; equal states give equal bytes.
func (s State) Encode() ([]byte, error) {
	w := written{History: s.History, Closed: []string{}, Pooled: s.Pooled}
	var err error
	if w.Tables, err = s.Tables.Encode(); err != nil {
		return nil, err
	}
	if w.Backing, err = s.Backing.Encode(); err != nil {
		return nil, err
	}
	for wave, closed := range s.Closed {
		if closed {
			w.Closed = append(w.Closed, waveID(s.Tables, wave))
		}
	}
	content, err := json.Marshal(w, json.Deterministic(true))
	if err != nil {
		return nil, fmt.Errorf("writing what was admitted: %w", err)
	}
	return content, nil
}

// Decode is the inverse of Encode for a state of the layout's campaign and the frame of its day.
func Decode(l *tally.Layout, f campaign.Frame, content []byte) (State, error) {
	var w written
	if err := json.Unmarshal(content, &w, json.RejectUnknownMembers(true)); err != nil {
		return State{}, fmt.Errorf("reading what was admitted: %w", err)
	}
	s := Fresh(l, f)
	for key, list := range w.History.Sizes {
		s.History.Sizes[key] = list
	}
	for key, list := range w.History.Splits {
		s.History.Splits[key] = list
	}
	for key, list := range w.History.Statuses {
		s.History.Statuses[key] = list
	}
	for key, list := range w.Pooled {
		s.Pooled[key] = list
	}
	for wave := range s.Closed {
		s.Closed[wave] = slices.Contains(w.Closed, waveID(s.Tables, wave))
	}
	var err error
	if s.Tables, err = score.Decode(l, f, w.Tables); err != nil {
		return State{}, err
	}
	if s.Backing, err = score.Decode(l, f, w.Backing); err != nil {
		return State{}, err
	}
	return s, nil
}

func waveID(t score.Tables, wave int) string { return t.Layout.Campaign.Waves[t.Waves()[wave]].ID }
