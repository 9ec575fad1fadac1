package audit_test

import (
	"math/rand/v2"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"learningforlife/shared/audit"
	"learningforlife/shared/campaign/campaigntest"
	"learningforlife/shared/day"
	"learningforlife/shared/disclosure"
	"learningforlife/shared/score"
	"learningforlife/shared/tally"
)

// BenchmarkAudit audits the largest release there can be: of all 202 organisations, after 51 weeks in each of which
// everything was renewed. It reports the most memory in use beside its time, which is that of the last release alone.
func BenchmarkAudit(b *testing.B) {
	const weeks = 52
	c := campaigntest.Load(b)
	layout, err := tally.NewLayout(c)
	require.NoError(b, err)
	g := growth{Rand: rand.New(rand.NewPCG(5, 2)), Tables: score.New(layout, c.Frame(day.Must("2026-06-01")))}
	var history audit.History
	last := disclosure.Fresh(g.Layout, g.Frame)
	for range weeks {
		history.Add(last)
		g.week()
		last = disclosure.Admit(g.Tables, last, day.Must("2026-06-01"), func(int) bool { return false })
	}
	for table, is := range last.Tables.Tables { // everything was renewed
		require.Equal(b, g.Tables.Tables[table].Atoms, is.Atoms)
		require.Equal(b, g.Tables.Tables[table].Parts, is.Parts)
	}
	require.GreaterOrEqual(b, len(g.Frame.Standing), 202)
	runtime.GC()
	var most uint64
	b.ResetTimer()
	for b.Loop() {
		done := make(chan []audit.Finding)
		go func() { done <- history.Check(last) }()
		for running := true; running; {
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			most = max(most, m.HeapInuse)
			select {
			case found := <-done:
				require.Empty(b, found)
				running = false
			case <-time.After(20 * time.Millisecond):
			}
		}
	}
	require.Less(b, most, uint64(512<<20))
	b.ReportMetric(float64(most)/(1<<20), "MB-peak")
}

// growth is tables that grow, and never change those of before.
type growth struct {
	*rand.Rand
	score.Tables
}

// week has 22 people of every kind come, of every cell, table and wave, and as many links.
func (g growth) week() {
	for table := range g.Tables.Tables {
		of := &g.Tables.Tables[table]
		fresh := score.New(g.Layout, g.Frame).Tables[table] // earlier weeks keep theirs
		classes := g.Classes(table)
		parts := len(g.Parts(1)) + 1
		for cell := range of.Atoms[:g.Cell(g.Pool(0), 0)] {
			unit, group := g.Of(cell)
			region := g.Region(unit)
			if region < 0 {
				continue
			}
			for wave := range 2 {
				counts := make([]int, classes)
				told := make([]int, parts*classes)
				for class := 1; class < classes; class++ {
					n := 22 + g.IntN(5)
					counts[class] = n
					for part := range parts {
						told[part*classes+class] = n / parts
					}
					told[class] += n - n/parts*parts
				}
				g.add(&fresh.Atoms[cell].Counts[wave], of.Atoms[cell].Counts[wave], counts)
				if g.Scored(table) {
					fresh.Opened[region].Set(wave, cell, fresh.Atoms[cell].Counts[wave])
				}
				if g.Scored(table) && group == 1 {
					var all []int
					g.add(&all, of.Parts[region].Counts[wave][cell], told)
					fresh.Parts[region].Set(wave, cell, all)
				}
			}
			if !g.Scored(table) {
				continue
			}
			fresh.Atoms[cell].Pairs = make([][]int, classes)
			for class := range classes {
				fresh.Atoms[cell].Pairs[class] = make([]int, classes)
				if of.Atoms[cell].Pairs != nil {
					copy(fresh.Atoms[cell].Pairs[class], of.Atoms[cell].Pairs[class])
				}
				if class > 0 {
					fresh.Atoms[cell].Pairs[class][class] += 3
				}
			}
		}
		*of = fresh
	}
}

func (g growth) add(to *[]int, was, more []int) {
	*to = more
	for i, n := range was {
		(*to)[i] += n
	}
}
