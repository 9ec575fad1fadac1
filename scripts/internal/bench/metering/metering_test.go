package metering_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"io"
	"log/slog"
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go/middleware"
	"github.com/go-json-experiment/json"
	"github.com/stretchr/testify/require"

	"learningforlife/infra/infratest"
	"learningforlife/scripts/internal/bench/metering"
	"learningforlife/scripts/internal/bench/population"
	"learningforlife/shared/aggregate"
	"learningforlife/shared/aggregation"
	"learningforlife/shared/campaign"
	"learningforlife/shared/day"
	"learningforlife/shared/store/dynamo"
)

// scales is a client's way to the server, which has it tell what reads cost, and adds that up.
type scales struct {
	next  http.RoundTripper
	units atomic.Int64 // halves
}

func (s *scales) RoundTrip(request *http.Request) (*http.Response, error) {
	response, err := s.next.RoundTrip(request)
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, err
	}
	if err := response.Body.Close(); err != nil {
		return nil, err
	}
	response.Body = io.NopCloser(bytes.NewReader(body))
	type capacity struct{ CapacityUnits float64 }
	var one struct{ ConsumedCapacity capacity }
	var several struct{ ConsumedCapacity []capacity }
	if json.Unmarshal(body, &one) == nil {
		s.units.Add(int64(2 * one.ConsumedCapacity.CapacityUnits))
	} else if err := json.Unmarshal(body, &several); err != nil {
		return nil, err
	} else {
		for _, c := range several.ConsumedCapacity {
			s.units.Add(int64(2 * c.CapacityUnits))
		}
	}
	return response, nil
}

// asking has the server tell what every read costs.
func asking(stack *middleware.Stack) error {
	return stack.Initialize.Add(middleware.InitializeMiddlewareFunc("asking", func(ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler) (middleware.InitializeOutput, middleware.Metadata, error) { //nolint:misspell // the SDK spells so
		switch input := in.Parameters.(type) {
		case *dynamodb.QueryInput:
			input.ReturnConsumedCapacity = types.ReturnConsumedCapacityTotal
		case *dynamodb.ScanInput:
			input.ReturnConsumedCapacity = types.ReturnConsumedCapacityTotal
		case *dynamodb.GetItemInput:
			input.ReturnConsumedCapacity = types.ReturnConsumedCapacityTotal
		case *dynamodb.BatchGetItemInput:
			input.ReturnConsumedCapacity = types.ReturnConsumedCapacityTotal
		}
		return next.HandleInitialize(ctx, in)
	}), middleware.Before)
}

// TestAgainstTheServersOwnCount: what a run is metered to read is what the server says that it read. That one
// charges nothing for a query that finds nothing, where DynamoDB charges a unit; and half for a scan, because it
// knows of none that is consistent.
func TestAgainstTheServersOwnCount(t *testing.T) {
	c, err := campaign.Shipped()
	require.NoError(t, err)
	weighed := &scales{next: http.DefaultTransport}
	config := infratest.Config()
	config.HTTPClient = &http.Client{Transport: weighed}
	config.APIOptions = append(config.APIOptions, asking)
	store := dynamo.New(dynamo.Client(config, infratest.Endpoint(t)), infratest.Tables(t, infratest.Client(t)), rand.Reader)

	first := day.Must("2026-08-24")
	require.NoError(t, population.Fill(t.Context(), store, c, 1500, first, 1, func(int) {}))
	now := (first + population.Days + 7).Time()
	aggregator := func(meter *metering.Meter) *aggregate.Aggregator {
		a, err := aggregate.New(aggregate.Config{Campaign: c, Submissions: meter.Submissions(store), Workings: meter.Documents(store.Workings(), nil),
			Releases: store.Releases(), Settings: store.Settings(), Now: func() time.Time { return now }, Log: slog.New(slog.DiscardHandler)})
		require.NoError(t, err)
		return a
	}
	_, err = aggregator(new(metering.Meter)).Run(t.Context(), aggregation.Request{Run: aggregation.ID(now, "")})
	require.NoError(t, err)
	require.NoError(t, population.Later(t.Context(), store, c, 60, day.Of(now), 1))

	read := func(count func(*aggregate.Aggregator) error) (metered metering.Read, weight int) {
		var meter metering.Meter
		a := aggregator(&meter)
		weighed.units.Store(0)
		require.NoError(t, count(a))
		return meter.Read(), int(weighed.units.Load() / 2)
	}
	sealed, weight := read(func(a *aggregate.Aggregator) error { _, err := a.Count(t.Context()); return err })
	require.InDelta(t, weight, sealed.Units-sealed.Empty, settings+0.01*float64(weight), "%+v", sealed)
	whole, weight := read(func(a *aggregate.Aggregator) error { _, err := a.Tally(t.Context()); return err })
	require.InDelta(t, 2*weight, whole.Units, settings+segments+0.01*float64(weight), "%+v", whole)
	require.Greater(t, whole.Items, 1500)
	require.Less(t, sealed.Items, 120, "new ones, and what they name")
}

const (
	// settings is what a run reads of the settings, which are not metered: the decisions about quarantine.
	settings = 1
	// segments is in how many the store scans, each of which is rounded up by itself.
	segments = 8
)
