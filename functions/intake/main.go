// Command intake is the function that takes submissions in. It reaches single
// items of two tables, by their keys, and the one secret that signs its forms: it cannot list or search.
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
	"learningforlife/functions/internal/secret"
	"learningforlife/shared/awslambda"
	"learningforlife/shared/campaign"
	"learningforlife/shared/store/dynamo"
	"learningforlife/shared/submission"
	"learningforlife/shared/web/intake"
	"learningforlife/shared/web/signed"
	"learningforlife/shared/web/ui"
)

// forms keeps the key that signs forms apart from whatever else may be made of its secret.
const forms = "learning for life: the key of forms, 1"

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
	secretOfForms, err := secret.Read(ctx, ssm.NewFromConfig(sdk), cfg.FormKey, "the key of forms")
	if err != nil {
		return nil, err
	}
	derived, err := secret.Key(secretOfForms, forms, signed.MinKey)
	if err != nil {
		return nil, err
	}
	key, err := signed.NewKey(derived)
	if err != nil {
		return nil, err
	}
	store := dynamo.New(dynamo.Client(sdk, ""), dynamo.Tables{Submissions: cfg.Submissions, Changes: cfg.Changes}, rand.Reader)
	return intake.Handler(intake.Config{
		Campaign: c,
		Register: submission.NewRegister(store, c),
		Now:      time.Now,
		Random:   rand.Reader,
		Site:     cfg.Site,
		Forms:    key,
		Settings: ui.Settings{Brand: cfg.Brand, Controller: cfg.Controller, Contact: cfg.Contact},
		Limit:    cfg.Limit,
		Healthy:  store.Healthy,
		Log:      slog.New(slog.NewJSONHandler(os.Stdout, nil)),
	}), nil
}
