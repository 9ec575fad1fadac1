// Package browsertest uses pages in a real Chromium: by keyboard, with and without scripts, at any width. Every
// tab notes what no page may do: say something in the console, ask another host for anything,
// or come without the policy that forbids both.
//
// Pages are judged by axe-core (folder axe, unchanged), put into them over the browser's own protocol.
package browsertest

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/require"
)

//go:embed axe/axe.min.js
var axe string

// rules are those of WCAG 2.0 to 2.2, levels A and AA.
const rules = `["wcag2a","wcag2aa","wcag21a","wcag21aa","wcag22aa"]`

// patience is how long a page may take.
const patience = 30 * time.Second // of a machine with much else to do

// Browser is a running Chromium.
type Browser struct{ ctx context.Context }

// Start starts a browser for a test and what runs in it. The executable is the one that scripts/test links, root leads to the project.
func Start(t testing.TB, root string) *Browser {
	t.Helper()
	path, err := filepath.Abs(filepath.Join(root, ".tools", "chromium"))
	require.NoError(t, err)
	_, err = os.Stat(path)
	require.NoError(t, err, "there is no browser to test with: scripts/test installs one and links .tools/chromium to it")
	ctx, cancel := chromedp.NewExecAllocator(context.Background(), append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.UserDataDir(t.TempDir()),
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true))...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	require.NoError(t, chromedp.Do(ctx)) // starts it
	t.Cleanup(func() { require.NoError(t, chromedp.Cancel(ctx)) })
	return &Browser{ctx}
}

// Tab is a tab, in a profile of its own, so that nothing is cached for it that another tab fetched.
type Tab struct {
	testing.TB
	Site    string // without a slash at the end
	Presses int    // keys that were pressed and clicks
	Scripts bool
	Width   int64
	ctx     context.Context
	judged  bool // axe is on every page

	mu        sync.Mutex
	unwelcome []string
	received  float64 // bytes since Weigh
	awaited   map[network.RequestID]bool
	heard     time.Time // of the network
}

// Options are what a tab is like.
type Options struct {
	Width   int64 // pixels
	Scripts bool
	Judged  bool // Sound is asked for on most pages
}

// Open opens a tab for the pages of a site. When the test ends, nothing unwelcome may have happened in it.
func (b *Browser) Open(t testing.TB, site string, o Options) *Tab {
	t.Helper()
	tab := &Tab{TB: t, Site: site, Scripts: o.Scripts, Width: o.Width, judged: o.Judged && o.Scripts, awaited: map[network.RequestID]bool{}}
	var cancel context.CancelFunc
	tab.ctx, cancel = chromedp.NewContext(b.ctx, chromedp.WithNewBrowserContext(), chromedp.WithListener(tab.notice))
	t.Cleanup(cancel)
	require.NoError(t, chromedp.Do(tab.ctx)) // the tab lives as long as the context that is used first
	tab.Resize(o.Width)
	tab.allow(o.Scripts)
	if tab.judged { // sending it to each page takes longer than all that it does there
		_, err := chromedp.Call(tab.ctx, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: axe})
		require.NoError(t, err)
	}
	t.Cleanup(func() {
		tab.mu.Lock()
		defer tab.mu.Unlock()
		require.Empty(t, tab.unwelcome)
	})
	return tab
}

// Resize makes the tab so many pixels wide.
func (b *Tab) Resize(width int64) {
	b.Helper()
	b.Width = width
	b.Do(chromedp.EmulateViewport(width, 800))
}

// allow says whether pages may run scripts.
func (b *Tab) allow(scripts bool) {
	b.Helper()
	_, err := chromedp.Call(b.ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: !scripts})
	require.NoError(b, err)
}

// notice notes what happens in the tab.
func (b *Tab) notice(event any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	unwelcome := func(format string, values ...any) {
		b.unwelcome = append(b.unwelcome, fmt.Sprintf(format, values...))
	}
	switch e := event.(type) {
	case *runtime.EventConsoleAPICalled:
		for _, a := range e.Args {
			unwelcome("console: %s", a.Value)
		}
	case *runtime.EventExceptionThrown:
		unwelcome("exception: %+v", e.ExceptionDetails)
	case *log.EventEntryAdded:
		// That a page's own status is an error is what such a page is for.
		if e.Entry.Source != log.EntrySourceNetwork || !strings.Contains(e.Entry.Text, "the server responded with a status of") {
			unwelcome("log: %s %s", e.Entry.Text, e.Entry.URL)
		}
	case *network.EventRequestWillBeSent:
		b.awaited[e.RequestID], b.heard = true, time.Now()
		if u, err := url.Parse(e.Request.URL); err == nil && u.Scheme != "data" && b.Site != u.Scheme+"://"+u.Host {
			unwelcome("a request to %s", e.Request.URL)
		}
	case *network.EventResponseReceived:
		if e.Response.Status >= http.StatusBadRequest && e.Type != network.ResourceTypeDocument {
			unwelcome("%d for %s", e.Response.Status, e.Response.URL)
		}
		if policy := header(e.Response, "content-security-policy"); strings.HasPrefix(e.Response.URL, "http") && (!strings.Contains(policy, "default-src 'none'") || strings.Contains(policy, "unsafe")) {
			unwelcome("no strict policy on %s", e.Response.URL)
		}
	case *network.EventLoadingFinished:
		b.received += e.EncodedDataLength
		delete(b.awaited, e.RequestID)
		b.heard = time.Now()
	case *network.EventRequestServedFromCache:
		delete(b.awaited, e.RequestID)
	case *network.EventLoadingFailed:
		delete(b.awaited, e.RequestID)
	}
}

func header(r *network.Response, name string) string {
	for n, value := range r.Headers {
		if strings.EqualFold(n, name) {
			return fmt.Sprint(value)
		}
	}
	return ""
}

// Do does what must succeed.
func (b *Tab) Do(steps ...chromedp.Action[chromedp.Void]) {
	b.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		b.Fatalf("at %s: %v", b.at(), err)
	}
}

// at is where the tab is, as far as it can still tell.
func (b *Tab) at() string {
	ctx, cancel := context.WithTimeout(b.ctx, time.Second)
	defer cancel()
	at, err := chromedp.Run(ctx, chromedp.Location())
	if err != nil {
		return err.Error()
	}
	return at
}

// Load does what loads a page, and requires its status.
func (b *Tab) Load(status int, step chromedp.Action[chromedp.Void]) {
	b.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	response, err := chromedp.RunResponse(ctx, step)
	if err != nil {
		b.Fatalf("loading a page from %s: %v", b.at(), err)
	}
	if response == nil { // the same page, at another place of it
		require.Equal(b, http.StatusOK, status)
		return
	}
	require.EqualValues(b, status, response.Status, response.URL)
	if b.Scripts { // modules run before this
		require.Equal(b, "complete", Eval[string](b, "new Promise(r => document.readyState === 'complete' ? r(document.readyState) : addEventListener('load', () => r(document.readyState)))"))
	}
}

// Open opens a page of the site.
func (b *Tab) Open(path string, status int) {
	b.Helper()
	b.Load(status, chromedp.Navigate(b.Site+path))
}

// Eval evaluates an expression in the page.
func Eval[T any](b *Tab, expression string) T {
	b.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	value, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	require.NoError(b, err, expression)
	return value
}

// Text is the text of the first element that the selector names.
func (b *Tab) Text(selector string) string {
	b.Helper()
	return Eval[string](b, fmt.Sprintf("(document.querySelector(%q)?.innerText ?? '')", selector))
}

// Value is the value of the first control that the selector names.
func (b *Tab) Value(selector string) string {
	b.Helper()
	return Eval[string](b, fmt.Sprintf("document.querySelector(%q).value", selector))
}

// Address is where the tab is.
func (b *Tab) Address() string { b.Helper(); return Eval[string](b, "location.href") }

// Focused reports whether the selector names the element that has the focus.
func (b *Tab) Focused(selector string) bool {
	b.Helper()
	return Eval[bool](b, fmt.Sprintf("!!document.activeElement && document.activeElement.matches(%q)", selector))
}

// Key types text that a key each stands for.
func (b *Tab) Key(keys string) {
	b.Helper()
	b.Presses += len([]rune(keys))
	b.Do(chromedp.KeyEvent(keys))
}

// The keys that move about, by their codes in Windows, which is what a browser goes by.
const (
	tabKey   = 9
	enterKey = 13
	downKey  = 40
)

var keyNames = map[int64]string{tabKey: "Tab", enterKey: "Enter", downKey: "ArrowDown"}

// press presses a key that writes nothing.
func (b *Tab) press(key int64) {
	b.Helper()
	b.Presses++
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	for _, kind := range []input.DispatchKeyEventType{input.DispatchKeyEventTypeRawKeyDown, input.DispatchKeyEventTypeKeyUp} {
		_, err := chromedp.Call(ctx, input.DispatchKeyEvent, input.DispatchKeyEventParams{Type: kind, Key: keyNames[key], Code: keyNames[key], WindowsVirtualKeyCode: key})
		require.NoError(b, err)
	}
}

// EnterKey presses Enter where it does something by being pressed: on a link, and in a list. Where a form is
// sent by it, Press does that.
func (b *Tab) EnterKey() { b.Helper(); b.press(enterKey) }

// DownKey presses the arrow that points down.
func (b *Tab) DownKey() { b.Helper(); b.press(downKey) }

// mostKeys is more often than anybody presses a key to get somewhere on a page.
const mostKeys = 120

// reach presses a key until the element that the selector names has the focus. How often that takes is foretold by
// an expression, so that it need not be asked after each press; it is asked at the end, and a wrong guess is only slow.
func (b *Tab) reach(selector string, key int64, foretold string) {
	b.Helper()
	for pressed := 0; pressed < mostKeys; {
		n := Eval[int](b, fmt.Sprintf("((selector) => document.activeElement?.matches(selector) ? 0 : Math.max(1, %s))(%q)", foretold, selector))
		if n == 0 {
			return
		}
		for range n {
			b.press(key)
		}
		pressed += n
	}
	b.Fatalf("at %s: the keyboard does not reach %s", b.Address(), selector)
}

// stops is how often Tab is pressed from where the focus is. Of radio buttons of a name it stops at the one that is chosen, or else at the first.
const stops = `(() => {
  const all = [...document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']")].filter(e =>
    !e.disabled && e.checkVisibility() && e.tabIndex >= 0 && (e.type !== "radio" ||
      e === (document.querySelector('input[name="' + e.name + '"]:checked') ?? document.querySelector('input[name="' + e.name + '"]'))));
  const here = document.activeElement;
  const rest = here === document.body ? all : all.filter(e => here.compareDocumentPosition(e) & Node.DOCUMENT_POSITION_FOLLOWING);
  return rest.findIndex(e => e.matches(selector)) + 1;
})()`

// below is how often the arrow is pressed from one radio button of a name to another.
const below = `(() => {
  const all = [...document.getElementsByName(document.activeElement.name)];
  return (all.findIndex(e => e.matches(selector)) - all.indexOf(document.activeElement) + all.length) % all.length;
})()`

// TabTo presses Tab until the element that the selector names has the focus.
func (b *Tab) TabTo(selector string) { b.Helper(); b.reach(selector, tabKey, stops) }

// Choose chooses a radio button by keyboard.
func (b *Tab) Choose(field, value string) {
	b.Helper()
	b.TabTo(fmt.Sprintf("input[name=%q]", field))
	chosen := fmt.Sprintf("input[name=%q][value=%q]", field, value)
	if b.Focused(chosen) {
		b.Key(" ")
		return
	}
	b.reach(chosen, downKey, below)
}

// Enter types into a field that the keyboard leads to.
func (b *Tab) Enter(selector, text string) {
	b.Helper()
	b.TabTo(selector)
	b.Key(text)
}

// Press presses a button or follows a link that the keyboard leads to.
func (b *Tab) Press(status int, selector string) {
	b.Helper()
	b.TabTo(selector)
	b.Presses++
	b.Load(status, chromedp.KeyEvent(kb.Enter))
}

// Click clicks on an element.
func (b *Tab) Click(selector string) {
	b.Helper()
	b.Presses++
	b.Do(chromedp.Click(chromedp.CSS(selector)))
}

// ClickTo clicks on an element that leads to another page.
func (b *Tab) ClickTo(status int, selector string) {
	b.Helper()
	b.Presses++
	b.Load(status, chromedp.Click(chromedp.CSS(selector)))
}

// quiet is how long nothing is heard of a request of which the browser never says that it is done: some that it answers itself.
const quiet = 2 * time.Second

// Weigh returns how many bytes came over the network since it was last called. What is still on its way is waited for.
func (b *Tab) Weigh() float64 {
	b.Helper()
	require.Eventually(b, func() bool {
		b.mu.Lock()
		defer b.mu.Unlock()
		return len(b.awaited) == 0 || time.Since(b.heard) > quiet
	}, patience, 10*time.Millisecond, "everything is fetched")
	b.mu.Lock()
	defer b.mu.Unlock()
	weight := b.received
	b.received = 0
	clear(b.awaited)
	return weight
}

// History is the addresses of the tab's pages, up to the one it shows.
func (b *Tab) History() []string {
	b.Helper()
	history, err := chromedp.Run(b.ctx, chromedp.NavigationEntries())
	require.NoError(b, err)
	var addresses []string
	for _, entry := range history.Entries {
		addresses = append(addresses, entry.URL)
	}
	return addresses
}

// Fits requires that the page needs no sideways scrolling.
func (b *Tab) Fits() {
	b.Helper()
	wide := Eval[int64](b, "document.documentElement.scrollWidth")
	require.LessOrEqual(b, wide, b.Width, "%s scrolls sideways", b.Address())
}

// Sound requires that axe finds nothing wrong with the page.
func (b *Tab) Sound() {
	b.Helper()
	b.allow(true) // axe waits for itself; the page's own scripts are not run any more
	defer b.allow(b.Scripts)
	judge := axe
	if b.judged {
		judge = "" // it is there
	}
	found := Eval[string](b, judge+`;
axe.run(document, {runOnly: {type: "tag", values: `+rules+`}, resultTypes: ["violations"], preload: false, iframes: false})
  .then(r => JSON.stringify(r.violations.map(v => v.id + ": " + v.help + " " + v.nodes.map(n => n.html + " " + n.failureSummary).join(" | "))))`)
	var violations []string
	require.NoError(b, json.Unmarshal([]byte(found), &violations))
	require.Empty(b, violations, "at %s, %d pixels", b.Address(), b.Width)
}

// Sheets is how many sheets of A4 paper the page fills when it is printed.
func (b *Tab) Sheets() int {
	b.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	printed, err := chromedp.Run(ctx, chromedp.PrintToPDF(chromedp.PDFPaper(chromedp.PaperA4)))
	require.NoError(b, err)
	return len(sheet.FindAll(printed, -1))
}

var sheet = regexp.MustCompile(`/Type /Page\b`)

// Contrast says whether the system asks for high contrast, with colours of its own.
func (b *Tab) Contrast(high bool) {
	b.Helper()
	value := "none"
	if high {
		value = "active"
	}
	features := []*emulation.MediaFeature{{Name: "forced-colors", Value: value}}
	_, err := chromedp.Call(b.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: features})
	require.NoError(b, err)
}

// Picture writes a picture of the whole page to a file.
func (b *Tab) Picture(file string) {
	b.Helper()
	picture, err := chromedp.Run(b.ctx, chromedp.FullScreenshot(100))
	require.NoError(b, err)
	require.NoError(b, os.MkdirAll(filepath.Dir(file), 0o750))
	require.NoError(b, os.WriteFile(file, picture, 0o600))
}
