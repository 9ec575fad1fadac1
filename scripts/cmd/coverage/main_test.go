package main

import (
	"bytes"
	"io"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestWhatIsNotAskedForInOrderIsRefused(t *testing.T) {
	for _, args := range [][]string{{"-replicates", "0"}, {"-replicates", "-1"}, {"-seed", "x"}, {"-workers", "2"}, {"more"}} {
		var out bytes.Buffer
		require.Error(t, run(t.Context(), args, &out, io.Discard), "%v", args)
		require.Empty(t, out.String())
	}
}
