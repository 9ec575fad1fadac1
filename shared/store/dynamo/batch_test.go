package dynamo_test

import (
	"bytes"
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
	body := append(append([]byte(`{"UnprocessedItems":`), left...), '}')
	return &http.Response{StatusCode: http.StatusOK, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Request: r,
		Header: http.Header{"Content-Type": {"application/x-amz-json-1.0"}}, Body: io.NopCloser(bytes.NewReader(body))}
}
