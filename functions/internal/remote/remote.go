// Package remote calls one function from another.
package remote

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/go-json-experiment/json"

	"learningforlife/shared/awslambda"
)

// Function returns what calls the function of the name and waits for its reply. An error of the function is
// an error. When a reply is lost the call is made again: the function must stand that.
func Function(api *lambda.Client, name string) awslambda.Invoke {
	return func(ctx context.Context, event []byte) ([]byte, error) {
		out, err := api.Invoke(ctx, &lambda.InvokeInput{FunctionName: &name, Payload: event})
		if err != nil {
			return nil, fmt.Errorf("calling function %s: %w", name, err)
		}
		if out.FunctionError != nil {
			return nil, fmt.Errorf("calling function %s: %w", name, failure(out))
		}
		return out.Payload, nil
	}
}

// failure is the error that a function replied.
func failure(out *lambda.InvokeOutput) error {
	var told struct {
		Message string `json:"errorMessage"`
	}
	if err := json.Unmarshal(out.Payload, &told); err != nil || told.Message == "" {
		return fmt.Errorf("it failed (%s) without a word", aws.ToString(out.FunctionError))
	}
	return errors.New("it failed: " + told.Message)
}
