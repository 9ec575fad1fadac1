package dynamo_test

import (
	"bytes"
	"crypto/rand"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"learningforlife/infra/infratest"
	"learningforlife/shared/campaign"
	"learningforlife/shared/store/dynamo"
	"learningforlife/shared/submission"
)

// meter counts what goes over the wire: writes by partition key and second, and the size of items.
type meter struct {
	mutex   sync.Mutex
	started time.Time
	writes  map[int]map[string]int // by second since it started
	largest int                    // item, in bytes as DynamoDB reckons them
}

func (m *meter) RoundTrip(r *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	if strings.HasSuffix(r.Header.Get("X-Amz-Target"), ".PutItem") {
		var put struct {
			Item map[string]struct{ B []byte }
		}
		if err := json.Unmarshal(body, &put); err != nil {
			return nil, err
		}
		m.count(put.Item["k"].B, put.Item)
	}
	return http.DefaultTransport.RoundTrip(r)
}

func (m *meter) count(key []byte, item map[string]struct{ B []byte }) {
	size := 0
	for name, value := range item {
		size += len(name) + len(value.B)
	}
	m.mutex.Lock()
	defer m.mutex.Unlock()
	second := int(time.Since(m.started) / time.Second)
	if m.writes[second] == nil {
		m.writes[second] = map[string]int{}
	}
	m.writes[second][string(key)]++
	m.largest = max(m.largest, size)
}

// TestOneTrustStaysCool sends what one trust does that mails 20,000 staff, 333
// responses a second, each as large as can be, all of one day. A partition key takes 1,000 writes a second.
func TestOneTrustStaysCool(t *testing.T) {
	const perSecond, seconds = 333, 3
	c, err := campaign.Shipped()
	require.NoError(t, err)
	m := &meter{writes: map[int]map[string]int{}}
	config := infratest.Config()
	config.HTTPClient = &http.Client{Transport: m}
	tables := infratest.Tables(t, infratest.Client(t))
	store := dynamo.New(dynamo.Client(config, infratest.Endpoint(t)), tables, rand.Reader)

	var rows []submission.Row
	var keys []submission.Key
	for range perSecond * seconds {
		receipt, err := submission.Mint(today, rand.Reader)
		require.NoError(t, err)
		named, err := submission.Mint(today, rand.Reader)
		require.NoError(t, err)
		before := named.Key(submission.KindResponse)
		s := submission.Response{Wave: c.FollowUp(), Organisation: "G6V2S", Before: before.Link(), Answers: make([]int, len(c.Questions))}
		for q := range c.Questions {
			s.Answers[q] = len(c.Answers(q))
		}
		keys, rows = append(keys, receipt.Key(submission.KindResponse)), append(rows, s.Pack(c))
	}
	var group errgroup.Group
	ticks := time.NewTicker(time.Second / perSecond)
	defer ticks.Stop()
	m.started = time.Now()
	for i := range keys {
		<-ticks.C
		group.Go(func() error {
			_, _, err := store.Add(t.Context(), keys[i], rows[i])
			return err
		})
	}
	require.NoError(t, group.Wait())

	hottest := 0
	for _, second := range m.writes {
		for _, n := range second {
			hottest = max(hottest, n)
		}
	}
	t.Logf("the hottest key got %d writes in a second; the largest item has %d bytes", hottest, m.largest)
	require.Less(t, hottest, 100)
	require.LessOrEqual(t, m.largest, 200)
}
