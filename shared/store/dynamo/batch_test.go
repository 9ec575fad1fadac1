package dynamo_test

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/require"
)

// batch is the body of BatchWriteItem, as far as it is looked at here.
type batch struct {
	RequestItems map[string][]jsontext.Value `json:"RequestItems"`
}

// split takes the first write of a batch to be done now and leaves the others.
// Of the first two batches it takes nothing.
func split(t *testing.T, body []byte, number int) (taken, left []byte) {
	var all, one batch
	require.NoError(t, json.Unmarshal(body, &all))
	one.RequestItems = map[string][]jsontext.Value{}
	if number > 2 {
		for table, writes := range all.RequestItems {
			one.RequestItems[table], all.RequestItems[table] = writes[:1], writes[1:]
			if len(writes) == 1 {
				delete(all.RequestItems, table)
			}
		}
		var err error
		taken, err = json.Marshal(one)
		require.NoError(t, err)
	}
	left, err := json.Marshal(all.RequestItems)
	require.NoError(t, err)
	return taken, left
}

// unprocessed is the answer to a batch of which some is left.
func unprocessed(r *http.Request, left []byte) *http.Response {
	return answered(r, append(append([]byte(`{"UnprocessedItems":`), left...), '}'))
}

func answered(r *http.Request, body []byte) *http.Response {
	return &http.Response{StatusCode: http.StatusOK, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Request: r,
		Header: http.Header{"Content-Type": {"application/x-amz-json-1.0"}}, Body: io.NopCloser(bytes.NewReader(body))}
}

// keysOf is what BatchGetItem asks of a table.
type keysOf struct {
	Keys           []jsontext.Value
	ConsistentRead bool
}

// give has the server give as many of the items asked for as some says, and leaves the keys of the others unprocessed.
func give(send func() (*http.Response, error), r *http.Request, some func(asked int) int) (*http.Response, error) {
	var asked struct{ RequestItems map[string]keysOf }
	if err := json.UnmarshalRead(r.Body, &asked); err != nil {
		return nil, err
	}
	given := map[string]any{"Responses": map[string]any{}}
	left := map[string]keysOf{}
	for table, keys := range asked.RequestItems {
		if !keys.ConsistentRead || len(keys.Keys) > 100 {
			return nil, errors.New("a batch that must not be")
		}
		n := some(len(keys.Keys))
		if n < len(keys.Keys) {
			left[table] = keysOf{keys.Keys[n:], true}
		}
		if n == 0 {
			continue
		}
		asked.RequestItems[table] = keysOf{keys.Keys[:n], true}
		body, err := json.Marshal(asked)
		if err != nil {
			return nil, err
		}
		r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
		response, err := send()
		if err != nil || response.StatusCode != http.StatusOK {
			return response, err
		}
		if err := errors.Join(json.UnmarshalRead(response.Body, &given), response.Body.Close()); err != nil {
			return nil, err
		}
	}
	given["UnprocessedKeys"] = left
	body, err := json.Marshal(given)
	if err != nil {
		return nil, err
	}
	return answered(r, body), nil
}
