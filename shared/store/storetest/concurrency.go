package storetest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"learningforlife/shared/day"
	"learningforlife/shared/document"
	"learningforlife/shared/submission"
)

var concurrency = []test{
	{"one of many adds of a key wins", addsCompete},
	{"one of many changes of a row wins", replacesCompete},
	{"no change is lost and none is seen to go back", replacesInTurn},
	{"reads beside writes see all that was acknowledged", readsBesideWrites},
}

// only returns the index of the one that is true.
func only(t *testing.T, won []bool) (winner int) {
	winners := 0
	for i, w := range won {
		if w {
			winner = i
			winners++
		}
	}
	require.Equal(t, 1, winners, "winners")
	return winner
}

func isTaken(err error) bool { return errors.Is(err, document.ErrTaken) }

func addsCompete(t *testing.T, s *trial) {
	const rivals = 64
	for range 5 {
		key := s.key(t, submission.KindPledge, today)
		rows, stored, won := make([]submission.Row, rivals), make([]submission.Row, rivals), make([]bool, rivals)
		var group errgroup.Group
		for i := range rivals {
			rows[i] = s.inWords(fmt.Sprintf("I will be number %d.", i)).Pack(s.campaign)
			group.Go(func() (err error) {
				stored[i], won[i], err = s.Add(context.Background(), key, rows[i])
				return err
			})
		}
		require.NoError(t, group.Wait())
		winner := only(t, won)
		for i := range rivals {
			require.Equal(t, rows[winner], stored[i])
		}
		s.requireStored(t, key, rows[winner])
	}
}

func replacesCompete(t *testing.T, s *trial) {
	const rivals, rounds = 16, 10
	it := s.pledge(t, today, "I will win.")
	s.addAll(t, []item{it})
	row := it.row
	for round := range rounds {
		rows, won := make([]submission.Row, rivals), make([]bool, rivals)
		var group errgroup.Group
		for i := range rivals {
			rows[i] = s.inWords(fmt.Sprintf("I win round %d as number %d.", round, i)).Pack(s.campaign)
			group.Go(func() error {
				err := s.Replace(context.Background(), it.key, row, rows[i])
				won[i] = err == nil
				if err != nil && !errors.Is(err, submission.ErrChanged) {
					return err
				}
				return nil
			})
		}
		require.NoError(t, group.Wait())
		row = rows[only(t, won)]
		s.requireStored(t, it.key, row)
	}
}

// replacesInTurn has several change one pledge, each on top of what it finds,
// while others watch that what was acknowledged is there and stays.
func replacesInTurn(t *testing.T, s *trial) {
	const holders, changes, watchers = 6, 15, 3
	p := s.inWords("I will count.")
	it := item{s.key(t, submission.KindPledge, today), p.Pack(s.campaign)}
	s.addAll(t, []item{it})

	version := func() (submission.Row, submission.Pledge, error) {
		row, err := s.Get(context.Background(), it.key)
		if err != nil {
			return nil, submission.Pledge{}, err
		}
		p, err := row.Pledge(s.campaign)
		return row, p, err
	}
	var acknowledged atomic.Uint32
	acknowledged.Store(1)
	change := func() error {
		for {
			row, p, err := version()
			if err != nil {
				return err
			}
			p.Version++
			err = s.Replace(context.Background(), it.key, row, p.Pack(s.campaign))
			if errors.Is(err, submission.ErrChanged) {
				continue
			}
			if err != nil {
				return err
			}
			for old := acknowledged.Load(); old < p.Version && !acknowledged.CompareAndSwap(old, p.Version); old = acknowledged.Load() {
			}
			return nil
		}
	}
	var changing, watching errgroup.Group
	done := make(chan struct{})
	for range holders {
		changing.Go(func() error {
			for range changes {
				if err := change(); err != nil {
					return err
				}
			}
			return nil
		})
	}
	for range watchers {
		watching.Go(func() error {
			for latest := uint32(0); ; {
				floor := max(latest, acknowledged.Load())
				_, p, err := version()
				if err != nil {
					return err
				}
				if p.Version < floor {
					return fmt.Errorf("version %d was read after version %d was acknowledged or read", p.Version, floor)
				}
				latest = p.Version
				select {
				case <-done:
					return nil
				default:
				}
			}
		})
	}
	err := changing.Wait()
	close(done)
	require.NoError(t, err)
	require.NoError(t, watching.Wait())
	_, p, err = version()
	require.NoError(t, err)
	require.EqualValues(t, 1+holders*changes, p.Version, "each change counts once")
}

// readsBesideWrites reads again and again while items are added.
func readsBesideWrites(t *testing.T, s *trial) {
	const adders, each = 8, 60
	lists := make([][]item, adders)
	sent := content{}
	for i := range lists {
		for n := range each {
			it := s.response(t, today-1+day.Day(n%3))
			lists[i] = append(lists[i], it)
			sent[it.key] = string(it.row)
		}
	}
	var mutex sync.Mutex
	var acknowledged []item
	var group errgroup.Group
	for _, list := range lists {
		group.Go(func() error {
			for _, it := range list {
				if _, _, err := s.Add(context.Background(), it.key, it.row); err != nil {
					return err
				}
				mutex.Lock()
				acknowledged = append(acknowledged, it)
				mutex.Unlock()
			}
			return nil
		})
	}
	done := make(chan error, 1)
	go func() { done <- group.Wait() }()
	for running := true; running; {
		select {
		case err := <-done:
			require.NoError(t, err)
			running = false // one last reading
		default:
		}
		mutex.Lock()
		before := acknowledged[:len(acknowledged):len(acknowledged)]
		mutex.Unlock()
		visited := s.read(t, submission.Parts(today-1, today+1))
		for _, it := range before {
			_, there := visited[it.key]
			require.True(t, there, "acknowledged before the reading began")
		}
		for key, row := range visited {
			require.Equal(t, sent[key], row)
		}
	}
	require.Len(t, acknowledged, adders*each)
}
