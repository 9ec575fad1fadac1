package intake_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"learningforlife/shared/web/intake"
)

func TestLimitOfAnOrganisation(t *testing.T) {
	s := newSite(t, func(c *intake.Config) { c.Limit = 3 })
	receipt := s.mint().String()
	require.Equal(t, 201, s.post("/v1/pledges", receipt, pledgeJSON).Code)
	require.Equal(t, 200, s.post("/v1/pledges", receipt, pledgeJSON).Code)
	require.Equal(t, 201, s.post("/v1/responses", receipt, beforeJSON).Code)
	over := s.post("/v1/responses", s.mint().String(), beforeJSON)
	require.Equal(t, 429, over.Code)
	require.Equal(t, "1", over.Header().Get("Retry-After"))
	require.Equal(t, "/problems/too-many", s.problem(over).Type)
	require.Equal(t, 429, s.post("/v1/pledges", receipt, pledgeJSON).Code, "replays count too")
	require.Len(t, s.items(), 2, "the store was not touched")

	page := s.sendRaw(s.pledgeFilled("/pledge"))
	require.Equal(t, 429, page.Code)
	require.Equal(t, "1", page.Header().Get("Retry-After"))
	require.Equal(t, 429, s.sendRaw(s.surveyFilled("before")).Code)

	require.Equal(t, 201, s.post("/v1/pledges", s.mint().String(), strings.Replace(pledgeJSON, "RXX", "R0A", 1)).Code, "another organisation has its own")
	require.Equal(t, 422, s.post("/v1/pledges", s.mint().String(), strings.Replace(pledgeJSON, "RXX", "ZZZ", 1)).Code)
	require.Equal(t, 400, s.post("/v1/pledges", s.mint().String(), `{`).Code, "what cannot be read counts for nobody")
	require.Equal(t, 200, s.mine("GET", "/v1/pledges/mine", receipt).Code, "opening is not limited")

	s.now = s.now.Add(334 * time.Millisecond)
	require.Equal(t, 201, s.post("/v1/responses", s.mint().String(), beforeJSON).Code)
	require.Equal(t, 429, s.post("/v1/responses", s.mint().String(), beforeJSON).Code)
	s.now = s.now.Add(-time.Hour)
	require.Equal(t, 429, s.post("/v1/responses", s.mint().String(), beforeJSON).Code, "a clock that steps back gives nothing away")
}

func TestManyAtOnce(t *testing.T) {
	s := newSite(t)
	receipt := s.mint().String()
	var created, repeated atomic.Int32
	var wait sync.WaitGroup
	for range 16 {
		wait.Go(func() {
			switch s.post("/v1/responses", receipt, beforeJSON).Code {
			case 201:
				created.Add(1)
			case 200:
				repeated.Add(1)
			}
		})
	}
	wait.Wait()
	require.EqualValues(t, 1, created.Load())
	require.EqualValues(t, 15, repeated.Load())
	require.Len(t, s.items(), 1)
}

func TestHealth(t *testing.T) {
	s := newSite(t)
	w := s.do(request{"GET", "/healthz", nil, ""})
	require.Equal(t, 200, w.Code)
	require.Equal(t, `{"status":"ok"}`, w.Body.String())

	ill := newSite(t, func(c *intake.Config) {
		c.Healthy = func(context.Context) error { return errors.New("the disk is full") }
	})
	w = ill.do(request{"GET", "/healthz", nil, ""})
	require.Equal(t, 503, w.Code)
	require.Equal(t, "5", w.Header().Get("Retry-After"))
	require.NotContains(t, w.Body.String(), "disk")
	require.Contains(t, ill.log.String(), "the disk is full")
}

func TestAStoreThatIsGone(t *testing.T) {
	s := newSite(t)
	require.NoError(t, s.store.Close())
	w := s.post("/v1/pledges", s.mint().String(), pledgeJSON)
	require.Equal(t, 503, w.Code, w.Body.String())
	require.NotEmpty(t, w.Header().Get("Retry-After"))
	require.Equal(t, 503, s.sendRaw(s.surveyFilled("before")).Code)
	require.Equal(t, 503, s.mine("GET", "/v1/pledges/mine", s.mint().String()).Code)
	require.Equal(t, 503, s.do(request{"GET", "/healthz", nil, ""}).Code)
}

func TestNoRandomnessIsOurFault(t *testing.T) {
	s := newSite(t, func(c *intake.Config) { c.Random = strings.NewReader("") })
	require.Equal(t, 500, s.do(request{"GET", "/pledge", nil, ""}).Code)
	require.Equal(t, 500, s.do(request{"GET", "/survey/before/RXX?audience=staff", nil, ""}).Code)
}
