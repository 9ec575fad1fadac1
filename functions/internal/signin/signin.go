// Package signin lets people in to the functions that are not for everybody.
package signin

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ssm"

	"learningforlife/functions/internal/secret"
	"learningforlife/shared/identity"
)

// sessions keeps the key that signs sessions apart from whatever else may be made of the admin token.
const sessions = "learning for life: the key of sessions, 1"

// Gate returns the gate of a site whose admin token is the value of the
// parameter. The key of its sessions is derived from the token, so that a session opened at
// one instance of a function is known to all, and a new token ends them. A token that is guessable
// would make the key so too.
func Gate(ctx context.Context, api *ssm.Client, parameter, site string, now func() time.Time) (*identity.Gate, error) {
	token, err := secret.Read(ctx, api, parameter, "the admin token")
	if err != nil {
		return nil, err
	}
	key, err := secret.Key(token, sessions, identity.MinKey)
	if err != nil {
		return nil, fmt.Errorf("making the key that signs sessions: %w", err)
	}
	return identity.New(identity.Options{AdminToken: token, Key: key, Now: now, Secure: strings.HasPrefix(site, "https://")})
}
