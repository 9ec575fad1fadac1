// Command admin is the function for those who run the campaign. It has the table of
// settings alone: for anything else it asks the function that aggregates.
package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"time"

	awsconfig "github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/ssm"

	"learningforlife/functions/internal/config"
	"learningforlife/functions/internal/remote"
	"learningforlife/functions/internal/signin"
	"learningforlife/shared/aggregation"
	"learningforlife/shared/awslambda"
	"learningforlife/shared/store/dynamo"
	"learningforlife/shared/web/admin"
)

const (
	// tellWithin is how long a request waits for what comes of an aggregation:
	// the gateway gives up after thirty seconds.
	tellWithin = 20 * time.Second
	// aggregateWithin is how long an aggregation may take: as long as a function may.
	aggregateWithin = 15 * time.Minute
)

func main() { awslambda.HTTP(os.LookupEnv, build) }

func build(ctx context.Context, look awslambda.Environment) (http.Handler, error) {
	cfg, err := config.ReadAdmin(look)
	if err != nil {
		return nil, err
	}
	sdk, err := awsconfig.LoadDefaultConfig(ctx)
	if err != nil {
		return nil, fmt.Errorf("setting up the AWS SDK: %w", err)
	}
	gate, err := signin.Gate(ctx, ssm.NewFromConfig(sdk), cfg.Token, cfg.Site, time.Now)
	if err != nil {
		return nil, err
	}
	mint, err := aggregation.IDs(time.Now, rand.Reader)
	if err != nil {
		return nil, err
	}
	return admin.New(admin.Config{
		Aggregator: awslambda.Remote(remote.Function(lambda.NewFromConfig(sdk), cfg.Aggregate)),
		Settings:   dynamo.New(dynamo.Client(sdk, ""), dynamo.Tables{Settings: cfg.Settings}, rand.Reader).Settings(),
		Gate:       gate,
		NewRun:     mint,
		Wait:       tellWithin,
		Limit:      aggregateWithin,
		Log:        slog.New(slog.NewJSONHandler(os.Stdout, nil)),
		Now:        time.Now,
	}), nil
}
