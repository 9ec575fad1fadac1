// Package parallel shares work out among the processors.
package parallel

import (
	"runtime"
	"sync"
	"sync/atomic"
)

// Each calls do once with every number from 0 to n−1, in any order and several at a time, and returns
// when all are done.
func Each(n int, do func(i int)) {
	var next atomic.Int64
	var wait sync.WaitGroup
	for range min(n, runtime.GOMAXPROCS(0)) {
		wait.Go(func() {
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				do(i)
			}
		})
	}
	wait.Wait()
}
