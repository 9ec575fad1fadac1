package ui_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"learningforlife/shared/web/ui"
)

func TestAssetsAreNamedByTheirContent(t *testing.T) {
	for name, mediaType := range map[string]string{"site.css": "text/css; charset=utf-8", "boot.js": "text/javascript; charset=utf-8", "nhsuk.css": "text/css; charset=utf-8", "icon.svg": "image/svg+xml"} {
		address, err := ui.Asset(name)
		require.NoError(t, err)
		require.Regexp(t, `^/assets/[a-z]+\.[0-9a-f]{16}\.[a-z]+$`, address)
		a, ok := ui.OpenAsset(address)
		require.True(t, ok)
		require.Equal(t, mediaType, a.MediaType)
		require.NotEmpty(t, a.Content)
	}
	_, err := ui.Asset("none.css")
	require.Error(t, err)
	_, ok := ui.OpenAsset("/assets/site.css")
	require.False(t, ok, "the plain name would not change with the content")
}

func TestModulesAreImportedByTheirAddresses(t *testing.T) {
	address, err := ui.Asset("site.js")
	require.NoError(t, err)
	script, ok := ui.OpenAsset(address)
	require.True(t, ok)
	for _, name := range []string{"nhsuk.js", "typeahead.js"} {
		module, err := ui.Asset(name)
		require.NoError(t, err)
		require.Contains(t, string(script.Content), `"`+module+`"`)
		require.NotContains(t, string(script.Content), `"./`+name+`"`)
	}
}

// TestNothingNamesTheFont holds that neither the NHS's font nor its host is referred to: they are not ours to use.
func TestNothingNamesTheFont(t *testing.T) {
	address, err := ui.Asset("nhsuk.css")
	require.NoError(t, err)
	css, ok := ui.OpenAsset(address)
	require.True(t, ok)
	for _, name := range []string{"frutiger", "@font-face", "http:", "https:", "//"} {
		require.NotContains(t, strings.ToLower(string(css.Content)), name)
	}
}
