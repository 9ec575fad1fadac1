package htmltest

import (
	"strconv"
	"strings"

	"github.com/stretchr/testify/require"
	"golang.org/x/net/html"
)

// Table returns the cells' texts, line by line, of the table whose caption has the id.
func (p *Page) Table(id string) [][]string {
	p.t.Helper()
	table := within(p.ByID(id), "table")
	require.NotNil(p.t, table, "%q is the caption of a table", id)
	var rows [][]string
	for _, tr := range below(table, "tr") {
		var cells []string
		for _, cell := range below(tr, "th", "td") {
			cells = append(cells, strings.Join(strings.Fields(text(cell)), " "))
		}
		rows = append(rows, cells)
	}
	return rows
}

// checkTables checks that each table has a caption, that each of its headers
// says what it heads, that each row begins with one, and that all rows are as wide as the head.
func (p *Page) checkTables() {
	p.t.Helper()
	for _, table := range p.All("table") {
		captions := below(table, "caption")
		require.Len(p.t, captions, 1, "how many captions a table has")
		require.NotEmpty(p.t, strings.TrimSpace(text(captions[0])))
		for _, th := range below(table, "th") {
			require.Contains(p.t, []string{"col", "row"}, attr(th, "scope"), "scope of the header %q", text(th))
		}
		columns := 0
		for i, tr := range below(table, "tr") {
			width := 0
			for _, cell := range below(tr, "th", "td") {
				span := 1
				if has(cell, "colspan") {
					var err error
					span, err = strconv.Atoi(attr(cell, "colspan"))
					require.NoError(p.t, err)
				}
				width += span
			}
			if i == 0 {
				columns = width
				continue
			}
			require.Equal(p.t, columns, width, "columns of row %d", i)
			headers := below(tr, "th")
			require.NotEmpty(p.t, headers, "row %d has a header", i)
			require.Equal(p.t, "row", attr(headers[0], "scope"), "row %d", i)
		}
	}
}

// below returns the elements with one of the names below the node, in their order.
func below(n *html.Node, names ...string) []*html.Node {
	var found []*html.Node
	for d := range n.Descendants() {
		for _, name := range names {
			if d.Type == html.ElementNode && d.Data == name {
				found = append(found, d)
			}
		}
	}
	return found
}
