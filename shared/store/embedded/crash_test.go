package embedded_test

import (
	"bufio"
	"context"
	"encoding/hex"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"learningforlife/shared/store/embedded"
	"learningforlife/shared/submission"
)

var crashRounds = flag.Uint64("crash.rounds", 5, "how often the store's process is killed")

// addUntilKilled adds pledges as fast as it can, withdraws every third, and
// says so, a line each, once the store has acknowledged it.
func addUntilKilled(path string) {
	t, ctx := childT{}, context.Background()
	c := shipped(t)
	s := open(t, path)
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			for {
				key, row := pledge(t, c, rand.Uint64())
				_, _, err := s.Add(ctx, key, row)
				require.NoError(t, err)
				say("added", key)
				if key[len(key)-1]%3 == 0 {
					require.NoError(t, s.Mark(ctx, submission.Mark{On: firstDay, Key: key, Change: submission.Withdrawal}))
					say("marked", key)
					require.NoError(t, s.Replace(ctx, key, row, submission.Tombstone))
					say("withdrew", key)
				}
			}
		})
	}
	group.Wait()
}

// say writes one line in one piece.
func say(what string, key submission.Key) {
	_, err := fmt.Printf("%s %x\n", what, key)
	require.NoError(childT{}, err)
}

// TestCrash kills the process that holds the store, again and again, and
// requires that what it had acknowledged is there.
func TestCrash(t *testing.T) {
	c := shipped(t)
	path := place(t)
	said := map[string]map[submission.Key]bool{"added": {}, "marked": {}, "withdrew": {}}
	for round := range *crashRounds {
		random := rand.New(rand.NewPCG(round, 0))
		cmd := child(t, "crash", path)
		cmd.Stderr = os.Stderr
		out, err := cmd.StdoutPipe()
		require.NoError(t, err)
		require.NoError(t, cmd.Start())
		lines := bufio.NewReader(out)
		patience := 1 + random.IntN(600)
		for n := 0; ; n++ {
			if n == patience {
				time.Sleep(time.Duration(random.IntN(3000)) * time.Microsecond)
				require.NoError(t, cmd.Process.Kill())
			}
			line, err := lines.ReadString('\n')
			if err != nil { // the end, possibly after half a line
				require.GreaterOrEqual(t, n, patience, "the child ended by itself")
				break
			}
			what, digits, _ := strings.Cut(strings.TrimSpace(line), " ")
			key, err := hex.DecodeString(digits)
			require.NoError(t, err)
			said[what][submission.Key(key)] = true
		}
		require.ErrorContains(t, cmd.Wait(), "killed")
		requireAcknowledged(t, path, func(s *embedded.Store) {
			marks := map[submission.Key]bool{}
			require.NoError(t, s.Marks(context.Background(), firstDay, func(m submission.Mark) error {
				marks[m.Key] = true
				return nil
			}))
			for key := range said["marked"] {
				require.True(t, marks[key], "a mark that was acknowledged")
			}
			for key := range said["added"] {
				row, err := s.Get(context.Background(), key)
				require.NoError(t, err, "an item that was acknowledged")
				if said["withdrew"][key] || row.Withdrawn() {
					require.True(t, row.Withdrawn(), "a withdrawal that was acknowledged")
					require.True(t, marks[key], "the mark of a withdrawal")
				} else {
					require.Equal(t, rowOf(c, key), row)
				}
			}
		})
	}
	require.NotEmpty(t, said["withdrew"])
}

func requireAcknowledged(t *testing.T, path string, check func(*embedded.Store)) {
	s := open(t, path)
	check(s)
	require.NoError(t, s.Close())
}
