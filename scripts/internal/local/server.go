package local

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"time"

	"learningforlife/shared/web/respond"
)

// How long a client may take for each part of a request, so that slow ones
// cannot hold connections for ever. An answer may wait for an aggregation.
const (
	headerWithin = 5 * time.Second
	readWithin   = 15 * time.Second
	writeWithin  = tellWithin + 20*time.Second
	idleWithin   = 2 * time.Minute
	maxHeader    = respond.MaxBody
)

// Server serves a site and keeps its schedules.
type Server struct {
	site   *Site
	http   *http.Server
	failed chan error // what ended the serving, if anything but Stop did

	stopTicks context.CancelFunc
	ticked    chan struct{}      // closed when the schedules are over
	cancel    context.CancelFunc // of a scheduled aggregation or recount that is running
}

// Serve begins to serve the site on the listener, which the server then owns, and to keep the schedules.
func Serve(on net.Listener, s *Site) *Server {
	v := &Server{
		site: s,
		http: &http.Server{
			Handler:           s,
			ReadHeaderTimeout: headerWithin,
			ReadTimeout:       readWithin,
			WriteTimeout:      writeWithin,
			IdleTimeout:       idleWithin,
			MaxHeaderBytes:    maxHeader,
			// What the package logs by itself names clients' addresses, which are kept nowhere.
			ErrorLog: log.New(io.Discard, "", 0),
		},
		failed: make(chan error, 1),
		ticked: make(chan struct{}),
	}
	var ctx, stop context.Context
	ctx, v.cancel = context.WithCancel(context.Background())
	stop, v.stopTicks = context.WithCancel(ctx)
	go func() {
		defer close(v.ticked)
		s.schedule(ctx, stop, s.tasks())
	}()
	go func() {
		if err := v.http.Serve(on); !errors.Is(err, http.ErrServerClosed) {
			v.failed <- fmt.Errorf("serving: %w", err)
		}
	}()
	return v
}

// Wait returns nil when ctx is done, or an error when the site can no longer be served.
func (v *Server) Wait(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return nil
	case err := <-v.failed:
		return err
	}
}

// Stop takes no more connections and lets requests, aggregations and recounts that are
// under way finish. Those that take longer than the limit are broken off: nothing that was
// acknowledged is lost by that, and the next aggregation does the work of one that was. Where there is a
// schedule of aggregations, a last aggregation counts what came since the one before. After Stop the store may be
// closed. Stop must be called once.
func (v *Server) Stop(limit time.Duration) error {
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	v.stopTicks()
	var failed error
	if err := v.http.Shutdown(ctx); err != nil {
		v.site.config.Log.Warn("requests that took too long were broken off", "error", err)
		failed = v.http.Close()
	}
	if err := v.site.admin.Close(ctx); err != nil {
		v.site.config.Log.Warn("an aggregation that took too long was broken off", "error", err)
	}
	select {
	case <-v.ticked:
	case <-ctx.Done():
		v.site.config.Log.Warn("a scheduled aggregation or recount that took too long was broken off")
	}
	v.cancel()
	<-v.ticked
	if v.site.config.Every > 0 && ctx.Err() == nil {
		if err := once(ctx, v.site.aggregate); err != nil {
			v.site.config.Log.Error("ALARM: the last aggregation failed and the last release stands", "error", err)
		}
	}
	if failed != nil {
		return fmt.Errorf("closing connections: %w", failed)
	}
	return nil
}
