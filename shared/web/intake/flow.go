package intake

import (
	"errors"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"learningforlife/shared/submission"
	"learningforlife/shared/web/respond"
	"learningforlife/shared/web/signed"
	"learningforlife/shared/web/ui"
)

// flow is a form of several steps, each a page. What was entered so far travels in every page, signed;
// the receipt is among it from the first page on, so that whatever is sent again, by
// whichever way back and from however many tabs, is the same submission.
type flow struct {
	name    string // what its pages are signed for
	address string // what they are sent to
	steps   func(entries url.Values) []step
	whole   func(entries url.Values) step // all questions in one step; nil if there is none
	check   func() ui.Check               // the list of entries, without the entries
	send    func(r *http.Request, entries url.Values) (ui.Page, bool, error)
	word    func(entries url.Values) word
	stands  string // said when something else was sent before
}

// step is a page of a flow, as it is with what was entered so far.
type step struct {
	name     string   // its first field's
	fields   []string // that its form sends
	question string   // in the list of entries
	answer   string   // in the list of entries; empty if it was left out
	passed   bool     // a link brought its answer along
	faults   func() []ui.Fault
	ask      func(f faults) (ui.Step, error)
}

// The entries of every flow, beside those of its fields.
const (
	wholeEntry = "whole" // all questions are on one page
)

func (f flow) find(steps []step, name string) int {
	return slices.IndexFunc(steps, func(s step) bool { return s.name == name })
}

// begin shows a flow's first step, with what a link says of it.
func (s *server) begin(w http.ResponseWriter, f flow, given url.Values) error {
	entries, err := s.fresh(given)
	if err != nil {
		return err
	}
	return s.show(w, http.StatusOK, f, entries, 0, nil, false)
}

// fresh are the entries of a form that is shown for the first time: what was given, and a receipt.
func (s *server) fresh(given url.Values) (url.Values, error) {
	receipt, err := s.mint(s.today())
	if err != nil {
		return nil, err
	}
	given.Set(receiptField, receipt)
	return given, nil
}

// follow does what a button of one of a flow's pages asks for. open says that the flow may not be gone on with;
// what is complete may be sent even so, since it may have been before.
func (s *server) follow(w http.ResponseWriter, r *http.Request, f flow, form url.Values, open error) error {
	asked, at := form.Get(ui.GoField), form.Get(ui.AtField)
	if open != nil && asked != ui.GoSend {
		return open
	}
	entries, err := s.Forms.Open(f.name, form.Get(ui.StateField))
	if errors.Is(err, signed.ErrForeign) { // altered, or of a server that was started anew with another key
		if entries, err = s.fresh(url.Values{}); err == nil {
			return s.show(w, http.StatusUnprocessableEntity, f, entries, 0, []ui.Fault{{Message: ui.FormLost}}, false)
		}
	}
	if err != nil {
		return err
	}
	if f.whole != nil && at == wholeEntry {
		take(entries, form, f.whole(entries))
	}
	steps := f.steps(entries)
	i := f.find(steps, at)
	changed, changing := strings.CutPrefix(asked, ui.GoChange)
	switch {
	case asked == ui.GoSend:
		return s.sendFlow(w, r, f, entries)
	case asked == ui.GoBack:
		if i < 0 { // from the list
			i = len(steps)
		}
		return s.show(w, http.StatusOK, f, entries, max(i-1, 0), nil, false)
	case changing:
		return s.show(w, http.StatusOK, f, entries, f.find(steps, changed), nil, true)
	case i < 0:
		return s.showCheck(w, http.StatusOK, f, entries, nil)
	}
	return s.goOn(w, f, entries, form, i)
}

// goOn takes what was entered in the step at the index, and shows the next one.
func (s *server) goOn(w http.ResponseWriter, f flow, entries, form url.Values, i int) error {
	take(entries, form, f.steps(entries)[i])
	steps := f.steps(entries) // one answer may bring another question, or take it away
	changing := form.Has(ui.ChangingField)
	if wrong := steps[i].faults(); len(wrong) > 0 {
		return s.show(w, http.StatusUnprocessableEntity, f, entries, i, wrong, changing)
	}
	if f.whole != nil && form.Get(ui.GoField) == ui.GoWhole {
		return s.showWhole(w, http.StatusOK, f, entries, nil)
	}
	from := i + 1
	if changing {
		from = 0
	}
	for next := from; next < len(steps); next++ {
		if !steps[next].passed && (!changing || !visited(entries, steps[next])) {
			return s.show(w, http.StatusOK, f, entries, next, nil, changing)
		}
	}
	return s.showCheck(w, http.StatusOK, f, entries, nil)
}

// take makes entries of a step's fields. A field that was not sent was left out.
func take(entries, form url.Values, of step) {
	for _, name := range of.fields {
		entries.Set(name, strings.ReplaceAll(form.Get(name), "\r\n", "\n")) // as browsers count the characters
	}
}

// visited reports whether the person has been to the step.
func visited(entries url.Values, s step) bool {
	return !slices.ContainsFunc(s.fields, func(name string) bool { return !entries.Has(name) })
}

// show shows the step at the index, or, if there is none, the list of entries.
func (s *server) show(w http.ResponseWriter, status int, f flow, entries url.Values, i int, wrong []ui.Fault, changing bool) error {
	steps := f.steps(entries)
	if i < 0 || i >= len(steps) {
		return s.showCheck(w, status, f, entries, wrong)
	}
	p, err := steps[i].ask(atFields(wrong))
	if err != nil {
		return err
	}
	p.Faults, p.Changing, p.Before = wrong, changing, i > 0 && !changing
	return s.showStep(w, status, f, entries, steps[i].name, p)
}

// showWhole shows all questions on one page.
func (s *server) showWhole(w http.ResponseWriter, status int, f flow, entries url.Values, wrong []ui.Fault) error {
	entries.Set(wholeEntry, ui.Ticked)
	p, err := f.whole(entries).ask(atFields(wrong))
	if err != nil {
		return err
	}
	p.Faults, p.Before = wrong, true
	return s.showStep(w, status, f, entries, wholeEntry, p)
}

func (s *server) showStep(w http.ResponseWriter, status int, f flow, entries url.Values, name string, p ui.Step) error {
	p.Method, p.Address, p.State, p.At = "post", f.address, s.Forms.Seal(f.name, entries), name
	w.Header().Set("Cache-Control", respond.Step)
	return s.page(w, status, p)
}

// showCheck lists what was entered. A fault leads to the button that changes what it is about.
func (s *server) showCheck(w http.ResponseWriter, status int, f flow, entries url.Values, wrong []ui.Fault) error {
	entries.Del(wholeEntry)
	p := f.check()
	p.Address, p.State = f.address, s.Forms.Seal(f.name, entries)
	steps := f.steps(entries)
	for _, st := range steps {
		p.Rows = append(p.Rows, ui.CheckRow{Question: st.question, Answer: st.answer, Field: st.name})
	}
	for _, fault := range wrong {
		i := slices.IndexFunc(steps, func(st step) bool { return st.name == fault.Field || slices.Contains(st.fields, fault.Field) })
		if fault.Field = ""; i >= 0 {
			fault.Field = ui.ChangeID(steps[i].name)
		}
		p.Faults = append(p.Faults, fault)
	}
	w.Header().Set("Cache-Control", respond.Step)
	return s.page(w, status, p)
}

// sendFlow sends what was entered, and confirms it, or shows what is wrong with it.
func (s *server) sendFlow(w http.ResponseWriter, r *http.Request, f flow, entries url.Values) error {
	done, created, err := f.send(r, entries)
	v, ok := invalid(err)
	switch {
	case err == nil:
		return s.page(w, stored(created), done)
	case !ok:
		return s.again(wordConflict(wordWithdrawn(err), f.stands), f, entries)
	}
	receipt, err := s.keep(s.today(), entries, v)
	if err != nil {
		return err
	}
	entries.Set(receiptField, receipt)
	wrong := wordFaults(v, f.word(entries)).list
	if entries.Has(wholeEntry) {
		return s.showWhole(w, http.StatusUnprocessableEntity, f, entries, wrong)
	}
	return s.showCheck(w, http.StatusUnprocessableEntity, f, entries, wrong)
}

// again is an error whose page sends once more what was entered, if that may help.
func (s *server) again(err error, f flow, entries url.Values) error {
	return respond.WithPage(err, func(w io.Writer, status int, title, detail string) error {
		p := ui.Problem{Status: status, Title: title, Detail: detail}
		if status == http.StatusTooManyRequests || status >= http.StatusInternalServerError {
			p.Again = &ui.Again{Address: f.address, State: s.Forms.Seal(f.name, entries)}
		}
		return s.frame().Write(w, p)
	})
}

// about is the faults that are about one of the fields, in the words of pages.
func about(v submission.Invalid, in word, fields ...string) []ui.Fault {
	return slices.DeleteFunc(wordFaults(v, in).list, func(f ui.Fault) bool { return !slices.Contains(fields, f.Field) })
}
