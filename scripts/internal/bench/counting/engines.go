package counting

import (
	"fmt"
	"strings"
)

// engine is a database that counts beside this project.
type engine struct {
	name, file string
	types      map[string]string // of the columns, by what they hold
	load       func(q queries, columns int, csv string) []request
	variants   func(q queries) []variant
}

// What a column holds.
const (
	aCode = "code" // a number below 256
	aPart = "part" // an organisation or a day
	anID  = "id"   // the first half of an item's id
)

var duckDB = engine{
	name: "duckdb", file: "responses.duckdb",
	types: map[string]string{aCode: "UTINYINT", aPart: "USMALLINT", anID: "UUID"},
	load: func(_ queries, _ int, csv string) []request {
		return []request{{Timed: []string{
			"CREATE TEMPORARY TABLE loaded AS FROM responses",
			"COPY loaded FROM '" + csv + "' (FORMAT csv, HEADER false)",
			"INSERT INTO responses SELECT * FROM loaded ORDER BY day, id",
			"CHECKPOINT",
		}}}
	},
	variants: func(q queries) []variant {
		return []variant{duckSeparate(q), duckSets(q), duckSubtracted(q), duckPacked(q)}
	},
}

// An index that covers a table would save SQLite a fifth of that table's time, and takes as long to make as to count all tables.
var sqlite = engine{
	name: "sqlite", file: "responses.sqlite",
	types: map[string]string{aCode: "INTEGER", aPart: "INTEGER", anID: "BLOB"},
	load: func(q queries, columns int, csv string) []request {
		return []request{
			{Insert: "INSERT INTO responses VALUES (?" + strings.Repeat(", ?", columns-1) + ")", CSV: csv},
			{Timed: []string{
				"CREATE INDEX naming ON responses (before_id, day, id) WHERE before_day <= day",
				fmt.Sprintf("CREATE INDEX named ON responses (id, organisation, band_group, audience) WHERE wave = %d", q.Campaign.Baseline()),
			}},
		}
	},
	variants: func(q queries) []variant { return []variant{sqlitePacked(q)} },
}

// columns are those of the table of responses, with their types.
func (q queries) columns(e engine) (columns []string) {
	add := func(name, what string) { columns = append(columns, name+" "+e.types[what]) }
	add("organisation", aPart)
	add("band_group", aCode)
	add("audience", aCode)
	add("wave", aCode)
	add("day", aPart)
	add("id", anID)
	add("before_day", aPart)
	add("before_id", anID)
	for _, question := range q.Campaign.Questions {
		add(question.ID, aCode)
	}
	for _, t := range q.classed() {
		add(q.class(t), aCode)
	}
	return columns
}

// ofPairs is what the later and the earlier response of a pair have, superseded ones aside. The number is that of the earlier wave.
func (q queries) ofPairs() string {
	return fmt.Sprintf("earlier.wave = %d AND later.wave = %d AND later.before_day <= later.day AND later.organisation = earlier.organisation AND "+
		"later.band_group = earlier.band_group AND later.audience = earlier.audience", q.Campaign.Baseline(), q.Campaign.FollowUp())
}

// pairs selects the pairs.
func (q queries) pairs() string {
	return "SELECT later.organisation, later.band_group, later.audience, " + q.classes() +
		" FROM responses AS later JOIN responses AS earlier ON later.before_id = earlier.id AND " + q.ofPairs() +
		" WHERE later.rowid NOT IN (SELECT item FROM superseded)"
}

// duckSuperseded finds the responses that do not count. The responses are in the order of their days and ids.
func duckSuperseded(v *variant) {
	v.put("first", "SELECT before_id, min(rowid) AS item FROM responses WHERE before_day <= day GROUP BY before_id HAVING count(*) > 1")
	v.put("superseded", "SELECT responses.* EXCLUDE (before_id), responses.rowid AS item FROM responses JOIN first ON responses.before_id = first.before_id "+
		"WHERE before_day <= day AND responses.rowid <> first.item")
}

// duckJoint counts the pairs by all classes at once, and each table from that.
func duckJoint(q queries, v *variant) {
	v.put("pairs", "SELECT *, count(*) AS n FROM (%s) GROUP BY ALL", q.pairs())
	for _, t := range q.classed() {
		name := "pairs_" + q.Tables[t].ID
		v.put(name, "SELECT organisation, band_group, audience, %s, sum(n) AS n FROM pairs WHERE %s GROUP BY ALL", q.pairedBy(t), q.whereLater(t))
		v.found(len(q.Tables)+t, q.pairKey(t), "n", name)
	}
}

// whereLater is where, for pairs, whose later response is of the later wave.
func (q queries) whereLater(table int) string {
	return strings.ReplaceAll(q.where(table), "wave", fmt.Sprint(q.Campaign.FollowUp()))
}

// duckSeparate groups table by table what counts.
func duckSeparate(q queries) (v variant) {
	v.name = "a GROUP BY for each table, anti join"
	duckSuperseded(&v)
	for t, table := range q.Tables {
		name := "counts_" + table.ID
		v.put(name, "SELECT %s, %s, count(*)::UINTEGER AS n FROM responses ANTI JOIN superseded ON responses.rowid = superseded.item WHERE %s GROUP BY ALL",
			places, q.questions(t), q.where(t))
		v.found(t, q.key(t), "n", name)
	}
	duckJoint(q, &v)
	return v
}

// duckSets groups by all tables in one query, and likewise the pairs.
func duckSets(q queries) (v variant) {
	v.name = "GROUPING SETS"
	duckSuperseded(&v)
	var sets, questions []string
	for t := range q.Tables {
		sets = append(sets, "("+places+", "+q.questions(t)+")")
		questions = append(questions, q.questions(t))
	}
	v.put("counts", "SELECT %s, %s, %s, count(*)::UINTEGER AS n FROM responses ANTI JOIN superseded ON responses.rowid = superseded.item GROUP BY GROUPING SETS (%s)",
		places, strings.Join(questions, ", "), grouping(questions), strings.Join(sets, ", "))
	for t := range q.Tables {
		v.found(t, q.key(t), "n", fmt.Sprintf("counts WHERE grouped_%d = 0 AND %s", t, q.where(t)))
	}
	sets, questions = nil, nil
	for _, t := range q.classed() {
		sets = append(sets, "(organisation, band_group, audience, "+q.pairedBy(t)+")")
		questions = append(questions, q.pairedBy(t))
	}
	v.put("pairs", "SELECT organisation, band_group, audience, %s, %s, count(*) AS n FROM (%s) GROUP BY GROUPING SETS (%s)",
		strings.Join(questions, ", "), grouping(questions), q.pairs(), strings.Join(sets, ", "))
	for i, t := range q.classed() {
		v.found(len(q.Tables)+t, q.pairKey(t), "n", fmt.Sprintf("pairs WHERE grouped_%d = 0 AND %s", i, q.whereLater(t)))
	}
	return v
}

// grouping are columns that tell which set a row is of: 0 for the set of the same number.
func grouping(sets []string) string {
	var columns []string
	for i, set := range sets {
		columns = append(columns, fmt.Sprintf("GROUPING(%s) AS grouped_%d", set, i))
	}
	return strings.Join(columns, ", ")
}

// sides are what is counted and what is taken off: from which table, and as what it adds.
func sides(yield func(from, n string) bool) {
	_ = yield("responses", "n") && yield("superseded", "-CAST(n AS INTEGER)")
}

// duckSubtracted groups table by table everything, and what is superseded by itself, to be taken off by whoever reads the tables.
func duckSubtracted(q queries) (v variant) {
	v.name = "a GROUP BY for each table, what is superseded apart"
	duckSuperseded(&v)
	for t, table := range q.Tables {
		for from, n := range sides {
			name := from + "_" + table.ID
			v.put(name, "SELECT %s, %s, count(*)::UINTEGER AS n FROM %s WHERE %s GROUP BY ALL", places, q.questions(t), from, q.where(t))
			v.found(t, q.key(t), n, name)
		}
	}
	v.put("pairs", "%s", q.pairs())
	for _, t := range q.classed() {
		name := "pairs_" + q.Tables[t].ID
		v.put(name, "SELECT organisation, band_group, audience, %s, count(*) AS n FROM pairs WHERE %s GROUP BY ALL", q.pairedBy(t), q.whereLater(t))
		v.found(len(q.Tables)+t, q.pairKey(t), "n", name)
	}
	return v
}

// packed groups by one number in place of columns, and leaves it to whoever reads the tables to take off what is superseded.
func packed(q queries, v *variant) {
	for t, table := range q.Tables {
		for from, n := range sides {
			name := from + "_" + table.ID
			v.put(name, "SELECT %s AS key, count(*) AS n FROM %s WHERE %s GROUP BY 1", q.key(t), from, q.where(t))
			v.found(t, "key", n, name)
		}
	}
}

func packedPairs(q queries, v *variant) {
	for _, t := range q.classed() {
		name := "pairs_" + q.Tables[t].ID
		v.put(name, "SELECT %s AS key, count(*) AS n FROM pairs WHERE %s GROUP BY 1", q.pairKey(t), q.whereLater(t))
		v.found(len(q.Tables)+t, "key", "n", name)
	}
}

func duckPacked(q queries) (v variant) {
	v.name = "a GROUP BY of one number for each table, what is superseded apart"
	duckSuperseded(&v)
	packed(q, &v)
	v.put("pairs", "%s", q.pairs())
	packedPairs(q, &v)
	return v
}

func sqlitePacked(q queries) (v variant) {
	v.name = "a GROUP BY of one number for each table, what is superseded apart"
	// The rows of one index tell who names the same; few do, and the least of each is looked up in it again.
	v.put("superseded", "SELECT responses.*, responses.rowid AS item FROM (SELECT before_id AS named FROM responses WHERE before_day <= day GROUP BY before_id HAVING count(*) > 1) "+
		"CROSS JOIN responses ON before_id = named AND before_day <= day WHERE EXISTS (SELECT 1 FROM responses AS other WHERE other.before_id = named AND "+
		"other.before_day <= other.day AND (other.day, other.id) < (responses.day, responses.id))")
	packed(q, &v)
	// Left to itself SQLite looks for every earlier response among all the later ones of its organisation.
	v.put("pairs", "%s", strings.Replace(q.pairs(), "JOIN responses AS earlier", "CROSS JOIN responses AS earlier INDEXED BY named", 1))
	packedPairs(q, &v)
	return v
}
