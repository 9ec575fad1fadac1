package serving

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"learningforlife/scripts/internal/bench"
	"learningforlife/scripts/internal/bench/wire"
	"learningforlife/scripts/internal/local"
	"learningforlife/shared/campaign"
	"learningforlife/shared/day"
	"learningforlife/shared/store/embedded"
	"learningforlife/shared/submission"
	"learningforlife/shared/web/signed"
)

const (
	token      = "the admin's token" //nolint:gosec // G101: of a site that nobody else can reach
	stopWithin = 10 * time.Second
	people     = 40 // who answered at each of the trusts, in either survey
	places     = 25 // trusts
)

// pages are what people look at, over HTTP, each beside a server that writes the same bytes.
func pages(g Given) []bench.Workload {
	var list []bench.Workload
	for _, p := range []struct{ name, path string }{
		{"home", "/"},
		{"survey", "/survey/before"},
		{"survey-form", "/survey/before/RXX"},
		{"dashboard", "/dashboard"},
		{"scores", "/v1/scores"},
	} {
		list = append(list, bench.Workload{Name: "pages/" + p.name, Rounds: 5, Open: func(ctx context.Context) ([]bench.Contestant, error) {
			s, err := open(ctx, g)
			if err != nil {
				return nil, fmt.Errorf("preparing %s: %w", p.path, err)
			}
			return s.contestants(ctx, p.path)
		}})
	}
	return list
}

// site is a site with a release, and who is signed in to it.
type site struct {
	given   Given
	folder  string
	address string
	cookie  string
	server  *local.Server
	store   *embedded.Store
}

func open(ctx context.Context, g Given) (*site, error) {
	folder, err := os.MkdirTemp(g.Folder, "pages-")
	if err != nil {
		return nil, fmt.Errorf("making room for a store: %w", err)
	}
	s := &site{given: g, folder: folder}
	if err := s.serve(ctx); err != nil {
		return nil, errors.Join(err, s.close())
	}
	return s, nil
}

func (s *site) close() error {
	var err error
	if s.server != nil {
		err = s.server.Stop(stopWithin)
	}
	if s.store != nil {
		err = errors.Join(err, s.store.Close())
	}
	return errors.Join(err, os.RemoveAll(s.folder))
}

// serve stores responses, serves the site over them, has it make a release, and signs in.
func (s *site) serve(ctx context.Context) error {
	c, err := campaign.Shipped()
	if err != nil {
		return err
	}
	forms, err := signed.NewKey([]byte(strings.Repeat("k", signed.MinKey)))
	if err != nil {
		return err
	}
	if s.store, err = embedded.Open(filepath.Join(s.folder, "store"), embedded.Options{}); err != nil {
		return err
	}
	today := c.Waves[c.Baseline()].Opens + 1
	if err := fill(ctx, c, s.store, today); err != nil {
		return err
	}
	shift := today.Time().Sub(s.given.Now())
	joined, err := local.New(local.Config{Campaign: c, Store: s.store, Address: "http://bench", Token: token, Forms: forms,
		Now: func() time.Time { return s.given.Now().Add(shift) }, Random: rand.NewChaCha8([32]byte{5}), Log: slog.New(slog.NewTextHandler(io.Discard, nil))})
	if err != nil {
		return err
	}
	on, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return fmt.Errorf("listening: %w", err)
	}
	s.address, s.server = on.Addr().String(), local.Serve(on, joined)
	if err := s.release(ctx); err != nil {
		return err
	}
	link, err := joined.SignIn()
	if err != nil {
		return err
	}
	return s.signIn(ctx, link)
}

// fill stores what people at some trusts answered to both surveys: a little better the second time.
func fill(ctx context.Context, c *campaign.Campaign, store *embedded.Store, today day.Day) error {
	random := rand.NewChaCha8([32]byte{6})
	n := 0
	for _, trust := range c.Organisations.All() {
		if n == places || !trust.Open(today) {
			continue
		}
		n++
		for person := range people {
			for round, wave := range []int{c.Baseline(), c.FollowUp()} {
				receipt, err := submission.Mint(today, random)
				if err != nil {
					return err
				}
				r := submission.Response{Wave: wave, Organisation: trust.Code, BandGroup: person % len(c.BandGroups), Answers: make([]int, len(c.Questions))}
				for q, question := range c.Questions {
					if c.Asked(q, wave, r.Audience) && question.AskedIf == nil {
						r.Answers[q] = 1 + (person+q+n+round*(person%2))%len(c.Answers(q))
					}
				}
				if _, _, err := store.Add(ctx, receipt.Key(submission.KindResponse), r.Pack(c)); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

func (s *site) release(ctx context.Context) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, "/v1/aggregations", strings.NewReader(`{"release":true}`))
	if err != nil {
		return fmt.Errorf("asking for a release: %w", err)
	}
	r.Header.Set("Authorization", "Bearer "+token)
	r.Header.Set("Content-Type", "application/json")
	answer, err := wire.Fetch(s.address, r)
	if err == nil && answer.Status != http.StatusOK {
		err = fmt.Errorf("asking for a release: it is answered %d: %s", answer.Status, answer.Body)
	}
	return err
}

func (s *site) signIn(ctx context.Context, link string) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, strings.TrimPrefix(link, "http://bench"), nil)
	if err != nil {
		return fmt.Errorf("signing in: %w", err)
	}
	answer, err := wire.Fetch(s.address, r)
	if err != nil {
		return err
	}
	cookie, err := http.ParseSetCookie(answer.Header.Get("Set-Cookie"))
	if err != nil {
		return fmt.Errorf("signing in: it is answered %d: %w", answer.Status, err)
	}
	s.cookie = cookie.Name + "=" + cookie.Value
	return nil
}

// contestants are the site, and a server that writes what the site answered once.
func (s *site) contestants(ctx context.Context, path string) ([]bench.Contestant, error) {
	request := wire.Request("GET", path, nil, "Accept-Encoding", "gzip", "Cookie", s.cookie)
	conn, err := wire.Dial(ctx, s.address)
	if err != nil {
		return nil, errors.Join(err, s.close())
	}
	status, answered, err := conn.Ask(request)
	if err == nil && status != http.StatusOK {
		err = fmt.Errorf("%s was answered %d: %s", path, status, answered)
	}
	written := bytes.Clone(answered)
	if err := errors.Join(err, conn.Close()); err != nil {
		return nil, errors.Join(err, s.close())
	}
	bare := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Content-Length", fmt.Sprint(len(written)))
		_, _ = w.Write(written) // whoever asked counts what is missing
	}))
	turn := func(address string) func(context.Context) (bench.Round, error) {
		return func(ctx context.Context) (bench.Round, error) { return s.ask(ctx, address, request) }
	}
	return []bench.Contestant{
		{Name: "ours", Round: turn(s.address), Close: s.close},
		{Name: "bare", Round: turn(bare.Listener.Addr().String()), Close: func() error {
			bare.Close()
			return nil
		}},
	}, nil
}

// ask asks for the page again and again. What is found is the last answer without what is new in each.
func (s *site) ask(ctx context.Context, address string, request []byte) (bench.Round, error) {
	var last []byte
	took, _, err := wire.Play(ctx, s.given.Now, address, 1, s.given.Requests, func(conn *wire.Conn, i int) error {
		status, body, err := conn.Ask(request)
		if err == nil && status != http.StatusOK {
			err = fmt.Errorf("the answer is %d: %s", status, body)
		}
		if i == s.given.Requests-1 {
			last = bytes.Clone(body)
		}
		return err
	})
	if err != nil {
		return bench.Round{}, err
	}
	if plain, err := gzip.NewReader(bytes.NewReader(last)); err == nil {
		if last, err = io.ReadAll(plain); err != nil {
			return bench.Round{}, fmt.Errorf("unpacking an answer: %w", err)
		}
	}
	found := fresh.ReplaceAll(last, nil)
	return bench.Round{Took: took, Operations: s.given.Requests, Result: fmt.Sprintf("%d bytes, %x", len(found), sha256.Sum256(found))}, nil
}

// fresh is what is new in a form each time: a receipt, or what is signed with one in it.
var fresh = regexp.MustCompile(`\d{4}-\d\d-\d\d\.[0-9a-f-]{36}|[\w-]{64,}`)
