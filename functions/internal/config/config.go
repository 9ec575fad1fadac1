// Package config reads what the functions are told by their environment, which
// template.yaml sets. Each function has a struct of its own, with what it
// may know and no more. All faults are told at once.
package config

import (
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"
)

// Intake is what the function that takes submissions in is told.
type Intake struct {
	Site        string // SITE: the site's absolute base URL without a trailing slash
	Limit       int    // LIMIT: submissions that one organisation may send a second to one instance; 0 is no limit
	Submissions string // SUBMISSIONS_TABLE
	Changes     string // CHANGES_TABLE
	FormKey     string // FORM_KEY_PARAMETER: the name of the parameter in SSM that holds the secret which signs forms
	Brand       string // SITE_BRAND: whose site it is, at the head of each page; may be empty
	Controller  string // DATA_CONTROLLER: who decides what is done with what people send; may be empty
	Contact     string // CONTACT: how people reach them; may be empty
}

// ReadIntake reads it by look, which looks a variable up as os.LookupEnv does.
func ReadIntake(look func(name string) (value string, found bool)) (Intake, error) {
	r := reader{look: look}
	c := Intake{Site: r.site(), Limit: r.number("LIMIT"), Submissions: r.text("SUBMISSIONS_TABLE"), Changes: r.text("CHANGES_TABLE"),
		FormKey: r.text("FORM_KEY_PARAMETER"), Brand: r.optional("SITE_BRAND"), Controller: r.optional("DATA_CONTROLLER"), Contact: r.optional("CONTACT")}
	return c, r.err()
}

// Dashboard is what the function that shows the scores is told.
type Dashboard struct {
	Site     string // SITE: the site's absolute base URL without a trailing slash
	Releases string // RELEASES_TABLE
	Token    string // ADMIN_TOKEN_PARAMETER: the name of the parameter in SSM that holds the admin token
}

// ReadDashboard reads it by look, which looks a variable up as os.LookupEnv does.
func ReadDashboard(look func(name string) (value string, found bool)) (Dashboard, error) {
	r := reader{look: look}
	c := Dashboard{Site: r.site(), Releases: r.text("RELEASES_TABLE"), Token: r.text("ADMIN_TOKEN_PARAMETER")}
	return c, r.err()
}

// Admin is what the function for those who run the campaign is told.
type Admin struct {
	Site      string // SITE: the site's absolute base URL without a trailing slash
	Settings  string // SETTINGS_TABLE
	Aggregate string // AGGREGATE_FUNCTION: the name of the function that aggregates
	Token     string // ADMIN_TOKEN_PARAMETER: the name of the parameter in SSM that holds the admin token
}

// ReadAdmin reads it by look, which looks a variable up as os.LookupEnv does.
func ReadAdmin(look func(name string) (value string, found bool)) (Admin, error) {
	r := reader{look: look}
	c := Admin{Site: r.site(), Settings: r.text("SETTINGS_TABLE"), Aggregate: r.text("AGGREGATE_FUNCTION"), Token: r.text("ADMIN_TOKEN_PARAMETER")}
	return c, r.err()
}

// Aggregate is what the function that aggregates is told.
type Aggregate struct {
	Submissions string // SUBMISSIONS_TABLE
	Changes     string // CHANGES_TABLE
	Workings    string // WORKINGS_TABLE
	Releases    string // RELEASES_TABLE
	Settings    string // SETTINGS_TABLE
}

// ReadAggregate reads it by look, which looks a variable up as os.LookupEnv does.
func ReadAggregate(look func(name string) (value string, found bool)) (Aggregate, error) {
	r := reader{look: look}
	c := Aggregate{Submissions: r.text("SUBMISSIONS_TABLE"), Changes: r.text("CHANGES_TABLE"),
		Workings: r.text("WORKINGS_TABLE"), Releases: r.text("RELEASES_TABLE"), Settings: r.text("SETTINGS_TABLE")}
	return c, r.err()
}

// reader reads variables and gathers what is wrong with them.
type reader struct {
	look   func(name string) (value string, found bool)
	faults []error
}

func (r *reader) err() error {
	if len(r.faults) == 0 {
		return nil
	}
	return fmt.Errorf("reading the environment: %w", errors.Join(r.faults...))
}

func (r *reader) fault(name, is string) { r.faults = append(r.faults, fmt.Errorf("%s %s", name, is)) }

// text is the value of a variable that must not be empty.
func (r *reader) text(name string) string {
	value, found := r.look(name)
	switch {
	case !found:
		r.fault(name, "is not set")
	case value == "":
		r.fault(name, "is empty")
	}
	return value
}

// optional is the value of a variable that may be empty or missing.
func (r *reader) optional(name string) string {
	value, _ := r.look(name)
	return value
}

// site is the value of SITE, to which paths are appended.
func (r *reader) site() string {
	const name = "SITE"
	site := r.text(name)
	if site == "" {
		return ""
	}
	u, err := url.Parse(site)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || u.User != nil ||
		strings.HasSuffix(site, "/") || strings.ContainsAny(site, "?#") {
		r.fault(name, "is not an address without a slash at the end, such as https://learning.example.org")
	}
	return site
}

// number is the value of a variable that counts something.
func (r *reader) number(name string) int {
	text := r.text(name)
	if text == "" {
		return 0
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 {
		r.fault(name, "is not a whole number from 0")
	}
	return n
}
