// Command intake is the function that takes submissions in. It reaches single
// items of two tables, by their keys: it cannot list or search.
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

	"learningforlife/functions/internal/config"
	"learningforlife/shared/awslambda"
	"learningforlife/shared/campaign"
	"learningforlife/shared/store/dynamo"
	"learningforlife/shared/submission"
	"learningforlife/shared/web/intake"
)

func main() { awslambda.HTTP(os.LookupEnv, build) }

func build(ctx context.Context, look awslambda.Environment) (http.Handler, error) {
	cfg, err := config.ReadIntake(look)
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
	store := dynamo.New(dynamo.Client(sdk, ""), dynamo.Tables{Submissions: cfg.Submissions, Changes: cfg.Changes}, rand.Reader)
	return intake.Handler(intake.Config{
		Campaign: c,
		Register: submission.NewRegister(store, c),
		Now:      time.Now,
		Random:   rand.Reader,
		Site:     cfg.Site,
		Limit:    cfg.Limit,
		Healthy:  store.Healthy,
		Log:      slog.New(slog.NewJSONHandler(os.Stdout, nil)),
	}), nil
}
