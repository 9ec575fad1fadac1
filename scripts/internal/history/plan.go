package history

import (
	"fmt"
	"io/fs"
	"strings"
	"testing/fstest"

	"learningforlife/shared/campaign"
	"learningforlife/shared/day"
)

// files are those of the shipped campaign.
type files map[string]string

func open() (files, error) {
	shipped, err := campaign.Files()
	if err != nil {
		return nil, err
	}
	names, err := fs.Glob(shipped, "*")
	if err != nil {
		return nil, err
	}
	f := files{}
	for _, name := range names {
		content, err := fs.ReadFile(shipped, name)
		if err != nil {
			return nil, fmt.Errorf("reading the shipped campaign: %w", err)
		}
		f[name] = string(content)
	}
	return f, nil
}

// merging are the trusts of the shipped list that become one, and merged is that one.
var merging = []string{"RQM", "RYJ"}

const merged = "RZY"

// load returns the campaign with the waves of the history, before two of its trusts become one or after. An edit
// that finds nothing to change is an error: the shipped files are others then.
func (f files) load(after bool) (*campaign.Campaign, error) {
	edited := fstest.MapFS{}
	for name, content := range f {
		edited[name] = &fstest.MapFile{Data: []byte(content)}
	}
	var missed error
	edit := func(name, before, after string) {
		content := string(edited[name].Data)
		if strings.Count(content, before) != 1 {
			missed = fmt.Errorf("%q does not stand exactly once in %s", before, name)
		}
		edited[name].Data = []byte(strings.Replace(content, before, after, 1))
	}
	const always = `", "opens": "2026-01-01", "closes": "2030-12-31"`
	window := func(from, to int) string {
		return fmt.Sprintf(`", "opens": "%s", "closes": "%s"`, monday(from), monday(to)+6)
	}
	edit("campaign.json", "First survey"+always, "First survey"+window(0, closes))
	edit("campaign.json", "Second survey"+always, "Second survey"+window(closes+1, ends))
	if after {
		for _, code := range merging {
			_, row, _ := strings.Cut(f["organisations.csv"], "\n"+code+",")
			row, _, _ = strings.Cut(row, "\r\n")
			row = "\n" + code + "," + row
			edit("organisations.csv", row+"\r\n", row+(monday(merges)-1).String()+"\r\n")
			edited["successors.csv"].Data = fmt.Appendf(edited["successors.csv"].Data, "%s,%s,%s,yes\r\n", code, merged, monday(merges))
		}
		edited["organisations.csv"].Data = fmt.Appendf(edited["organisations.csv"].Data,
			"%s,North West London Hospitals NHS Trust,acute,London,%s,\r\n", merged, monday(merges))
	}
	if missed != nil {
		return nil, missed
	}
	return campaign.Load(edited)
}

// monday is the first day of a week.
func monday(week int) day.Day { return opens + day.Day(7*week) }
