package coverage

import (
	"math"
	"math/rand/v2"
	"slices"
)

// Scenario is one sort of campaign.
type Scenario struct {
	Name    string
	Answers int // of staff a wave, on average
	// Spread is the standard deviation of what organisations change by, in points, at a level of 50.
	Spread float64
	// Drawn says that the organisations are a sample, whose changes may add up to something else than what such
	// organisations change by; otherwise the changes within a region do.
	Drawn bool
	// Selected is by how much more those who keep their receipt change than others, in points at a level of 50.
	Selected  float64
	Strangers bool // nobody answers both waves
	Open      bool // released while the waves are open
	// Carried says that figures are also held against what those admitted could be expected to answer, and Parts
	// that those of parts of a weighting group are computed too. Both take their time.
	Carried, Parts bool
}

// What a world is made of.
const (
	levels       = 10 // of true values, from lowest to highest
	lowest       = 0.20
	highest      = 0.90
	offset       = 0.015 // by up to which a level is moved at random, so that rounding does not repeat itself
	between      = 0.25  // standard deviation of organisations' effects, on the logit scale
	betweenRates = 0.6   // of the logarithm of organisations' response rates
	againRates   = 0.15  // of the logarithm of how these change from one wave to the other
	closing      = 0.6   // of the gap of bands 1 to 4, where it closes
	least, most  = 0.005, 0.995
)

// multiples of the target are the true changes.
var multiples = [...]float64{0, 0.5, 1, 2}

// The gaps of bands 1 to 4 behind the others in objective 1.
const (
	noGap = iota
	gapStays
	gapCloses
	gaps
)

// Cycle is how many replicates have every level, change and gap once.
const Cycle = levels * len(multiples) * gaps

// The states of a world: of the two waves, and what the second would be if every
// organisation changed by as much as all of them do on average.
const (
	before = iota
	after
	typical
	states
)

// world is the truth about one campaign.
type world struct {
	*setting
	Scenario
	level    float64
	point    int // which of the levels, from 1
	multiple int // index into multiples
	gap      int
	people   []people // by place and kind
}

// people of one kind in one organisation.
type people struct {
	size    float64             // that they weigh: a weighting cell's size is that of its kinds as they may be expected to answer
	answers [2]float64          // expected by wave
	chances [][states][]float64 // by form; nil for a form that is not theirs
}

func (w *world) at(place, kind int) *people { return &w.people[place*len(w.kinds)+kind] }

// world draws the truth of a replicate.
func (s *setting) world(of Scenario, replicate int, r *rand.Rand) *world {
	w := &world{setting: s, Scenario: of, point: replicate%levels + 1, multiple: replicate / levels % len(multiples), gap: replicate / levels / len(multiples) % gaps}
	w.level = lowest + (highest-lowest)*float64(w.point-1)/(levels-1) + offset*(2*r.Float64()-1)
	w.people = make([]people, len(s.places)*len(s.kinds))
	for i := range w.people {
		w.people[i].chances = make([][states][]float64, len(s.forms))
	}
	w.respond(r)
	for f := range s.forms {
		w.start(f, r)
		w.move(f, r)
	}
	return w
}

// respond draws how many of each organisation's people may be expected to answer.
func (w *world) respond(r *rand.Rand) {
	var total [2]float64
	for place, o := range w.places {
		rate := math.Exp(betweenRates * r.NormFloat64())
		rates := [2]float64{rate, rate * math.Exp(againRates*r.NormFloat64())}
		for k, kind := range w.kinds {
			p := w.at(place, k)
			if kind.group == apart {
				p.size = 1
				continue
			}
			size := float64(w.frame.Sizes[o][kind.group])
			p.size = size * kind.share * kind.answer / w.answering(kind.group)
			for wave := range rates {
				p.answers[wave] = size * kind.share * kind.answer * rates[wave]
				total[wave] += p.answers[wave]
			}
		}
	}
	for i := range w.people {
		p := &w.people[i]
		for wave := range total {
			if w.kinds[i%len(w.kinds)].group == apart {
				p.answers[wave] = boardMembers * float64(w.Answers) / 30_000
			} else {
				p.answers[wave] *= float64(w.Answers) / total[wave]
			}
		}
	}
}

// answering is how likely people of a weighting group are to answer, on average.
func (w *world) answering(group int) (mean float64) {
	for _, kind := range w.kinds {
		if kind.group == group {
			mean += kind.share * kind.answer
		}
	}
	return mean
}

// start draws the chances of a form before.
func (w *world) start(form int, r *rand.Rand) {
	of := w.forms[form]
	for place := range w.places {
		effect := between * r.NormFloat64()
		for k, kind := range w.kinds {
			own := kind.effect
			if w.gap == noGap && of.sets[0].objective == 1 {
				own = 0
			}
			if slices.Contains(kind.forms, form) {
				w.at(place, k).chances[form][before] = of.base(w.level, effect+own)
			}
		}
	}
}

// move draws the chances of a form after.
func (w *world) move(form int, r *rand.Rand) {
	of := w.forms[form]
	deviations := make([][]float64, len(of.sets))
	for i := range of.sets {
		deviations[i] = w.deviations(form, r)
	}
	for place := range w.places {
		gap := w.behind(place, form)
		for k, kind := range w.kinds {
			if !slices.Contains(kind.forms, form) {
				continue
			}
			chances := &w.at(place, k).chances[form]
			by := make([]float64, len(of.sets))
			for i, m := range of.sets {
				by[i] = multiples[w.multiple] * w.target(m.value(chances[before]))
				if m.objective == 1 {
					by[i] += w.closes(kind, gap)
				}
			}
			chances[typical] = of.move(chances[before], by)
			for i := range by {
				by[i] += deviations[i][place]
			}
			chances[after] = of.move(chances[before], by)
		}
	}
}

// deviations draws by how much each organisation changes more than all do.
func (w *world) deviations(form int, r *rand.Rand) []float64 {
	by := make([]float64, len(w.places))
	sums, sizes := make([]float64, len(w.frame.Regions)), make([]float64, len(w.frame.Regions))
	for place, o := range w.places {
		by[place] = w.points(w.Spread) * r.NormFloat64()
		for k, kind := range w.kinds {
			if slices.Contains(kind.forms, form) {
				sums[w.frame.Region[o]] += w.at(place, k).size * by[place]
				sizes[w.frame.Region[o]] += w.at(place, k).size
			}
		}
	}
	for place, o := range w.places {
		if region := w.frame.Region[o]; !w.Drawn {
			by[place] -= sums[region] / sizes[region]
		}
	}
	return by
}

// points returns points at a level of 50 as what they are at the world's, on the scale 0 to 1.
func (w *world) points(at50 float64) float64 { return at50 / 100 * 4 * w.level * (1 - w.level) }

// target is the change that a value, 0 to 1, is to make.
func (s *setting) target(value float64) float64 {
	t := s.campaign.Target
	return min(t.Most/100, (1-value)*float64(t.Shortfall[0])/float64(t.Shortfall[1]))
}

// behind is how far the first weighting group of an organisation is behind the others before, in a form's first set.
func (w *world) behind(place, form int) float64 {
	m := w.forms[form].sets[0]
	var values, sizes [2]float64
	for k, kind := range w.kinds {
		if p := w.at(place, k); kind.group != apart && p.chances[form][before] != nil {
			i := min(kind.group, 1)
			values[i] += p.size * m.value(p.chances[form][before])
			sizes[i] += p.size
		}
	}
	if sizes[0] == 0 || sizes[1] == 0 {
		return 0
	}
	return values[1]/sizes[1] - values[0]/sizes[0]
}

// closes is what a kind of people changes by so that the gap closes, and all together change by nothing.
func (w *world) closes(k kind, gap float64) float64 {
	if w.gap != gapCloses {
		return 0
	}
	share := w.campaign.Weighting.Groups[0].Share
	first := float64(share[0]) / float64(share[1])
	if k.group == 0 {
		return closing * gap * (1 - first)
	}
	return -closing * gap * first
}

// value is the measure's for somebody with the chances.
func (m set) value(chances []float64) float64 {
	sum := 0.0
	for _, i := range m.chances {
		sum += chances[i]
	}
	return sum / float64(len(m.chances))
}

// move returns chances of which each set's value is larger by some, shared out by how far its chances are from 1.
func (f form) move(chances, by []float64) []float64 {
	to := slices.Clone(chances)
	for s, m := range f.sets {
		room := 1 - m.value(chances)
		for _, i := range m.chances {
			to[i] = min(max(to[i]+by[s]*(1-chances[i])/room, least), most)
		}
	}
	for i := len(to) - 2; i > 0; i-- { // nested
		to[i] = min(to[i], most*to[i+1])
	}
	return to
}

// moved is a chance moved on the logit scale.
func moved(chance, effect float64) float64 {
	return 1 / (1 + (1-chance)/chance*math.Exp(-effect))
}

// shares are the chances of a form's classes. Two thirds of people answer the first question
// independently of the nested ones, and for the others one state of mind decides all.
func (f form) shares(chances []float64, classes int) []float64 {
	const single = 1.0 / 3
	shares := make([]float64, classes)
	low, class := 0.0, uint8(1)
	for i := range chances {
		if i > 0 {
			class += f.items[i]
		}
	}
	// States of mind from 0 up: those under a chance answer its question favourably.
	for i := 1; i <= len(chances); i++ {
		high := 1.0
		if i < len(chances) {
			high = chances[i]
		}
		both := max(min(chances[0], high)-low, 0)
		shares[class+f.items[0]] += single*both + (1-single)*(high-low)*chances[0]
		shares[class] += single*(high-low-both) + (1-single)*(high-low)*(1-chances[0])
		if i < len(chances) {
			class -= f.items[i]
		}
		low = high
	}
	return shares
}
