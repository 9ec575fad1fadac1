package ui

import (
	"fmt"
	"html/template"
	"strings"

	"github.com/skip2/go-qrcode"
)

// qrCode draws a QR code of a link, to be scanned from a screen or paper. Each row's dark
// squares are one part of a single path. The label says what it is, to those who hear the page.
func qrCode(link, label string) (template.HTML, error) {
	code, err := qrcode.New(link, qrcode.Low) // the fewest squares, which are the largest
	if err != nil {
		return "", fmt.Errorf("drawing a QR code: %w", err)
	}
	rows := code.Bitmap()
	var path strings.Builder
	for y, row := range rows {
		for x := 0; x < len(row); x++ {
			from := x
			for x < len(row) && row[x] {
				x++
			}
			if x > from {
				fmt.Fprintf(&path, "M%d %dh%dv1h-%dz", from, y, x-from, x-from)
			}
		}
	}
	n := len(rows)
	svg := fmt.Sprintf(`<svg class="app-qr" role="img" aria-label="%s" viewBox="0 0 %d %d" shape-rendering="crispEdges"><path class="app-qr__ground" d="M0 0h%dv%dh-%dz"/><path d="%s"/></svg>`,
		template.HTMLEscapeString(label), n, n, n, n, n, path.String())
	return template.HTML(svg), nil //nolint:gosec // G203: numbers, and a label that is escaped
}
