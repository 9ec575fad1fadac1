// Package infratest gives tests the tables of template.yaml on a real server that
// speaks DynamoDB's protocol:
//
//	api := infratest.Client(t)
//	store := dynamo.New(api, infratest.Tables(t, api))
//
// The server is the one that STORE_ENDPOINT names, or else dynalite, a process that ends with the
// test's. What they need is installed by scripts/tools/install, which scripts/test calls.
package infratest

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/stretchr/testify/require"

	"learningforlife/infra"
	"learningforlife/infra/dynalite"
	"learningforlife/shared/store/dynamo"
)

// Region, KeyID and Secret are what Client signs its requests with, for processes
// that a test starts. A server for tests asks no more of them than that they are there.
const (
	Region = "eu-west-2"
	KeyID  = "test"
	Secret = "test"
)

// Root returns the directory of the project.
func Root(t testing.TB) string {
	t.Helper()
	path, err := root()
	require.NoError(t, err)
	return path
}

var root = sync.OnceValues(func() (string, error) {
	at, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		if _, err := os.Stat(filepath.Join(at, "template.yaml")); err == nil {
			return at, nil
		}
		above := filepath.Dir(at)
		if above == at {
			return "", errors.New("no directory above the test has a template.yaml")
		}
		at = above
	}
})

// Endpoint returns the address of the server, without a trailing slash.
func Endpoint(t testing.TB) string {
	t.Helper()
	if given := os.Getenv("STORE_ENDPOINT"); given != "" {
		return strings.TrimSuffix(given, "/")
	}
	running, err := server()
	require.NoError(t, err)
	return running.Address
}

// server starts dynalite, once for all tests of a package.
var server = sync.OnceValues(func() (*dynalite.Server, error) {
	path, err := root()
	if err != nil {
		return nil, err
	}
	return dynalite.Start(context.Background(), path)
})

// Config is the configuration of clients for the server. Servers for tests take
// any signature; for one that does not, such as AWS itself, AWS_REGION,
// AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN count beside STORE_ENDPOINT.
func Config() aws.Config {
	region, id, secret, session := Region, KeyID, Secret, ""
	if given := os.Getenv("AWS_ACCESS_KEY_ID"); given != "" && os.Getenv("STORE_ENDPOINT") != "" {
		region, id, secret, session = os.Getenv("AWS_REGION"), given, os.Getenv("AWS_SECRET_ACCESS_KEY"), os.Getenv("AWS_SESSION_TOKEN")
	}
	return aws.Config{Region: region, Credentials: credentials.NewStaticCredentialsProvider(id, secret, session)}
}

// Client returns a client for the server, as real use has it.
func Client(t testing.TB) *dynamodb.Client {
	t.Helper()
	return dynamo.Client(Config(), Endpoint(t))
}

// Template returns template.yaml as plain CloudFormation in JSON.
func Template(t testing.TB) []byte {
	t.Helper()
	plain, err := template()
	require.NoError(t, err)
	return bytes.Clone(plain)
}

var template = sync.OnceValues(func() ([]byte, error) {
	path, err := root()
	if err != nil {
		return nil, err
	}
	return infra.Transform(context.Background(), path)
})

// Tables creates the tables of the template, empty and with names of their own, and
// deletes them when the test is over.
func Tables(t testing.TB, api *dynamodb.Client) dynamo.Tables {
	t.Helper()
	prefix := fmt.Sprintf("test-%s-", strings.ToLower(rand.Text()[:12]))
	inputs, err := infra.Tables(Template(t), prefix)
	require.NoError(t, err)
	t.Cleanup(func() {
		for _, input := range inputs {
			_, err := api.DeleteTable(context.WithoutCancel(t.Context()), &dynamodb.DeleteTableInput{TableName: input.TableName})
			require.NoError(t, err)
		}
	})
	require.NoError(t, infra.Create(t.Context(), api, inputs))
	return dynamo.Tables{
		Submissions: prefix + "submissions",
		Changes:     prefix + "changes",
		Workings:    prefix + "workings",
		Releases:    prefix + "releases",
		Settings:    prefix + "settings",
	}
}
