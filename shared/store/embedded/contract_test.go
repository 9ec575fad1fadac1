package embedded_test

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"learningforlife/shared/store/embedded"
	"learningforlife/shared/store/storetest"
)

func TestContract(t *testing.T) {
	storetest.Run(t, func(t *testing.T) storetest.Open {
		path := filepath.Join(t.TempDir(), "store.db")
		var s *embedded.Store
		closeStore := func() {
			if s != nil {
				require.NoError(t, s.Close())
			}
		}
		t.Cleanup(closeStore)
		return func(t *testing.T) storetest.Store {
			closeStore()
			var err error
			s, err = embedded.Open(path, embedded.Options{})
			require.NoError(t, err)
			return s
		}
	})
}
