// Command dashboard is the function that shows the scores. It reads releases.
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
	"github.com/aws/aws-sdk-go-v2/service/ssm"

	"learningforlife/functions/internal/config"
	"learningforlife/functions/internal/signin"
	"learningforlife/shared/awslambda"
	"learningforlife/shared/campaign"
	"learningforlife/shared/store/dynamo"
	"learningforlife/shared/web/dashboard"
)

func main() { awslambda.HTTP(os.LookupEnv, build) }

func build(ctx context.Context, look awslambda.Environment) (http.Handler, error) {
	cfg, err := config.ReadDashboard(look)
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
	gate, err := signin.Gate(ctx, ssm.NewFromConfig(sdk), cfg.Token, cfg.Site, time.Now)
	if err != nil {
		return nil, err
	}
	return dashboard.Handler(dashboard.Config{
		Campaign: c,
		Releases: dynamo.New(dynamo.Client(sdk, ""), dynamo.Tables{Releases: cfg.Releases}, rand.Reader).Releases(),
		Gate:     gate,
		Now:      time.Now,
		Log:      slog.New(slog.NewJSONHandler(os.Stdout, nil)),
	}), nil
}
