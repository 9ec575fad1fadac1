// Package storage opens the store that a program on this machine is told of: the
// embedded one in a data directory, or tables on a server that speaks DynamoDB's protocol.
package storage

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"learningforlife/infra"
	"learningforlife/shared/document"
	"learningforlife/shared/store/dynamo"
	"learningforlife/shared/store/embedded"
	"learningforlife/shared/submission"
)

// Store is what programs ask of a store.
type Store interface {
	submission.Store
	submission.Reader
	submission.Scanner
	Releases() document.Store
	Workings() document.Store
	Settings() document.Store
	Healthy(context.Context) error
	Close() error
}

// Place says where a store is.
type Place struct {
	// Data is the directory of the embedded store: its owner's alone.
	Data string
	// Endpoint is the address of a server that speaks DynamoDB's protocol and has
	// the tables that scripts/tables creates. If it is there, Data means nothing.
	Endpoint string
}

// Flags lets the flags -data and -endpoint say where.
func (p *Place) Flags(flags *flag.FlagSet) {
	flags.StringVar(&p.Data, "data", ".data", "`directory` of the data")
	flags.StringVar(&p.Endpoint, "endpoint", "", "`address` of a server that speaks DynamoDB's protocol, in place of -data; scripts/tables creates the tables")
}

// Check returns an error if nothing says where.
func (p Place) Check() error {
	if p.Data == "" && p.Endpoint == "" {
		return errors.New("-data is empty")
	}
	return nil
}

// file is the name of the embedded store's file in the data directory.
const file = "learningforlife.db"

// wait is how long to wait for another process that has the store open: as long
// as a server takes at most to stop.
const wait = 30 * time.Second

// Open opens the store. What is not there yet of a data directory is created.
func (p Place) Open(random io.Reader) (Store, error) {
	if p.Endpoint != "" {
		return p.tables(random), nil
	}
	if err := p.Check(); err != nil {
		return nil, err
	}
	if err := os.MkdirAll(p.Data, 0o700); err != nil {
		return nil, fmt.Errorf("making the data directory: %w", err)
	}
	return opened(embedded.Open(filepath.Join(p.Data, file), embedded.Options{Wait: wait}))
}

// OpenReadOnly opens the store that a server left behind, to look at it.
func (p Place) OpenReadOnly(random io.Reader) (Store, error) {
	if p.Endpoint != "" {
		return p.tables(random), nil
	}
	if err := p.Check(); err != nil {
		return nil, err
	}
	return opened(embedded.Open(filepath.Join(p.Data, file), embedded.Options{Wait: wait, ReadOnly: true}))
}

// opened keeps a nil store from becoming a Store that is not nil.
func opened(s *embedded.Store, err error) (Store, error) {
	if err != nil {
		return nil, err
	}
	return s, nil
}

// remote is tables on a server; there is nothing to close.
type remote struct{ *dynamo.Store }

// Close does nothing.
func (remote) Close() error { return nil }

// Client returns a client of a server of one's own that speaks DynamoDB's
// protocol. Such a server wants a signature, and does not care whose.
func Client(endpoint string) *dynamodb.Client {
	config := aws.Config{Region: "eu-west-2", Credentials: credentials.NewStaticCredentialsProvider("local", "local", "")}
	return dynamo.Client(config, endpoint)
}

func (p Place) tables(random io.Reader) Store {
	return remote{dynamo.New(Client(p.Endpoint), dynamo.Tables{
		Submissions: infra.LocalPrefix + "submissions",
		Changes:     infra.LocalPrefix + "changes",
		Workings:    infra.LocalPrefix + "workings",
		Releases:    infra.LocalPrefix + "releases",
		Settings:    infra.LocalPrefix + "settings",
	}, random)}
}
