// Command server is the whole project on one machine: the real handlers over
// one store, and the schedules of aggregations and recounts. It prints where the site
// is and how to sign in, and then "ready". SIGTERM stops it cleanly.
package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"time"

	"learningforlife/scripts/internal/local"
	"learningforlife/scripts/internal/program"
	"learningforlife/shared/campaign"
	"learningforlife/shared/day"
	"learningforlife/shared/web/signed"
)

// stopWithin is how long what is under way has to finish when the server stops.
const stopWithin = 20 * time.Second

func main() { program.Main("server", run) }

// run serves until ctx is done.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) (err error) {
	config, err := read(args, stderr)
	if err != nil {
		return err
	}
	c, err := campaign.Shipped()
	if err != nil {
		return err
	}
	store, err := config.place.Open(rand.Reader)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	secret, err := config.place.Secret(rand.Reader, "form-key", signed.MinKey)
	if err != nil {
		return fmt.Errorf("finding the key that signs forms: %w", err)
	}
	forms, err := signed.NewKey(secret)
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", config.addr)
	if err != nil {
		return fmt.Errorf("listening: %w", err)
	}
	made := config.token == ""
	if made {
		config.token = rand.Text()
	}
	address := "http://" + listener.Addr().String()
	var level slog.LevelVar
	log := slog.New(slog.NewTextHandler(stderr, &slog.HandlerOptions{Level: &level}))
	now := clock(config.clock)
	log.Info("the list of organisations has gaps that are known", "gaps", c.Organisations.Gaps(day.Of(now())))
	site, err := local.New(local.Config{
		Campaign:     c,
		Store:        store,
		Address:      address,
		Token:        config.token,
		Forms:        forms,
		Settings:     config.says,
		Limit:        config.limit,
		Every:        config.every,
		RecountEvery: config.recount,
		Now:          now,
		Random:       rand.Reader,
		Log:          log,
	})
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	server := local.Serve(listener, site)
	defer func() { err = errors.Join(err, server.Stop(stopWithin)) }()
	if config.demo {
		level.Set(slog.LevelWarn) // the progress bar would drown in requests
		err := demonstrate(ctx, c, store, address, config.token, stderr)
		switch {
		case ctx.Err() != nil:
			fmt.Fprintln(stderr, "Stopped before the simulated campaign was complete: to have all of it, empty the data directory first.")
			return nil
		case err != nil:
			return err
		}
		level.Set(slog.LevelInfo)
	}
	signIn, err := site.SignIn()
	if err != nil {
		return err
	}
	fmt.Fprintf(stdout, "Site: %s/\nDashboard sign-in (works once): %s\n", address, signIn)
	if made {
		fmt.Fprintf(stdout, "Admin token: %s\n", config.token)
	}
	fmt.Fprintln(stdout, "ready")
	return server.Wait(ctx)
}
