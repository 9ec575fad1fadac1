package submitting

import (
	"errors"
	"io"
	"log/slog"
	"math/rand/v2"
	"net"
	"strings"
	"time"

	"learningforlife/scripts/internal/local"
	"learningforlife/shared/store/embedded"
	"learningforlife/shared/submission"
	"learningforlife/shared/web/signed"
)

// stopWithin is how long a server may take to stop.
const stopWithin = 10 * time.Second

// ours is the whole site as scripts/run serves it, without a schedule or a limit. It writes a line of its log for every request, which nobody keeps.
func (b *burst) ours(folder string) (running, error) {
	store, err := embedded.Open(storeIn(folder), embedded.Options{})
	if err != nil {
		return running{}, err
	}
	r, err := b.site(folder, store)
	if err != nil {
		return running{}, errors.Join(err, store.Close())
	}
	return r, nil
}

func (b *burst) site(folder string, store *embedded.Store) (running, error) {
	forms, err := signed.NewKey([]byte(strings.Repeat("k", signed.MinKey)))
	if err != nil {
		return running{}, err
	}
	//nolint:gosec // G101: the token is of a site that nobody else can reach
	site, err := local.New(local.Config{Campaign: b.campaign, Store: store, Address: "http://bench", Token: "the admin's token", Forms: forms, Now: b.now,
		Random: rand.NewChaCha8([32]byte{2}), Log: slog.New(slog.NewTextHandler(io.Discard, nil))})
	if err != nil {
		return running{}, err
	}
	on, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return running{}, err
	}
	server := local.Serve(on, site)
	return running{
		address: on.Addr().String(),
		stop:    func() error { return errors.Join(server.Stop(stopWithin), store.Close()) },
		stored: inStore(storeIn(folder),
			func(r submission.Receipt) submission.Key { return r.Key(submission.KindResponse) },
			func(row submission.Row) (string, error) {
				response, err := row.Response(b.campaign)
				return response.Organisation, err
			}),
	}, nil
}
