package interval

// rounds is how often each row may be visited on average. A fixpoint is mostly reached within
// a few; where limits creep towards each other one by one, stopping early leaves them wider, not wrong.
const rounds = 40

// propagate narrows the limits of the cells by what each row leaves to each of its
// cells, until nothing changes, and reports false if some cell is left without a value.
func (p *problem) propagate(b box) bool {
	queue := make([]int, 0, 2*len(p.rows))
	waits := make([]bool, len(p.rows))
	for i := range p.rows {
		queue, waits[i] = append(queue, i), true
	}
	for visits := 0; len(queue) > 0 && visits < rounds*len(p.rows); visits++ {
		row := queue[0]
		queue, waits[row] = queue[1:], false
		possible := p.narrow(row, b, func(cell int) {
			for _, e := range p.columns[cell] {
				if !waits[e.at] {
					queue, waits[e.at] = append(queue, e.at), true
				}
			}
		})
		if !possible {
			return false
		}
	}
	return true
}

// narrow narrows the limits of a row's cells and names those that changed.
func (p *problem) narrow(row int, b box, changed func(cell int)) (possible bool) {
	low, high := b.low[p.cells+row], b.high[p.cells+row]
	r, below, above := p.sums(row, b)
	if below == 0 && r.Min > high || above == 0 && r.Max < low {
		return false
	}
	if low <= r.Min && below == 0 && high >= r.Max && above == 0 || below > 1 && above > 1 {
		return true
	}
	for _, e := range p.rows[row] {
		c := e.coefficient
		least, most := b.low[e.at], b.high[e.at]
		// The sum of the other terms is from r.Min − own least term to r.Max − own greatest.
		var ownMin, ownMax int64
		othersBelow, othersAbove := below, above
		switch {
		case most != Infinite:
			ownMin, ownMax = min(c*least, c*most), max(c*least, c*most)
		case c > 0:
			ownMin = c * least
			othersAbove--
		default:
			ownMax = c * least
			othersBelow--
		}
		newLeast, newMost := least, most
		if othersBelow == 0 && high != Infinite { // c·cell ≤ high − least of the others
			if rest := high - (r.Min - ownMin); c > 0 {
				newMost = min(newMost, down(rest, c))
			} else {
				newLeast = max(newLeast, up(rest, c))
			}
		}
		if othersAbove == 0 && low != -Infinite { // c·cell ≥ low − greatest of the others
			if rest := low - (r.Max - ownMax); c > 0 {
				newLeast = max(newLeast, up(rest, c))
			} else {
				newMost = min(newMost, down(rest, c))
			}
		}
		if newMost != Infinite && newMost > maxLimit {
			newMost = most
		}
		if newLeast > newMost {
			return false
		}
		newLeast = min(newLeast, max(least, maxLimit))
		if newLeast != least || newMost != most {
			b.low[e.at], b.high[e.at] = newLeast, newMost
			changed(e.at)
		}
	}
	return true
}
