package simulation

import (
	"slices"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// object is a JSON object whose members stand in an order of their own, so that
// the same values can be sent written differently.
type object []member

type member struct {
	name  string
	value any
}

// MarshalJSONTo writes the members in order.
func (o object) MarshalJSONTo(to *jsontext.Encoder) error {
	if err := to.WriteToken(jsontext.BeginObject); err != nil {
		return err
	}
	for _, m := range o {
		if err := to.WriteToken(jsontext.String(m.name)); err != nil {
			return err
		}
		if err := json.MarshalEncode(to, m.value); err != nil {
			return err
		}
	}
	return to.WriteToken(jsontext.EndObject)
}

// with returns the object with the value of one member changed, or added at the end.
func (o object) with(name string, value any) object {
	changed := slices.Clone(o)
	for i := range changed {
		if changed[i].name == name {
			changed[i].value = value
			return changed
		}
	}
	return append(changed, member{name, value})
}

// reversed returns the object with its members in the opposite order.
func (o object) reversed() object {
	turned := slices.Clone(o)
	slices.Reverse(turned)
	for i, m := range turned {
		if inner, ok := m.value.(object); ok {
			turned[i].value = inner.reversed()
		}
	}
	return turned
}

// encode returns the object as it is sent.
func (o object) encode(options ...json.Options) []byte {
	body, err := json.Marshal(o, options...)
	if err != nil {
		panic(err) // texts, truth values and null: nothing that cannot be written
	}
	return body
}
