package ui

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// TestEveryTemplateCanBeRead holds what is else found out only when somebody asks for the page.
func TestEveryTemplateCanBeRead(t *testing.T) {
	require.NotEmpty(t, pages)
	for name, page := range pages {
		require.NotPanics(t, func() { page() }, name)
	}
}
