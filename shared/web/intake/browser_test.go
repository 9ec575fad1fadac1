package intake_test

import (
	"context"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
)

// TestReceiptsLeaveTheAddressAtOnce opens the links that people keep in a real
// browser: the code must come into the form and stay neither in the address nor in the history.
func TestReceiptsLeaveTheAddressAtOnce(t *testing.T) {
	s := newSite(t)
	server := httptest.NewServer(s.handler)
	t.Cleanup(server.Close)
	ctx := browser(t)
	value := func(script string) string {
		t.Helper()
		v, err := chromedp.Run(ctx, chromedp.Evaluate[string](script))
		require.NoError(t, err)
		return v
	}
	open := func(path string) {
		t.Helper()
		require.NoError(t, chromedp.Do(ctx, chromedp.Navigate(server.URL+path), chromedp.WaitReady("main")))
	}
	pledge, survey, wire := s.mint().Code('P'), s.mint().Code('S'), s.mint().String()

	for _, link := range []struct{ page, code string }{
		{"/pledge/manage", pledge}, {"/pledge/manage", wire}, {"/survey/withdraw", survey}, {"/survey/after/RXX?audience=board", survey},
	} {
		open(link.page + "#" + link.code)
		require.Equal(t, link.code, value(`document.querySelector("[data-receipt]").value`), link.page)
		require.Equal(t, server.URL+link.page, value(`location.href`))
	}

	// Where the link leads to a step before the field, the code goes along.
	open("/survey/after/RXX#" + survey)
	require.Equal(t, server.URL+"/survey/after/RXX", value(`location.href`))
	require.NoError(t, chromedp.Do(ctx, chromedp.Click("#audience"), chromedp.Click("button"), chromedp.WaitReady("#before")))
	require.Equal(t, survey, value(`document.querySelector("#before").value`))
	require.Equal(t, server.URL+"/survey/after/RXX?audience=staff", value(`location.href`))

	// A link within a page is left alone.
	open("/pledge/manage#main")
	require.Equal(t, server.URL+"/pledge/manage#main", value(`location.href`))
	require.Empty(t, value(`document.querySelector("[data-receipt]").value`))

	history, err := chromedp.Run(ctx, chromedp.NavigationEntries())
	require.NoError(t, err)
	require.Greater(t, len(history.Entries), 5)
	for _, entry := range history.Entries {
		for _, code := range []string{pledge, survey, wire} {
			require.NotContains(t, entry.URL, code)
		}
	}
}

func browser(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	t.Cleanup(cancel)
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.NoSandbox, chromedp.DisableGPU, chromedp.UserDataDir(t.TempDir()),
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true))
	ctx, cancel = chromedp.NewExecAllocator(ctx, options...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	return ctx
}
