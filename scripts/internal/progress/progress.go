// Package progress tells people at a terminal how far a long piece of work is.
package progress

import (
	"fmt"
	"io"
	"sync/atomic"
	"time"

	"github.com/schollz/progressbar/v3"
)

// briefly is how long people wait without wondering: what is over by then needs no progress bar.
const briefly = 2 * time.Second

// Draw draws a progress bar until stop is called, unless that is soon. done tells how much of total is done.
func Draw(to io.Writer, what string, total int, done func() int) (stop func()) {
	late := &lateWriter{to: to}
	bar := progressbar.NewOptions(total, progressbar.OptionSetWriter(late), progressbar.OptionSetDescription(what),
		progressbar.OptionShowCount(), progressbar.OptionSetWidth(30),
		progressbar.OptionOnCompletion(func() { fmt.Fprintln(late) }))
	set := func() { _ = bar.Set(done()) } // one that cannot be drawn, for want of a terminal, stops nothing
	stopping, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		ticks := time.NewTicker(200 * time.Millisecond)
		defer ticks.Stop()
		opens := time.After(briefly)
		for {
			select {
			case <-ticks.C:
				set()
			case <-opens:
				late.open.Store(true)
			case <-stopping:
				set()
				return
			}
		}
	}()
	return func() {
		close(stopping)
		<-stopped
	}
}

// lateWriter swallows what is written before it is opened.
type lateWriter struct {
	to   io.Writer
	open atomic.Bool
}

// Write implements io.Writer.
func (w *lateWriter) Write(text []byte) (int, error) {
	if !w.open.Load() {
		return len(text), nil
	}
	return w.to.Write(text)
}
