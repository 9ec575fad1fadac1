package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"strings"
	"time"

	"learningforlife/scripts/internal/storage"
	"learningforlife/shared/web/ui"
)

// config is what the flags say.
type config struct {
	addr    string        // to listen on; port 0 takes a free one
	place   storage.Place // where the store is
	every   time.Duration // between scheduled aggregations; 0 for none
	recount time.Duration // between recounts; 0 for none
	limit   int           // submissions per organisation and second; 0 for none
	token   string        // admin token; empty to make one
	demo    bool          // fill an empty store with a simulated campaign
	clock   time.Time     // where the server's time starts; zero for now
	says    ui.Settings   // what those who run the site say of themselves
}

// defaultLimit lets one organisation that mails all its staff at once through,
// and leaves room for the others.
const defaultLimit = 2500

// read reads the flags and reports all that is wrong with them at once.
func read(args []string, stderr io.Writer) (config, error) {
	var c config
	var clock string
	flags := flag.NewFlagSet("server", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.StringVar(&c.addr, "addr", "127.0.0.1:8080", "`address` to listen on; port 0 takes a free one")
	c.place.Flags(flags)
	flags.DurationVar(&c.every, "every", 15*time.Second, "time between scheduled aggregations; 0 for none")
	flags.DurationVar(&c.recount, "recount-every", 24*time.Hour, "time between recounts of everything, which prove what aggregations rely on; 0 for none")
	flags.IntVar(&c.limit, "limit", defaultLimit, "submissions per organisation and second; 0 for no limit")
	flags.StringVar(&c.token, "admin-token", "", "admin `token`; one is made and printed if there is none")
	flags.BoolVar(&c.demo, "demo", false, "fill an empty store with a simulated campaign first")
	flags.StringVar(&clock, "clock", "", "start of the server's `time`, such as 2026-11-22T09:00:00Z; now if there is none")
	flags.StringVar(&c.says.Brand, "brand", "", "whose site it is, at the head of each page")
	flags.StringVar(&c.says.Controller, "controller", "", "who decides what is done with what people send, for the page on privacy")
	flags.StringVar(&c.says.Contact, "contact", "", "how people reach them, for the pages on privacy and accessibility")
	if err := flags.Parse(args); err != nil {
		return c, err
	}
	var faults []error
	if _, _, err := net.SplitHostPort(c.addr); err != nil {
		faults = append(faults, fmt.Errorf("-addr is not a host and a port, such as 127.0.0.1:8080: %w", err))
	}
	if err := c.place.Check(); err != nil {
		faults = append(faults, err)
	}
	interval := func(name string, every time.Duration) {
		if every < 0 || every > 0 && every < time.Second {
			faults = append(faults, fmt.Errorf("%s is neither 0 nor a second or more", name))
		}
	}
	interval("-every", c.every)
	interval("-recount-every", c.recount)
	if c.limit < 0 {
		faults = append(faults, errors.New("-limit is less than 0"))
	}
	if clock != "" {
		var err error
		if c.clock, err = time.Parse(time.RFC3339, clock); err != nil {
			faults = append(faults, fmt.Errorf("-clock is not a time, such as 2026-11-22T09:00:00Z: %w", err))
		}
	}
	if flags.NArg() > 0 {
		faults = append(faults, fmt.Errorf("there is more than flags: %s", strings.Join(flags.Args(), " ")))
	}
	return c, errors.Join(faults...)
}
