// Package functions_test runs the functions as Lambda does: the very bootstraps,
// as processes, against the runtime API, with a server for each of the services that they use.
package functions_test

import (
	"bufio"
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
	"github.com/aws/aws-sdk-go-v2/service/ssm/types"
	"github.com/stretchr/testify/require"

	"learningforlife/infra/infratest"
	"learningforlife/infra/runtimeapi"
	"learningforlife/shared/store/dynamo"
)

// bootstraps is the directory that the functions are built into.
var bootstraps string

func TestMain(m *testing.M) {
	flag.Parse()
	os.Exit(built(m))
}

// built builds the functions by the same script as for Lambda, for this machine, and runs the tests.
func built(m *testing.M) int {
	var err error
	if bootstraps, err = os.MkdirTemp("", "learningforlife-functions-"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer func() {
		if err := os.RemoveAll(bootstraps); err != nil {
			fmt.Fprintln(os.Stderr, err)
		}
	}()
	build := exec.Command("../scripts/build", runtime.GOARCH, bootstraps)
	build.Stdout, build.Stderr = os.Stderr, os.Stderr
	if err := build.Run(); err != nil {
		fmt.Fprintln(os.Stderr, "building the functions:", err)
		return 1
	}
	return m.Run()
}

const (
	token     = "the-admin-token"
	parameter = "/learning-for-life/admin-token"
	formKey   = "/learning-for-life/form-key"
	address   = "https://learning.example.org"
)

// startWithin is how long a process may take to be ready: Lambda gives it ten seconds.
const startWithin = 10 * time.Second

// function is the process of a function.
type function struct {
	*runtimeapi.API
	exited chan error
	log    *log
	end    func() // ends the process
}

// log is what a process writes. It may be read while it is written.
type log struct {
	mu   sync.Mutex
	text bytes.Buffer
}

// Write implements io.Writer.
func (l *log) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(b)
}

func (l *log) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// launch starts a bootstrap with the environment, and nothing of this process's own.
func launch(t testing.TB, bootstrap string, environment map[string]string) *function {
	t.Helper()
	f := &function{API: runtimeapi.New(), exited: make(chan error, 1), log: &log{}}
	cmd := exec.Command(bootstrap)
	cmd.Env = []string{
		"AWS_LAMBDA_RUNTIME_API=" + f.Address(),
		"AWS_REGION=" + infratest.Region, "AWS_ACCESS_KEY_ID=" + infratest.KeyID, "AWS_SECRET_ACCESS_KEY=" + infratest.Secret,
		"AWS_EC2_METADATA_DISABLED=true",
	}
	for name, value := range environment {
		cmd.Env = append(cmd.Env, name+"="+value)
	}
	cmd.Stdout, cmd.Stderr = f.log, f.log
	require.NoError(t, cmd.Start())
	gone := make(chan struct{})
	go func() {
		f.exited <- cmd.Wait()
		close(gone)
	}()
	f.end = sync.OnceFunc(func() {
		_ = cmd.Process.Kill() // fails if it is gone
		<-gone
		f.Close()
	})
	t.Cleanup(func() {
		f.end()
		if t.Failed() {
			t.Logf("%s wrote:\n%s", bootstrap, f.log)
		}
	})
	return f
}

// start starts a function and waits until it asks for its first event.
func start(t testing.TB, bootstrap string, environment map[string]string) *function {
	t.Helper()
	f := launch(t, bootstrap, environment)
	select {
	case <-f.Ready:
	case err := <-f.exited:
		t.Fatalf("%s ended (%v): %s", bootstrap, err, f.log)
	case <-time.After(startWithin):
		t.Fatalf("%s is not ready after %s: %s", bootstrap, startWithin, f.log)
	}
	return f
}

func bootstrap(name string) string { return filepath.Join(bootstraps, name, "bootstrap") }

// with returns the environment with changes; an empty value removes a variable.
func with(environment map[string]string, changes ...string) map[string]string {
	changed := map[string]string{}
	for name, value := range environment {
		changed[name] = value
	}
	for _, change := range changes {
		name, value, _ := strings.Cut(change, "=")
		if changed[name] = value; value == "" {
			delete(changed, name)
		}
	}
	return changed
}

// environments is the environment of each function as template.yaml gives it, for
// tables of their own, and of Lambda's when admin calls aggregate at the given address.
func environments(t testing.TB, tables dynamo.Tables, lambdas string) map[string]map[string]string {
	t.Helper()
	store := "AWS_ENDPOINT_URL_DYNAMODB=" + infratest.Endpoint(t)
	signIn := []string{"SITE=" + address, "ADMIN_TOKEN_PARAMETER=" + parameter, "AWS_ENDPOINT_URL_SSM=" + moto(t)}
	return map[string]map[string]string{
		"intake": with(nil, store, "SITE="+address, "LIMIT=2000", "SUBMISSIONS_TABLE="+tables.Submissions, "CHANGES_TABLE="+tables.Changes,
			"FORM_KEY_PARAMETER="+formKey, "AWS_ENDPOINT_URL_SSM="+moto(t)),
		"dashboard": with(nil, append(signIn, store, "RELEASES_TABLE="+tables.Releases)...),
		"admin":     with(nil, append(signIn, store, "SETTINGS_TABLE="+tables.Settings, "AGGREGATE_FUNCTION=aggregate", "AWS_ENDPOINT_URL_LAMBDA="+lambdas)...),
		"aggregate": with(nil, store, "SUBMISSIONS_TABLE="+tables.Submissions, "CHANGES_TABLE="+tables.Changes,
			"WORKINGS_TABLE="+tables.Workings, "RELEASES_TABLE="+tables.Releases, "SETTINGS_TABLE="+tables.Settings),
	}
}

// site is all four functions over tables of their own.
type site struct {
	intake, dashboard, admin, aggregate *function
	store                               *dynamo.Store
	environments                        map[string]map[string]string
}

func newSite(t testing.TB) *site {
	t.Helper()
	api := infratest.Client(t)
	tables := infratest.Tables(t, api)
	s := &site{store: dynamo.New(api, tables, rand.Reader)}
	s.aggregate = start(t, bootstrap("aggregate"), environments(t, tables, "")["aggregate"])
	lambdas := lambdaAPI("aggregate", s.aggregate.API)
	t.Cleanup(lambdas.Close)
	s.environments = environments(t, tables, lambdas.URL)
	s.intake = start(t, bootstrap("intake"), s.environments["intake"])
	s.dashboard = start(t, bootstrap("dashboard"), s.environments["dashboard"])
	s.admin = start(t, bootstrap("admin"), s.environments["admin"])
	return s
}

// function returns the process of the name.
func (s *site) function(name string) *function {
	return map[string]*function{"intake": s.intake, "dashboard": s.dashboard, "admin": s.admin, "aggregate": s.aggregate}[name]
}

// moto returns the address of a server that speaks SSM's protocol and holds the
// admin token and the secret that signs forms. It runs for all tests, until this process ends.
func moto(t testing.TB) string {
	t.Helper()
	at, err := theMoto()
	require.NoError(t, err)
	return at
}

// untilTheEnd holds the standard input of the server open: it ends when that does.
var untilTheEnd any

var theMoto = sync.OnceValues(func() (at string, err error) {
	cmd := exec.Command("../.tools/venv/bin/python", "testdata/parameters.py")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	stdin, err := cmd.StdinPipe()
	if err != nil {
		return "", err
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return "", err
	}
	if err := cmd.Start(); err != nil {
		return "", fmt.Errorf("starting moto, which scripts/test installs: %w", err)
	}
	untilTheEnd = stdin
	lines := bufio.NewScanner(stdout)
	if !lines.Scan() {
		return "", errors.Join(errors.New("moto ended: "+stderr.String()), cmd.Wait())
	}
	at = lines.Text()
	api := ssm.NewFromConfig(infratest.Config(), func(o *ssm.Options) { o.BaseEndpoint = &at })
	for name, value := range map[string]string{parameter: token, formKey: "the-secret-of-forms"} {
		if _, err := api.PutParameter(context.Background(), &ssm.PutParameterInput{Name: aws.String(name), Value: aws.String(value), Type: types.ParameterTypeSecureString}); err != nil {
			return "", err
		}
	}
	return at, nil
})
