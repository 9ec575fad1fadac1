package dynamo_test

import (
	"crypto/rand"
	"testing"

	"learningforlife/infra/infratest"
	"learningforlife/shared/store/dynamo"
	"learningforlife/shared/store/storetest"
)

// TestContract holds the store to the contract over the wire, in tables made from the template.
func TestContract(t *testing.T) {
	api := infratest.Client(t)
	storetest.Run(t, func(t *testing.T) storetest.Open {
		tables := infratest.Tables(t, api)
		return func(*testing.T) storetest.Store { return dynamo.New(api, tables, rand.Reader) }
	})
}
