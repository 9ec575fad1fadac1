package ui_test

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"learningforlife/shared/web/ui"
)

func TestAssetsAreNamedByTheirContent(t *testing.T) {
	for name, mediaType := range map[string]string{"site.css": "text/css; charset=utf-8", "receipt.js": "text/javascript; charset=utf-8"} {
		address, err := ui.Asset(name)
		require.NoError(t, err)
		require.Regexp(t, `^/assets/[a-z]+\.[0-9a-f]{16}\.[a-z]+$`, address)
		content, got, ok := ui.OpenAsset(address)
		require.True(t, ok)
		require.Equal(t, mediaType, got)
		require.NotEmpty(t, content)
	}
	_, err := ui.Asset("none.css")
	require.Error(t, err)
	_, _, ok := ui.OpenAsset("/assets/site.css")
	require.False(t, ok, "the plain name would not change with the content")
}

// WCAG 2.2 asks for 4.5 of text and 3 of large text and controls (1.4.3, 1.4.11).
func TestContrast(t *testing.T) {
	address, err := ui.Asset("site.css")
	require.NoError(t, err)
	css, _, _ := ui.OpenAsset(address)
	colours := map[string]string{"white": "ffffff"}
	for _, m := range regexp.MustCompile(`--([a-z-]+): #([0-9a-f]{3,6});`).FindAllStringSubmatch(string(css), -1) {
		colours[m[1]] = m[2]
	}
	for _, pair := range []struct {
		text, ground string
		least        float64
	}{
		{"ink", "paper", 4.5}, {"quiet", "paper", 4.5}, {"wrong", "paper", 4.5}, {"brand", "paper", 4.5}, {"brand-dark", "paper", 4.5},
		{"brand", "soft", 4.5}, {"ink", "soft", 4.5}, {"white", "brand", 4.5}, {"white", "brand-dark", 4.5}, {"white", "wrong", 4.5},
		{"white", "good", 4.5}, {"ink", "focus", 4.5}, {"line", "paper", 3},
	} {
		require.Contains(t, colours, pair.text)
		require.Contains(t, colours, pair.ground)
		require.GreaterOrEqual(t, contrast(t, colours[pair.text], colours[pair.ground]), pair.least, "%s on %s", pair.text, pair.ground)
	}
}

func TestContrastFormula(t *testing.T) {
	require.InDelta(t, 21, contrast(t, "000", "fff"), 1e-9)       // WCAG's greatest ratio
	require.InDelta(t, 4.54, contrast(t, "767676", "fff"), 0.005) // the lightest grey that passes on white
}

// contrast is WCAG 2.2's contrast ratio.
func contrast(t *testing.T, a, b string) float64 {
	x, y := luminance(t, a), luminance(t, b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

func luminance(t *testing.T, colour string) float64 {
	if len(colour) == 3 {
		colour = fmt.Sprintf("%c%c%c%c%c%c", colour[0], colour[0], colour[1], colour[1], colour[2], colour[2])
	}
	sum := 0.0
	for i, weight := range []float64{0.2126, 0.7152, 0.0722} {
		n, err := strconv.ParseUint(colour[2*i:2*i+2], 16, 8)
		require.NoError(t, err)
		channel := float64(n) / 255
		if channel <= 0.04045 {
			channel /= 12.92
		} else {
			channel = math.Pow((channel+0.055)/1.055, 2.4)
		}
		sum += weight * channel
	}
	return sum
}
