// Package seeded makes property tests draw the same cases every time, so that
// what passed once passes again. Tests import it for that alone; -rapid.seed
// still draws others, and 0 others at every run.
package seeded

import (
	"flag"

	_ "pgregory.net/rapid" // defines the flag
)

func init() {
	if err := flag.Set("rapid.seed", "1"); err != nil {
		panic(err)
	}
}
