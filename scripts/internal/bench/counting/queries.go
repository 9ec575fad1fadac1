package counting

import (
	"fmt"
	"slices"
	"strings"

	"learningforlife/shared/tally"
)

// queries writes the SQL that makes the campaign's tables. The engines have the classes of each response at
// hand, so that they need not work them out; that is more than this project has.
type queries struct{ *tally.Layout }

// variant is one way to ask for the tables.
type variant struct {
	name  string
	makes []string // tables of the engine that it makes, and that are to be dropped before it does
	timed []string
	rows  string // what selects kind, key and n of all cells, or of parts of them that are to be added up
}

// request asks for the variant and its digest.
func (v variant) request(q queries) request {
	r := request{Timed: v.timed, Query: q.digest(v)}
	for _, name := range v.makes {
		r.Prepare = append(r.Prepare, "DROP TABLE IF EXISTS temp."+name)
	}
	return r
}

// cells selects the cells that the variant has found.
func (q queries) cells(v variant) string {
	return "SELECT kind, key, CAST(sum(n) AS BIGINT) AS n FROM (" + v.rows + ") AS parts GROUP BY kind, key HAVING sum(n) <> 0"
}

// digest selects what the function of the same name says.
func (q queries) digest(v variant) string {
	return fmt.Sprintf("SELECT (SELECT count(*) FROM responses) || ' responses, ' || (SELECT count(*) FROM superseded) || ' superseded, ' || "+
		"count(*) || ' cells, sum ' || sum((CAST(kind AS BIGINT) * %d + key) %% %d * %d %% %d * n) FROM (%s) AS cells", kinds, prime, generator, prime, q.cells(v))
}

const places = "organisation, band_group, audience, wave"

// where is what the responses have that are asked any of the table's questions.
func (q queries) where(table int) string {
	var waves []string
	for w := range q.Campaign.Waves {
		var audiences []string
		for a := range q.Campaign.Audiences {
			if asked(q.Layout, table, w, a) {
				audiences = append(audiences, fmt.Sprint(a))
			}
		}
		waves = append(waves, "audience IN ("+strings.Join(audiences, ", ")+")")
	}
	if same := slices.Compact(slices.Clone(waves)); len(same) == 1 {
		return same[0]
	}
	for w := range waves {
		waves[w] = fmt.Sprintf("wave = %d AND %s", w, waves[w])
	}
	waves = slices.DeleteFunc(waves, func(w string) bool { return strings.HasSuffix(w, "()") })
	return "(" + strings.Join(waves, " OR ") + ")"
}

// place is the number of a response's place. Its wave is an expression.
func (q queries) place(wave string) string {
	c := q.Campaign
	return fmt.Sprintf("((CAST(organisation AS INTEGER) * %d + band_group) * %d + audience) * %d + %s", len(c.BandGroups), len(c.Audiences), len(c.Waves), wave)
}

// key is the key of a response's cell in the table.
func (q queries) key(table int) string {
	t := q.Tables[table]
	key := fmt.Sprintf("(%s) * %d", q.place("wave"), t.Slots)
	for i, question := range t.Questions {
		key += fmt.Sprintf(" + CAST(%s AS INTEGER) * %d", q.Campaign.Questions[question].ID, t.Radix[i])
	}
	return key
}

// questions are the columns of the table's questions.
func (q queries) questions(table int) string {
	var columns []string
	for _, question := range q.Tables[table].Questions {
		columns = append(columns, q.Campaign.Questions[question].ID)
	}
	return strings.Join(columns, ", ")
}

// classed lists the tables that have classes.
func (q queries) classed() (tables []int) {
	for i, t := range q.Tables {
		if t.Class != nil {
			tables = append(tables, i)
		}
	}
	return tables
}

// class is the column of a response's class in the table.
func (q queries) class(table int) string { return "class_" + q.Tables[table].ID }

// classes are, of every table, the classes of the two responses of a pair as columns.
func (q queries) classes() string {
	var columns []string
	for _, t := range q.classed() {
		columns = append(columns, fmt.Sprintf("earlier.%s AS before_%s, later.%s AS after_%s", q.class(t), q.Tables[t].ID, q.class(t), q.Tables[t].ID))
	}
	return strings.Join(columns, ", ")
}

// pairedBy are the classes as columns of what pairs made.
func (q queries) pairedBy(table int) string {
	return fmt.Sprintf("before_%s, after_%s", q.Tables[table].ID, q.Tables[table].ID)
}

// pairKey is the key of a pair's cell in the table.
func (q queries) pairKey(table int) string {
	t := q.Tables[table]
	return fmt.Sprintf("(%s) * %d + CAST(before_%s AS INTEGER) * %d + after_%s", q.place(fmt.Sprint(q.Campaign.FollowUp())), t.Classes*t.Classes, t.ID, t.Classes, t.ID)
}

// put is a table that a variant makes of rows.
func (v *variant) put(name, rows string, args ...any) {
	v.makes = append(v.makes, name)
	v.timed = append(v.timed, "CREATE TEMPORARY TABLE "+name+" AS "+fmt.Sprintf(rows, args...))
}

// found adds rows to what the variant has found.
func (v *variant) found(kind int, key, n, from string) {
	if v.rows != "" {
		v.rows += " UNION ALL "
	}
	v.rows += fmt.Sprintf("SELECT %d AS kind, %s AS key, %s AS n FROM %s", kind, key, n, from)
}
