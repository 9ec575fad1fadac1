package dashboard

import (
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"learningforlife/shared/campaign"
	"learningforlife/shared/release"
	"learningforlife/shared/web/respond"
)

// The parameters that choose scores.
const (
	byLevel     = "level"
	byCode      = "code"
	byObjective = "objective"
	byGroup     = "group"
)

var parameters = []string{byLevel, byCode, byObjective, byGroup}

// filter is which scores were asked for: by parameter, the one value that is
// wanted. A parameter that is not there lets everything through.
type filter map[string]string

// parseFilter reads a query of some of the parameters. The error is respond.ErrMalformed and names the
// first thing in it that is not known. A code is never unknown: those of a
// release may be of organisations that have closed since.
func parseFilter(c *campaign.Campaign, query string, known ...string) (filter, error) {
	values, err := url.ParseQuery(query)
	if err != nil {
		return nil, respond.Detail(respond.ErrMalformed, "The query in the address cannot be read.")
	}
	f := filter{}
	for _, name := range slices.Sorted(maps.Keys(values)) {
		list := values[name]
		if !slices.Contains(known, name) {
			return nil, unknown("parameter", name, known)
		}
		if len(list) != 1 {
			return nil, respond.Detail(respond.ErrMalformed, fmt.Sprintf("The parameter %s is there %d times.", name, len(list)))
		}
		if possible := choices(c, name); possible != nil && !slices.Contains(possible, list[0]) {
			return nil, unknown(name, list[0], possible)
		}
		f[name] = list[0]
	}
	return f, nil
}

// choices lists the values that a parameter may have; nil for any.
func choices(c *campaign.Campaign, parameter string) []string {
	var list []string
	switch parameter {
	case byLevel:
		for _, level := range campaign.Levels {
			list = append(list, string(level))
		}
	case byObjective:
		for _, o := range c.Objectives {
			list = append(list, strconv.Itoa(o.Number))
		}
	case byGroup:
		for _, g := range c.Groups {
			list = append(list, g.ID)
		}
	}
	return list
}

// unknown says what was sent, cut short so that the sentence stays one line, and what could have been.
func unknown(what, sent string, known []string) error {
	return respond.Detail(respond.ErrMalformed, fmt.Sprintf("There is no %s %.40q. There are: %s.", what, sent, strings.Join(known, ", ")))
}

// keep returns the scores that were asked for, in their order.
func (f filter) keep(scores []release.Score) []release.Score {
	var kept []release.Score
	for _, s := range scores {
		if f.matches(s) {
			kept = append(kept, s)
		}
	}
	return kept
}

func (f filter) matches(s release.Score) bool {
	return f.are(map[string]string{byLevel: s.Level, byCode: s.Code, byObjective: strconv.Itoa(s.Objective), byGroup: s.Group})
}

// places reports whether a node was asked for.
func (f filter) places(level, code string) bool {
	return f.are(map[string]string{byLevel: level, byCode: code})
}

func (f filter) are(is map[string]string) bool {
	for parameter, wanted := range f {
		if is[parameter] != wanted {
			return false
		}
	}
	return true
}

// query is the filter as it stands in an address.
func (f filter) query() string {
	values := url.Values{}
	for parameter, wanted := range f {
		values.Set(parameter, wanted)
	}
	return values.Encode()
}
