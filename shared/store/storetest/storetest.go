// Package storetest is the contract of a store as a suite of tests. Every store
// passes the same one, so what holds for the file on one machine holds for the
// tables in the cloud. It asks nothing of a store but the interfaces that
// shared/submission and shared/document state, and no speed.
//
// A store's own test is a few lines:
//
//	func TestContract(t *testing.T) {
//		storetest.Run(t, func(t *testing.T) storetest.Open {
//			path := filepath.Join(t.TempDir(), "store.db")
//			return func(t *testing.T) storetest.Store { … }
//		})
//	}
package storetest

import (
	"testing"

	"github.com/stretchr/testify/require"

	"learningforlife/shared/campaign"
	"learningforlife/shared/document"
	"learningforlife/shared/submission"
)

// Store is everything that is asked of a store.
type Store interface {
	submission.Store
	submission.Reader
	submission.Scanner
	// Releases, Workings and Settings are tables of documents that know nothing of each other.
	Releases() document.Store
	Workings() document.Store
	Settings() document.Store
}

// Fresh makes an empty place for a store, for one test alone, and returns how to open it.
// It cleans up after the test.
type Fresh func(t *testing.T) Open

// Open opens the store in the place, as a process that has just started would.
// A store that was opened there before is closed first, and not used any more.
type Open func(t *testing.T) Store

// Run tests that the stores hold to the contract.
func Run(t *testing.T, fresh Fresh) {
	c, err := campaign.Shipped()
	require.NoError(t, err)
	for _, group := range []struct {
		name  string
		tests []test
	}{
		{"Add", adding},
		{"Replace", replacing},
		{"Mark", marking},
		{"Read", reading},
		{"Find", finding},
		{"Documents", documents},
		{"Records", records},
		{"Concurrency", concurrency},
		{"Cancelling", cancelling},
		{"Together", together},
	} {
		t.Run(group.name, func(t *testing.T) {
			for _, test := range group.tests {
				t.Run(test.name, func(t *testing.T) {
					open := fresh(t)
					test.run(t, &trial{Store: open(t), open: open, maker: newMaker(c)})
				})
			}
		})
	}
}

type test struct {
	name string
	run  func(*testing.T, *trial)
}

// trial is what one test works with: a store of its own, and items to put there.
type trial struct {
	Store
	*maker
	open Open
}

// reopen goes on with the store as a new process finds it.
func (s *trial) reopen(t *testing.T) { s.Store = s.open(t) }
