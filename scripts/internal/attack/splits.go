package attack

import "slices"

// splits compares the classes of people that a whole is taken apart into, by bands or by who was asked on, with
// each other and with what remains of the whole, where they are printed anew.
func (a *attack) splits() {
	for _, s := range a.all() {
		if s.cell.Level != region {
			continue
		}
		groups := a.releases[0].Parts[s.cell.Group]
		if s.cell.Group == a.releases[0].Whole {
			groups = []string{learners}
		}
		var classes []*series
		for _, g := range groups {
			c := s.cell
			c.Group = g
			if class := a.series[c]; class != nil {
				classes = append(classes, class)
			}
		}
		if len(classes) > 0 {
			a.split(s, classes)
		}
	}
}

// split looks for classes of few people: in one release, or joining or leaving between two.
func (a *attack) split(whole *series, classes []*series) {
	for _, class := range classes {
		for i, to := range class.versions() {
			for _, from := range class.versions()[:i] {
				if d := class.size(to).minus(class.size(from)); d.few(a.k) {
					a.find("split", class.cell.String(), "%s people joined or left", []int{from, to}, d.people())
				}
			}
		}
	}
	rest := func(r int) span {
		left := whole.size(r)
		for _, class := range classes {
			left = left.minus(class.size(r))
		}
		return left
	}
	var anew []int
	for r := range a.releases {
		renewed := func(class *series) bool { return class.looks[r] != nil && class.looks[r].since == r }
		if slices.ContainsFunc(classes, renewed) && !a.reframed(r) && whole.looks[r] != nil {
			anew = append(anew, r)
		}
	}
	for i, to := range anew {
		if left := rest(to); left.few(a.k) {
			a.find("split", whole.cell.String(), "%s people are in no class that is shown", []int{to}, left.people())
		}
		for _, from := range anew[:i] {
			if d := rest(to).minus(rest(from)); d.few(a.k) {
				a.find("split", whole.cell.String(), "%s people joined or left who are in no class that is shown", []int{from, to}, d.people())
			}
		}
	}
}

// reframed reports whether a release has another frame than the last: then figures change though nobody joins or leaves.
func (a *attack) reframed(r int) bool {
	if r == 0 {
		return false
	}
	for _, from := range a.joined {
		if from == r {
			return true
		}
	}
	return false
}
