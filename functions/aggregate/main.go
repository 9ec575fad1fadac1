// Command aggregate is the function that makes releases of submissions, at the
// schedule's times and when the administrator asks, and recounts everything daily. It alone reads submissions.
package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"os"
	"time"

	awsconfig "github.com/aws/aws-sdk-go-v2/config"

	"learningforlife/functions/internal/config"
	"learningforlife/shared/aggregate"
	"learningforlife/shared/awslambda"
	"learningforlife/shared/campaign"
	"learningforlife/shared/store/dynamo"
)

func main() { awslambda.Aggregate(os.LookupEnv, build) }

func build(ctx context.Context, look awslambda.Environment) (awslambda.Aggregator, error) {
	cfg, err := config.ReadAggregate(look)
	if err != nil {
		return nil, err
	}
	c, err := campaign.Shipped()
	if err != nil {
		return nil, err
	}
	sdk, err := awsconfig.LoadDefaultConfig(ctx)
	if err != nil {
		return nil, fmt.Errorf("setting up the AWS SDK: %w", err)
	}
	store := dynamo.New(dynamo.Client(sdk, ""), dynamo.Tables(cfg), rand.Reader)
	return aggregate.New(aggregate.Config{
		Campaign:    c,
		Submissions: store,
		Workings:    store.Workings(),
		Releases:    store.Releases(),
		Settings:    store.Settings(),
		Now:         time.Now,
		Log:         slog.New(slog.NewJSONHandler(os.Stdout, nil)),
	})
}
