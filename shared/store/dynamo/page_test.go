package dynamo_test

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/stretchr/testify/require"

	"learningforlife/infra/infratest"
	"learningforlife/shared/store/dynamo"
	"learningforlife/shared/submission"
)

// answers is a server that gives one answer after the other.
type answers []string

func (a *answers) Do(r *http.Request) (*http.Response, error) {
	if len(*a) == 0 {
		return nil, errors.New("more was asked than there are answers")
	}
	body := (*a)[0]
	*a = (*a)[1:]
	return answered(r, []byte(body)), nil
}

// scan returns the items that a store finds on a server with the answers. Nothing is tried again.
func (a answers) scan() (rows []string, err error) {
	config := infratest.Config()
	config.HTTPClient = &a
	api := dynamodb.NewFromConfig(config, func(o *dynamodb.Options) {
		o.BaseEndpoint = aws.String("http://127.0.0.1")
		o.Retryer = aws.NopRetryer{}
	})
	store := dynamo.New(api, dynamo.Tables{Submissions: "submissions"}, rand.Reader)
	err = store.Scan(context.Background(), func(key *submission.Key, row submission.Row) error {
		rows = append(rows, fmt.Sprintf("%x %s", *key, row))
		return nil
	})
	return rows, err
}

func attribute(name string, value []byte) string {
	return fmt.Sprintf(`%q:{"B":%q}`, name, base64.StdEncoding.EncodeToString(value))
}

var (
	partition = submission.Partition(submission.KindResponse, today, 3)
	id        = []byte(strings.Repeat("\xff\x00", submission.IDSize/2)) // which has slashes in Base64
	itemKey   = attribute("k", partition[:]) + "," + attribute("i", id)
	row       = fmt.Sprintf("%x%x %%s", partition, id)
)

func itemWith(more string) string { return "{" + itemKey + "," + more + "}" }

func page(items ...string) string { return `{"Items":[` + strings.Join(items, ",") + `]}` }

func TestAnswers(t *testing.T) {
	sound := itemWith(attribute("d", []byte("row")))
	want := fmt.Sprintf(row, "row")
	last := strings.TrimSuffix(page(sound), "}") + `,"LastEvaluatedKey":{` + itemKey + `}}`
	for name, c := range map[string]struct {
		answers answers
		rows    []string
	}{
		"nothing":                  {answers{page()}, nil},
		"no list":                  {answers{`{"Count":0}`}, nil},
		"null for a list":          {answers{`{"Items":null}`}, nil},
		"an item":                  {answers{page(sound)}, []string{want}},
		"several":                  {answers{page(sound, sound, itemWith(attribute("d", []byte("another"))))}, []string{want, want, fmt.Sprintf(row, "another")}},
		"two pages":                {answers{last, page(sound)}, []string{want, want}},
		"an empty page between":    {answers{last, `{"Items":[],"LastEvaluatedKey":{` + itemKey + `}}`, page(sound)}, []string{want, want}},
		"no bytes":                 {answers{page(itemWith(attribute("d", nil)))}, []string{fmt.Sprintf(row, "")}},
		"white space":              {answers{strings.ReplaceAll(page(sound), ":", " :\n\t") + "\r\n"}, []string{want}},
		"attributes in turn":       {answers{page("{" + attribute("d", []byte("row")) + "," + attribute("i", id) + "," + attribute("k", partition[:]) + "}")}, []string{want}},
		"slashes that are escaped": {answers{strings.ReplaceAll(page(sound), "/", `\/`)}, []string{want}},
		"names that are escaped":   {answers{strings.ReplaceAll(page(sound), `"d"`, `"\u0064"`)}, []string{want}},
		"unknown members":          {answers{`{"Count":1,"ConsumedCapacity":{"Table":{"CapacityUnits":0.5}},` + page(sound)[1:]}, []string{want}},
		"unknown attributes": {answers{page(itemWith(`"w":{"B":"AAAA"},"kid":{"B":"AAAA"},"":{"L":[{"S":"a"},{"NULL":true}]},"x":{"M":{"d":{"B":"AAAA"}}},` + attribute("d", []byte("row"))))},
			[]string{want}},
	} {
		t.Run(name, func(t *testing.T) {
			rows, err := c.answers.scan()
			require.NoError(t, err)
			require.Equal(t, c.rows, rows)
		})
	}
}

// TestDamagedItems: an item that this package never wrote is an error that does not pass by itself.
func TestDamagedItems(t *testing.T) {
	d := attribute("d", []byte("row"))
	for name, item := range map[string]string{
		"null":                "null",
		"empty":               "{}",
		"no row":              "{" + itemKey + "}",
		"no id":               "{" + attribute("k", partition[:]) + "," + d + "}",
		"no partition":        "{" + attribute("i", id) + "," + d + "}",
		"a partition twice":   "{" + attribute("k", partition[:]) + "," + attribute("k", partition[:]) + "," + d + "}",
		"a row that is text":  itemWith(`"d":{"S":"row"}`),
		"a row that is null":  itemWith(`"d":null`),
		"a row without value": itemWith(`"d":{}`),
		"a short id":          "{" + attribute("k", partition[:]) + "," + attribute("i", id[1:]) + "," + d + "}",
		"a long partition":    "{" + attribute("k", id) + "," + attribute("i", id) + "," + d + "}",
	} {
		t.Run(name, func(t *testing.T) {
			_, err := answers{page(item)}.scan()
			require.ErrorContains(t, err, "damaged")
			require.NotErrorIs(t, err, submission.ErrUnavailable)
		})
	}
	_, err := answers{`{"LastEvaluatedKey":{` + attribute("k", partition[:]) + `}}`}.scan()
	require.ErrorContains(t, err, "damaged")
}

// TestBrokenAnswers: an answer that is cut anywhere, or garbled, is an error that passes, and nothing of it is visited.
func TestBrokenAnswers(t *testing.T) {
	whole := strings.TrimSuffix(page(itemWith(attribute("d", []byte("row"))), itemWith(attribute("d", nil))), "}") + `,"LastEvaluatedKey":{` + itemKey + `},"Count":2}`
	broken := []string{
		whole + "}", whole + whole, "[]", `"Items"`, "<html>", "null!", `{"Items":{}}`, `{"Items":[[]]}`, `{"Items":["row"]}`,
		page(itemWith(`"d":{"B":5}`)), page(itemWith(`"d":{"B":null}`)), page(itemWith(`"d":{"B":"AAA"}`)), page(itemWith(`"d":{"B":"A?=="}`)),
		page(itemWith(`"d":{"B":"\x"}`)), page(itemWith(`"d":"AAAA"`)), page(itemWith(`"d":{"B":"AAAA"`)),
	}
	for n := range len(whole) {
		broken = append(broken, whole[:n])
	}
	for _, body := range broken {
		rows, err := answers{body}.scan()
		require.ErrorIs(t, err, submission.ErrUnavailable, body)
		require.Empty(t, rows, body)
	}
	rows, err := answers{whole, page()}.scan()
	require.NoError(t, err)
	require.Len(t, rows, 2)
}

// TestAFailedAttemptLeavesNothing has an answer break off after some items, and come whole at the next attempt.
func TestAFailedAttemptLeavesNothing(t *testing.T) {
	b := newBench(t)
	want := map[submission.Key]int{}
	for range 50 {
		key, row := b.item(t, 1)
		_, _, err := b.sound.Add(t.Context(), key, row)
		require.NoError(t, err)
		want[key] = 1
	}
	b.fault = faults["reply cut"]
	b.left.Store(1)
	got := map[submission.Key]int{}
	enough := errors.New("an item twice")
	require.NoError(t, b.faulty.Scan(t.Context(), func(key *submission.Key, _ submission.Row) error {
		if got[*key]++; got[*key] > 1 {
			return enough
		}
		return nil
	}))
	require.Equal(t, want, got)
}
