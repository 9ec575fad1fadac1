package awslambda_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"learningforlife/shared/aggregation"
	"learningforlife/shared/awslambda"
)

// ledger is an Aggregator that keeps what it was asked for.
type ledger struct {
	asked     []aggregation.Request
	recounted []time.Time // the schedule's times
	ended     time.Time   // when the context of the last run or recount is done
	fails     error
}

func (l *ledger) Aggregate(ctx context.Context, r aggregation.Request) (aggregation.Outcome, error) {
	l.asked = append(l.asked, r)
	l.ended, _ = ctx.Deadline()
	return aggregation.Outcome{Run: r.Run, Release: 12}, l.fails
}

func (l *ledger) Recount(ctx context.Context, scheduled time.Time) error {
	l.recounted = append(l.recounted, scheduled)
	l.ended, _ = ctx.Deadline()
	return l.fails
}

func (l *ledger) Outcome(_ context.Context, run string) (aggregation.Outcome, error) {
	for _, r := range l.asked {
		if r.Run == run {
			return aggregation.Outcome{Run: run, Why: "no figure would change"}, l.fails
		}
	}
	return aggregation.Outcome{}, fmt.Errorf("looking: %w", aggregation.ErrNoRun)
}

func TestOrders(t *testing.T) {
	scheduled := time.Date(2026, 11, 22, 22, 30, 0, 0, time.UTC)
	for _, test := range []struct {
		event string
		asked aggregation.Request
	}{
		{`{"schedule":"2026-11-22T22:30:00Z"}`, aggregation.Request{Run: "20261122T223000.000Z", Scheduled: scheduled, Release: true}},
		{`{"schedule":"2026-11-22T23:30:00+01:00"}`, aggregation.Request{Run: "20261122T223000.000Z", Scheduled: scheduled, Release: true}},
		{`{"run":"r 1","release":true,"corrects":0}`, aggregation.Request{Run: "r 1", Release: true}},
		{`{"run":"r 1","release":true,"corrects":11}`, aggregation.Request{Run: "r 1", Release: true, Corrects: 11}},
		{`{"run":"r 1"}`, aggregation.Request{Run: "r 1"}},
	} {
		l := &ledger{}
		reply, err := awslambda.Aggregation(l).Invoke(t.Context(), []byte(test.event))
		require.NoError(t, err, test.event)
		require.Len(t, l.asked, 1)
		l.asked[0].Scheduled = l.asked[0].Scheduled.UTC() // the same instant, wherever it was written
		require.Equal(t, test.asked, l.asked[0])
		require.Empty(t, l.recounted)
		require.JSONEq(t, `{"outcome":{"run":"`+test.asked.Run+`","release":12,"why":""}}`, string(reply))
	}
}

func TestMalformedOrders(t *testing.T) {
	const one = "reading an order: the event does not have exactly one of schedule, recount, run and find"
	for event, fault := range map[string]string{
		``:                       "reading an order: the event is not JSON: see byte 0",
		`{}`:                     one,
		`null`:                   one,
		`{"run":"a","find":"b"}`: one,
		`{"schedule":null}`:      one,
		`{"recount":null}`:       one,
		`{"recount":"2026-11-22T02:50:00Z","run":"a"}`:                         one,
		`{"recount":"2026-11-22T02:50:00Z","schedule":"2026-11-22T02:45:00Z"}`: one,
		`{"recount":"at night"}`:                                               "reading an order: the event has a member of the wrong type: see byte 11",
		`{"recount":"2026-11-22T02:50:00Z","release":true}`:                    "reading an order: the event has release or corrects without run",
		`{"run":""}`: one,
		`{"run":"a","find":"a","schedule":"2026-11-22T22:30:00Z"}`: one,
		`{"schedule":"yesterday"}`:                                 "reading an order: the event has a member of the wrong type: see byte 12",
		`{"schedule":1795338000}`:                                  "reading an order: the event has a member of the wrong type: see byte 12",
		`{"run":"a","secret":1}`:                                   "reading an order: the event has a member that is not known: see byte 11",
		`{"run":"a","run":"b"}`:                                    "reading an order: the event has a member twice: see byte 11",
		`{"find":"a","release":true}`:                              "reading an order: the event has release or corrects without run",
		`{"schedule":"2026-11-22T22:30:00Z","corrects":1}`:         "reading an order: the event has release or corrects without run",
		`{"run":"a","release":true,"corrects":-1}`:                 "reading an order: the event's corrects is not a release's number, or stands without release",
		`{"run":"a","corrects":1}`:                                 "reading an order: the event's corrects is not a release's number, or stands without release",
		string(event("GET", "/", nil)):                             "reading an order: the event has a member that is not known: see byte 1",
	} {
		l := &ledger{}
		_, err := awslambda.Aggregation(l).Invoke(t.Context(), []byte(event))
		require.EqualError(t, err, fault, event)
		require.Empty(t, l.asked)
		require.Empty(t, l.recounted)
	}
}

func TestARunEndsBeforeTheInvocation(t *testing.T) {
	end := time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC)
	ctx, cancel := context.WithDeadline(t.Context(), end)
	defer cancel()
	for _, event := range []string{`{"run":"a"}`, `{"recount":"2026-11-22T02:50:00Z"}`} {
		l := &ledger{}
		_, err := awslambda.Aggregation(l).Invoke(ctx, []byte(event))
		require.NoError(t, err)
		require.Equal(t, end.Add(-500*time.Millisecond), l.ended, event)
	}
}

func TestRecounts(t *testing.T) {
	l := &ledger{}
	reply, err := awslambda.Aggregation(l).Invoke(t.Context(), []byte(`{"recount":"2026-11-22T02:50:00Z"}`))
	require.NoError(t, err)
	require.JSONEq(t, `{"outcome":{"run":"","release":0,"why":""}}`, string(reply))
	require.Equal(t, []time.Time{time.Date(2026, 11, 22, 2, 50, 0, 0, time.UTC)}, l.recounted)
	require.Empty(t, l.asked)

	l.fails = errors.New("the recount and what is sealed differ")
	reply, err = awslambda.Aggregation(l).Invoke(t.Context(), []byte(`{"recount":"2026-11-22T02:50:00Z"}`))
	require.ErrorIs(t, err, l.fails, "the invocation fails, so that it is tried again and then kept")
	require.Nil(t, reply)
}

// TestRemoteIsAsNear holds that an Aggregator answers from another function as it does from here.
func TestRemoteIsAsNear(t *testing.T) {
	l := &ledger{}
	far := awslambda.Remote(awslambda.Aggregation(l).Invoke)
	request := aggregation.Request{Run: "a", Release: true, Corrects: 3}
	told, err := far.Aggregate(t.Context(), request)
	require.NoError(t, err)
	require.Equal(t, aggregation.Outcome{Run: "a", Release: 12}, told)
	require.Equal(t, []aggregation.Request{request}, l.asked)

	told, err = far.Outcome(t.Context(), "a")
	require.NoError(t, err)
	require.Equal(t, aggregation.Outcome{Run: "a", Why: "no figure would change"}, told)

	_, err = far.Outcome(t.Context(), "b")
	require.ErrorIs(t, err, aggregation.ErrNoRun)

	l.fails = fmt.Errorf("aggregating: %w: 3", aggregation.ErrNoCorrection)
	told, err = far.Aggregate(t.Context(), request)
	require.ErrorIs(t, err, aggregation.ErrNoCorrection)
	require.NotErrorIs(t, err, aggregation.ErrNoRun)
	require.Zero(t, told)

	l.fails = errors.New("the store is on fire")
	_, err = far.Aggregate(t.Context(), request)
	require.ErrorIs(t, err, l.fails, "the function fails, so that its caller tries again")
}

func TestRepliesThatAreNone(t *testing.T) {
	for reply, fault := range map[string]string{
		``:                        "reading what the function that aggregates replied",
		`null`:                    "replied neither an outcome nor an error that is known",
		`{}`:                      "replied neither an outcome nor an error that is known",
		`{"error":"fire"}`:        "replied neither an outcome nor an error that is known",
		`{"statusCode":200}`:      "reading what the function that aggregates replied",
		`{"outcome":{"run":"a"}`:  "reading what the function that aggregates replied",
		`{"outcome":{"runs":""}}`: "reading what the function that aggregates replied",
	} {
		far := awslambda.Remote(func(context.Context, []byte) ([]byte, error) { return []byte(reply), nil })
		_, err := far.Outcome(t.Context(), "a")
		require.ErrorContains(t, err, fault, reply)
	}
}
