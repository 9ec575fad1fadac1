package intake

import (
	"errors"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"learningforlife/shared/submission"
)

// member is a member of a JSON object that may be left out but is never null.
// (Plain Go values take null for their zero value.)
type member[T any] struct{ value T }

var errNull = errors.New("must not be null")

// UnmarshalJSONFrom reads the value.
func (m *member[T]) UnmarshalJSONFrom(d *jsontext.Decoder) error {
	if d.PeekKind() == 'n' {
		if _, err := d.ReadToken(); err != nil {
			return err
		}
		return errNull
	}
	return json.UnmarshalDecode(d, &m.value)
}

// answers is a JSON object of question and answer, in the order sent.
type answers []submission.AnswerDraft

var errNoObject = errors.New("must be an object")

// usualAnswers is how many answers there is room for at once: as many as a person is asked for.
const usualAnswers = 8

// UnmarshalJSONFrom reads the object. A name that is there twice is an error of the decoder.
func (a *answers) UnmarshalJSONFrom(d *jsontext.Decoder) error {
	start, err := d.ReadToken()
	switch {
	case err != nil:
		return err
	case start.Kind() != '{':
		return errNoObject
	}
	*a = make(answers, 0, usualAnswers)
	for d.PeekKind() != '}' {
		name, err := d.ReadToken()
		if err != nil {
			return err
		}
		question := name.String()
		var answer member[string]
		if err := json.UnmarshalDecode(d, &answer); err != nil {
			return err
		}
		*a = append(*a, submission.AnswerDraft{Question: question, Answer: answer.value})
	}
	_, err = d.ReadToken()
	return err
}
