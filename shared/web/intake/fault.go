package intake

import (
	"errors"
	"strings"

	"learningforlife/shared/submission"
	"learningforlife/shared/web/respond"
	"learningforlife/shared/web/ui"
)

// faults is what is wrong with a form, in the words of pages.
type faults struct {
	list []ui.Fault        // for the summary
	at   map[string]string // by field; the first of each
}

// word puts a fault into the words of pages and says which control of the page
// it is about; none if there is none.
type word func(submission.Fault) ui.Fault

func wordFaults(v submission.Invalid, in word) faults {
	var list []ui.Fault
	for _, fault := range v {
		list = append(list, in(fault))
	}
	return atFields(list)
}

func atFields(list []ui.Fault) faults {
	f := faults{list: list, at: map[string]string{}}
	for _, fault := range list {
		if f.at[fault.Field] == "" {
			f.at[fault.Field] = fault.Message
		}
	}
	return f
}

// common words the faults that every form may have.
func common(f submission.Fault) ui.Fault {
	switch f.Field {
	case submission.FieldReceipt: // nobody fills it in
		return ui.Fault{Message: ui.FormTooOld}
	case submission.FieldOrganisation:
		return ui.Fault{Field: f.Field, Message: ui.ChooseOrganisation}
	case submission.FieldAudience:
		return ui.Fault{Field: f.Field, Message: ui.ChooseAudience}
	case submission.FieldBandGroup:
		return ui.Fault{Field: f.Field, Message: ui.ChooseBandGroup}
	case receiptHeader:
		f.Field = receiptField
	}
	return ui.Fault{Field: f.Field, Message: strings.TrimSuffix(f.Message, ".")}
}

// invalid returns the faults in an error, if it is of that sort.
func invalid(err error) (submission.Invalid, bool) {
	var v submission.Invalid
	return v, errors.As(err, &v)
}

// wordWithdrawn says, in the words of pages, that what a code is for was withdrawn, if that is the error.
func wordWithdrawn(err error) error {
	if errors.Is(err, submission.ErrWithdrawn) {
		return respond.Detail(err, ui.AlreadyWithdrawn)
	}
	return err
}

// wordConflict says what stands if the error is that a form was sent before with something else in it.
func wordConflict(err error, stands string) error {
	if errors.Is(err, submission.ErrConflict) {
		return respond.Detail(err, stands)
	}
	return err
}
