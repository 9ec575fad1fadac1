package simulation

import (
	"fmt"
	"io"
	"time"

	"github.com/schollz/progressbar/v3"
)

// briefly is how long people wait without wondering.
const briefly = 2 * time.Second

// draw draws a progress bar until stop is called, unless that is soon. done tells how much of total is done.
func draw(to io.Writer, what string, total int, done func() int) (stop func()) {
	stopping, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		select {
		case <-time.After(briefly):
		case <-stopping:
			return
		}
		bar := progressbar.NewOptions(total, progressbar.OptionSetWriter(to), progressbar.OptionSetDescription(what),
			progressbar.OptionShowCount(), progressbar.OptionShowIts(), progressbar.OptionSetWidth(30),
			progressbar.OptionOnCompletion(func() { fmt.Fprintln(to) }))
		ticks := time.NewTicker(200 * time.Millisecond)
		defer ticks.Stop()
		for {
			select {
			case <-ticks.C:
			case <-stopping:
				// A bar that cannot be drawn, for want of a terminal, stops nothing.
				_ = bar.Set(done())
				return
			}
			_ = bar.Set(done())
		}
	}()
	return func() {
		close(stopping)
		<-stopped
	}
}
