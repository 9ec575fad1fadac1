// Package secret reads what only the functions may know. It stands in SSM's parameter store, encrypted.
package secret

import (
	"context"
	"crypto/hkdf"
	"crypto/sha256"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
)

// Read returns the value of the parameter. What says, in errors, what it is.
func Read(ctx context.Context, api *ssm.Client, parameter, what string) (string, error) {
	out, err := api.GetParameter(ctx, &ssm.GetParameterInput{Name: &parameter, WithDecryption: aws.Bool(true)})
	if err != nil {
		return "", fmt.Errorf("reading %s: %w", what, err)
	}
	if out.Parameter == nil || aws.ToString(out.Parameter.Value) == "" {
		return "", fmt.Errorf("reading %s: %w", what, errors.New("the parameter is empty"))
	}
	return *out.Parameter.Value, nil
}

// Key derives a key of so many bytes from a secret: the same one at every instance of a function, and
// apart from whatever else is made of the secret. A secret that is guessable would make the key so too.
func Key(of, purpose string, bytes int) ([]byte, error) {
	key, err := hkdf.Key(sha256.New, []byte(of), nil, purpose, bytes)
	if err != nil {
		return nil, fmt.Errorf("deriving a key: %w", err)
	}
	return key, nil
}
