package submitting

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"learningforlife/infra"
	"learningforlife/infra/dynalite"
	"learningforlife/scripts/internal/bench"
	"learningforlife/scripts/internal/storage"
	"learningforlife/shared/store/dynamo"
	"learningforlife/shared/submission"
)

const putters = 16

// puts is responses put into a table unless they are there: through this project's store, and by the SDK alone.
func puts(g Given) bench.Workload {
	return bench.Workload{Name: "puts/dynalite", Rounds: 5, Open: func(ctx context.Context) ([]bench.Contestant, error) {
		server, err := dynalite.Start(ctx, g.Root)
		if err != nil {
			return nil, err
		}
		p := &putting{given: g, api: storage.Client(server.Address), random: rand.NewChaCha8([32]byte{3})}
		if err := p.prepare(ctx); err != nil {
			return nil, errors.Join(fmt.Errorf("preparing puts: %w", err), server.Close())
		}
		return []bench.Contestant{
			{Name: "ours", Round: func(ctx context.Context) (bench.Round, error) { return p.round(ctx, p.ours) }, Close: server.Close},
			{Name: "bare SDK", Round: func(ctx context.Context) (bench.Round, error) { return p.round(ctx, p.bare) }},
		}, nil
	}}
}

type putting struct {
	given  Given
	api    *dynamodb.Client
	store  *dynamo.Store
	table  string
	row    submission.Row
	burst  burst // whose responses it is that are put
	random *rand.ChaCha8
}

func (p *putting) prepare(ctx context.Context) error {
	template, err := infra.Transform(ctx, p.given.Root)
	if err != nil {
		return err
	}
	const prefix = "bench-"
	inputs, err := infra.Tables(template, prefix)
	if err != nil {
		return err
	}
	if err := infra.Create(ctx, p.api, inputs); err != nil {
		return err
	}
	p.table = prefix + "submissions"
	p.store = dynamo.New(p.api, dynamo.Tables{Submissions: p.table}, p.random)
	p.burst = burst{given: Given{Responses: 1, Now: p.given.Now}, trust: func(int) func() int { return func() int { return 0 } }}
	if err := p.burst.prepare(); err != nil {
		return err
	}
	c := p.burst.campaign
	s := submission.Response{Wave: c.Baseline(), Organisation: p.burst.sent[0].organisation, Answers: make([]int, len(c.Questions))}
	s.Answers[0] = 1
	p.row = s.Pack(c)
	return nil
}

// put adds a row and says whether it is new.
type put func(ctx context.Context, key submission.Key, row submission.Row) (created bool, err error)

func (p *putting) ours(ctx context.Context, key submission.Key, row submission.Row) (bool, error) {
	_, created, err := p.store.Add(ctx, key, row)
	return created, err
}

func (p *putting) bare(ctx context.Context, key submission.Key, row submission.Row) (bool, error) {
	_, err := p.api.PutItem(ctx, &dynamodb.PutItemInput{
		TableName: &p.table,
		Item: map[string]types.AttributeValue{
			"k": &types.AttributeValueMemberB{Value: key.Partition()},
			"i": &types.AttributeValueMemberB{Value: key.ID()[:]},
			"d": &types.AttributeValueMemberB{Value: row},
		},
		ConditionExpression: aws.String("attribute_not_exists(k)"),
	})
	if refused := (*types.ConditionalCheckFailedException)(nil); errors.As(err, &refused) {
		return false, nil
	}
	return err == nil, err
}

// round puts responses that are new. The first of them is then put again, and none may be missing.
func (p *putting) round(ctx context.Context, put put) (bench.Round, error) {
	keys := make([]submission.Key, p.given.Puts)
	for i := range keys {
		receipt, err := submission.Mint(p.burst.sent[0].receipt.Day(), p.random)
		if err != nil {
			return bench.Round{}, err
		}
		keys[i] = receipt.Key(submission.KindResponse)
	}
	var next atomic.Int64
	failed := make([]error, putters)
	var group sync.WaitGroup
	began := p.given.Now()
	for n := range putters {
		group.Go(func() {
			for i := int(next.Add(1)) - 1; i < len(keys) && failed[n] == nil; i = int(next.Add(1)) - 1 {
				created, err := put(ctx, keys[i], p.row)
				if err == nil && !created {
					err = errors.New("a new response was taken for one that is there")
				}
				failed[n] = err
			}
		})
	}
	group.Wait()
	took := p.given.Now().Sub(began)
	if err := errors.Join(failed...); err != nil {
		return bench.Round{}, err
	}
	again, err := put(ctx, keys[0], p.row)
	if err != nil {
		return bench.Round{}, err
	}
	for i := range keys {
		stored, err := p.store.Get(ctx, keys[i])
		if err != nil || !stored.Equal(p.row) {
			return bench.Round{}, errors.Join(fmt.Errorf("put %d is not stored as it was put", i), err)
		}
	}
	return bench.Round{Took: took, Operations: len(keys), Result: fmt.Sprintf("%d stored; the first again is new: %t", len(keys), again)}, nil
}
