// Package dynamo keeps submissions and documents in DynamoDB: the engine for
// real use. It speaks to AWS, or to any server that speaks DynamoDB's protocol.
//
// Each table has a partition key k, a sort key i and, where there is anything to
// keep, the data d; the short names are part of what is paid for with every item:
//
//	table        k                        i                       d
//	submissions  submission.Partition     the rest of the Key     the Row
//	changes      a mark's partition       the rest of the mark
//	workings     documents and records, see documents.go
//	releases     the same, in a table of its own
//
// The tables are apart so that permissions can be: a function that takes
// submissions in may touch the first two by single items, and nothing else.
package dynamo

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/ratelimit"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"learningforlife/shared/document"
	"learningforlife/shared/submission"
)

// The attributes of every table.
const (
	partitionKey = "k"
	sortKey      = "i"
	data         = "d"
	writer       = "w" // names the call that wrote an item, where that must be known
)

// Tables names the tables. A store touches only those that its methods are about.
type Tables struct{ Submissions, Changes, Workings, Releases, Settings string }

// Store is the tables. It implements submission.Store, submission.Reader and
// submission.Scanner, and may be used from many goroutines.
type Store struct {
	api    *dynamodb.Client
	tables Tables
	random io.Reader
}

// New returns the store over the tables, which must exist. It asks nothing of
// the network. From random, which many goroutines may read at once, come the names of single calls.
func New(api *dynamodb.Client, t Tables, random io.Reader) *Store {
	return &Store{api: api, tables: t, random: random}
}

// How an operation is tried again: throttling and passing faults up to twice,
// after a random part of a pause that doubles, within the caller's deadline. More
// attempts would make a store that is short of breath carry more than three times its load.
const (
	maxAttempts = 3
	maxPause    = time.Second
	// hurry is by how much the pauses are shorter than the SDK's own, which start
	// at a second while somebody is waiting for a form to be sent: 50 ms, 100 ms, …
	hurry = 20
)

// backoff is the pause before an attempt is repeated.
var backoff = func() retry.BackoffDelayer {
	slow := retry.NewExponentialJitterBackoff(maxPause * hurry)
	return retry.BackoffDelayerFunc(func(attempt int, err error) (time.Duration, error) {
		pause, err := slow.BackoffDelay(attempt, err)
		return pause / hurry, err
	})
}()

// brokenOff reports an answer that did not arrive whole, which the SDK does not try again by itself.
func brokenOff(err error) bool {
	var broken *smithy.DeserializationError
	return errors.Is(err, io.ErrUnexpectedEOF) || errors.As(err, &broken)
}

// Client returns a client for New. endpoint is empty for AWS itself.
func Client(config aws.Config, endpoint string) *dynamodb.Client {
	return dynamodb.NewFromConfig(config, func(o *dynamodb.Options) {
		if endpoint != "" {
			o.BaseEndpoint = aws.String(endpoint)
		}
		o.Retryer = retry.NewStandard(func(o *retry.StandardOptions) {
			o.MaxAttempts = maxAttempts
			o.Backoff = backoff
			o.Retryables = append(o.Retryables, retry.IsErrorRetryableFunc(func(err error) aws.Ternary {
				if brokenOff(err) {
					return aws.TrueTernary
				}
				return aws.UnknownTernary
			}))
		})
	})
}

// Releases returns the documents that are published.
func (s *Store) Releases() document.Store { return &documents{s.api, s.tables.Releases, s.random} }

// Workings returns the documents of aggregation, which are never served.
func (s *Store) Workings() document.Store { return &documents{s.api, s.tables.Workings, s.random} }

// Settings returns what administrators decide, and what they are to decide about.
func (s *Store) Settings() document.Store { return &documents{s.api, s.tables.Settings, s.random} }

// Healthy reports whether the store answers.
func (s *Store) Healthy(ctx context.Context) error {
	if _, err := s.Get(ctx, submission.Key{}); err != nil && !errors.Is(err, submission.ErrNotFound) {
		return fmt.Errorf("asking the store: %w", err)
	}
	return nil
}

// passing wraps errors that pass by themselves in submission.ErrUnavailable.
func passing(ctx context.Context, err error) error {
	if err == nil {
		return nil
	}
	if ctx.Err() != nil {
		return fmt.Errorf("%w: %w", submission.ErrUnavailable, ctx.Err())
	}
	var api smithy.APIError
	var response *smithyhttp.ResponseError
	var send *smithyhttp.RequestSendError
	var attempts *retry.MaxAttemptsError
	var quota ratelimit.QuotaExceededError // so much failed of late that nothing is repeated
	switch {
	case errors.As(err, &attempts), errors.As(err, &quota), errors.As(err, &send), brokenOff(err),
		errors.As(err, &response) && response.HTTPStatusCode() >= http.StatusInternalServerError,
		errors.As(err, &api) && throttled[api.ErrorCode()]:
		return fmt.Errorf("%w: %w", submission.ErrUnavailable, err)
	}
	return err
}

// throttled lists the codes by which DynamoDB says that it was asked too much.
var throttled = map[string]bool{
	"ProvisionedThroughputExceededException": true,
	"ThrottlingException":                    true,
	"RequestLimitExceeded":                   true,
	"LimitExceededException":                 true,
}

// refused reports whether the condition of a write did not hold.
func refused(err error) bool {
	var failed *types.ConditionalCheckFailedException
	return errors.As(err, &failed)
}

// call names a single call of the store. A conditional write whose answer was
// lost is refused when it is sent again; the name tells the caller that it is his own write that stands.
func call(random io.Reader) ([]byte, error) {
	name := make([]byte, 16)
	if _, err := io.ReadFull(random, name); err != nil {
		return nil, fmt.Errorf("naming a call: %w", err)
	}
	return name, nil
}

// wrote reports whether the named call wrote the item.
func wrote(item map[string]types.AttributeValue, call []byte) bool {
	by, ok := item[writer].(*types.AttributeValueMemberB)
	return ok && bytes.Equal(by.Value, call)
}

// binary is an attribute value; none at all stands for no bytes, which the SDK would leave out.
func binary(b []byte) types.AttributeValue {
	if b == nil {
		b = []byte{}
	}
	return &types.AttributeValueMemberB{Value: b}
}

// text is an attribute value.
func text(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }

// errDamaged says that an item does not have the attributes that this package writes.
var errDamaged = errors.New("an item of the table is damaged")

// bytesOf returns the binary attribute of an item.
func bytesOf(item map[string]types.AttributeValue, name string) ([]byte, error) {
	v, ok := item[name].(*types.AttributeValueMemberB)
	if !ok {
		return nil, fmt.Errorf("%w: it has no binary %q", errDamaged, name)
	}
	return v.Value, nil
}
