package dynamo

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"
	"github.com/go-json-experiment/json/jsontext"

	"learningforlife/shared/submission"
)

// page is the items of one answer to Query, Scan or BatchGetItem. They are decoded from the
// body straight into the page, which is used again for the next answer. The
// SDK would make a map of attributes for every item, with twelve allocations, and take two to three times as long.
type page struct {
	decoder jsontext.Decoder
	items   []item
	rows    []byte
	// rest is what the answer leaves for another: the keys that it does not process, or the key after which the next page begins.
	rest []submission.Key
}

// item is a key, and where its row stands in rows.
type item struct {
	key        submission.Key
	start, end int
}

// into has the answer of a call decoded into the page, in place of the output that the call returns.
func (p *page) into(o *dynamodb.Options) { o.Protocol = &pageProtocol{o.Protocol, p} }

// pageProtocol is the SDK's protocol but for answers that are decoded into a page.
type pageProtocol struct {
	smithyhttp.ClientProtocol
	page *page
}

// DeserializeResponse implements smithyhttp.ClientProtocol. Every attempt fills the page anew.
func (p *pageProtocol) DeserializeResponse(ctx context.Context, schema *smithy.OperationSchema, registry *smithy.TypeRegistry, response *smithyhttp.Response, output smithy.Deserializable) error {
	if response.StatusCode < 200 || response.StatusCode >= 300 {
		return p.ClientProtocol.DeserializeResponse(ctx, schema, registry, response, output)
	}
	err := p.page.decode(response.Body)
	if err == nil || errors.Is(err, errDamaged) {
		return err
	}
	return &smithy.DeserializationError{Err: err}
}

// visit calls visit with every item.
func (p *page) visit(visit submission.Visit) error {
	for i := range p.items {
		it := &p.items[i]
		if err := visit(&it.key, p.rows[it.start:it.end:it.end]); err != nil {
			return err
		}
	}
	return nil
}

// visitAll visits page after page. ask gets the one that begins after the key, or the first if there is none.
func (p *page) visitAll(visit submission.Visit, ask func(after map[string]types.AttributeValue) error) error {
	var after map[string]types.AttributeValue
	for {
		if err := ask(after); err != nil {
			return err
		}
		if err := p.visit(visit); err != nil || len(p.rest) == 0 {
			return err
		}
		last := p.rest[0] // p.rest is written anew
		after = keyOf(&last)
	}
}

// decode fills the page from the body, which must end where the answer does.
func (p *page) decode(body io.Reader) error {
	p.decoder.Reset(body, jsontext.AllowDuplicateNames(true)) // looking for them would cost a fifth
	p.items, p.rows, p.rest = p.items[:0], p.rows[:0], p.rest[:0]
	err := p.object(func(name string) error {
		switch name {
		case "Items":
			return p.list(p.item)
		case "LastEvaluatedKey":
			return p.left()
		case "Responses":
			return p.object(func(string) error { return p.list(p.item) })
		case "UnprocessedKeys":
			return p.object(func(string) error {
				return p.object(func(name string) error {
					if name == "Keys" {
						return p.list(p.left)
					}
					return p.decoder.SkipValue()
				})
			})
		}
		return p.decoder.SkipValue()
	})
	if err != nil {
		return err
	}
	if _, err := p.decoder.ReadToken(); !errors.Is(err, io.EOF) {
		return errors.Join(errors.New("the answer goes on after its end"), err)
	}
	return nil
}

// item reads an item of the answer.
func (p *page) item() error {
	it, have, err := p.read()
	if err == nil && have != 0b111 {
		err = fmt.Errorf("%w: of %q it has %03b", errDamaged, attributes, have)
	}
	p.items = append(p.items, it)
	return err
}

// left reads a key of those that are left.
func (p *page) left() error {
	it, have, err := p.read()
	if err == nil && have != 0b011 {
		err = fmt.Errorf("%w: of %q a key has %03b", errDamaged, attributes, have)
	}
	p.rest = append(p.rest, it.key)
	return err
}

// attributes are those that are read, each by the one letter of its name.
const attributes = partitionKey + sortKey + data

// read reads an item. have has a bit for each of the attributes that is there, the last for the first of them.
func (p *page) read() (it item, have int, err error) {
	err = p.object(func(name string) error {
		start := len(p.rows)
		switch name {
		case partitionKey, sortKey, data:
			have |= 1 << strings.Index(attributes, name)
			if err := p.binary(); err != nil {
				return fmt.Errorf("reading %q: %w", name, err)
			}
		default:
			return p.decoder.SkipValue()
		}
		switch value := p.rows[start:]; {
		case name == data:
			it.start, it.end = start, len(p.rows)
		case name == partitionKey && len(value) == submission.PartitionSize:
			copy(it.key[:], value)
		case name == sortKey && len(value) == submission.IDSize:
			copy(it.key[submission.PartitionSize:], value)
		default:
			return fmt.Errorf("%w: %q of its key is %x", errDamaged, name, value)
		}
		return nil
	})
	return it, have, err
}

// binary reads a binary attribute to the end of rows.
func (p *page) binary() error {
	found := false
	err := p.object(func(kind string) error {
		if kind != "B" {
			return p.decoder.SkipValue()
		}
		value, err := p.decoder.ReadValue()
		if err != nil {
			return err
		}
		if value.Kind() == '"' && bytes.IndexByte(value, '\\') < 0 { // as nearly always
			value = value[1 : len(value)-1]
		} else if value, err = jsontext.AppendUnquote(nil, value); err != nil {
			return err
		}
		found = true
		p.rows, err = base64.StdEncoding.AppendDecode(p.rows, value)
		return err
	})
	if err == nil && !found {
		err = fmt.Errorf("%w: it is not binary", errDamaged)
	}
	return err
}

// object reads an object, of which each reads the value of a name. Null is an object without names.
func (p *page) object(each func(name string) error) error {
	return p.enclosed('{', '}', func() error {
		name, err := p.decoder.ReadToken()
		if err != nil {
			return err
		}
		return each(name.String())
	})
}

// list reads a list, of which each reads a value. Null is an empty list.
func (p *page) list(each func() error) error { return p.enclosed('[', ']', each) }

func (p *page) enclosed(begin, end jsontext.Kind, each func() error) error {
	first, err := p.decoder.ReadToken()
	if err != nil || first.Kind() == 'n' {
		return err
	}
	if first.Kind() != begin {
		return fmt.Errorf("%s stands where %q should begin", first, begin)
	}
	for p.decoder.PeekKind() != end {
		if err := each(); err != nil {
			return err
		}
	}
	_, err = p.decoder.ReadToken()
	return err
}
