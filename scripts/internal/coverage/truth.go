package coverage

import (
	"slices"

	"learningforlife/shared/campaign"
)

// truth is the true value of a row, 0 to 1, by state: what everybody of the frame
// could be expected to answer, whether or not somebody of their organisation did. Those of a
// group that stands apart count as they may be expected to answer. ok is false for a row without such people.
func (w *world) truth(row campaign.Row) (value [states]float64, ok bool) {
	form, of, _ := w.asks(row)
	m := w.forms[form].sets[of]
	return w.mean(row, func(p *people, state int) (over, under float64) {
		return m.value(p.chances[form][state]), 1
	})
}

// learners is the same among those alone to whom objective 4's question was open.
func (w *world) learners(row campaign.Row) (value [states]float64, ok bool) {
	form, of, _ := w.asks(row)
	answered := w.forms[form].sets[of].chances[0]
	return w.mean(row, func(p *people, state int) (over, under float64) {
		chances := p.chances[form][state]
		return chances[answered], chances[answered+1]
	})
}

// mean is the ratio of two means over the row's people.
func (w *world) mean(row campaign.Row, of func(p *people, state int) (over, under float64)) (value [states]float64, ok bool) {
	var overs, unders [states]float64
	for k, kind := range w.kinds {
		if !slices.Contains(kind.shown, row.Group) {
			continue
		}
		for _, place := range w.within[row.Node] {
			p := w.at(place, k)
			for state := range value {
				over, under := of(p, state)
				overs[state] += p.size * over
				unders[state] += p.size * under
			}
		}
	}
	for state := range value {
		value[state] = overs[state] / unders[state]
	}
	return value, unders[before] > 0
}
