package serving

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"time"

	"learningforlife/infra/runtimeapi"
	"learningforlife/scripts/internal/bench"
)

// startWithin is how long a function may take to start.
const startWithin = 10 * time.Second

// startUp is the processes of functions, from their start until they ask for an event, beside one that does nothing. The functions that take
// a secret from AWS have it from a server of this process, which answers at once.
func startUp(g Given) bench.Workload {
	return bench.Workload{Name: "start-up", Rounds: 5, Open: func(ctx context.Context) ([]bench.Contestant, error) {
		folder, err := os.MkdirTemp(g.Folder, "functions-")
		if err != nil {
			return nil, fmt.Errorf("making room for the functions: %w", err)
		}
		if err := build(ctx, g.Root, folder); err != nil {
			return nil, errors.Join(err, os.RemoveAll(folder))
		}
		aws := httptest.NewServer(http.HandlerFunc(parameter))
		contestant := func(name, function string, environment ...string) bench.Contestant {
			path := filepath.Join(folder, function, "bootstrap")
			return bench.Contestant{Name: name, Round: func(ctx context.Context) (bench.Round, error) {
				return launched(ctx, g, path, append(environment, "AWS_ENDPOINT_URL="+aws.URL))
			}}
		}
		submissions := []string{"SUBMISSIONS_TABLE=s", "CHANGES_TABLE=c"}
		site := []string{"SITE=https://learning.example.org", "ADMIN_TOKEN_PARAMETER=/token"}
		intake := contestant("ours", "intake", append(submissions, "SITE=https://learning.example.org", "LIMIT=2000", "FORM_KEY_PARAMETER=/key")...)
		intake.Close = func() error {
			aws.Close()
			return os.RemoveAll(folder)
		}
		return []bench.Contestant{
			intake,
			contestant("empty", "empty"),
			contestant("our dashboard", "dashboard", append(site, "RELEASES_TABLE=r")...),
			contestant("our admin", "admin", append(site, "SETTINGS_TABLE=s", "AGGREGATE_FUNCTION=a")...),
			contestant("our aggregate", "aggregate", append(submissions, "WORKINGS_TABLE=w", "RELEASES_TABLE=r", "SETTINGS_TABLE=s")...),
		}, nil
	}}
}

// build builds the functions as for Lambda, for this machine, and one that does nothing beside them.
func build(ctx context.Context, root, folder string) error {
	ours := exec.CommandContext(ctx, filepath.Join(root, "scripts", "build"), runtime.GOARCH, folder) //nolint:gosec // G204: likewise
	//nolint:gosec // G204: what it runs is the project's own
	empty := exec.CommandContext(ctx, "go", "build", "-tags", "lambda.norpc", "-trimpath", "-ldflags", "-s -w -buildid=",
		"-o", filepath.Join(folder, "empty", "bootstrap"), "./functions/testdata/empty")
	empty.Env = append(empty.Environ(), "CGO_ENABLED=0")
	for _, command := range []*exec.Cmd{ours, empty} {
		command.Dir = root
		if said, err := command.CombinedOutput(); err != nil {
			return fmt.Errorf("building the functions: %w: %s", err, said)
		}
	}
	return nil
}

// parameter answers what SSM does when it is asked for a parameter.
func parameter(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/x-amz-json-1.1")
	_, _ = io.WriteString(w, `{"Parameter":{"Name":"/secret","Type":"SecureString","Value":"a secret that nobody can guess, of 32 bytes or more","Version":1}}`)
}

// launched starts the function so many times, one after the other.
func launched(ctx context.Context, g Given, bootstrap string, environment []string) (r bench.Round, err error) {
	for range g.Starts {
		took, err := start(ctx, g.Now, bootstrap, environment)
		if err != nil {
			return r, fmt.Errorf("starting %s: %w", filepath.Base(filepath.Dir(bootstrap)), err)
		}
		r.Took += took
		r.Operations++
	}
	r.Result = fmt.Sprintf("%d asked for an event", r.Operations)
	return r, nil
}

// start returns how long the process took to ask for its first event.
func start(ctx context.Context, now func() time.Time, bootstrap string, environment []string) (took time.Duration, err error) {
	api := runtimeapi.New()
	defer api.Close()
	var said bytes.Buffer
	command := exec.CommandContext(ctx, bootstrap)
	command.Env = append([]string{"AWS_LAMBDA_RUNTIME_API=" + api.Address(), "AWS_REGION=eu-west-2", "AWS_ACCESS_KEY_ID=bench", "AWS_SECRET_ACCESS_KEY=bench",
		"AWS_EC2_METADATA_DISABLED=true"}, environment...)
	command.Stdout, command.Stderr = &said, &said
	began := now()
	if err := command.Start(); err != nil {
		return 0, err
	}
	select {
	case <-api.Ready:
		took = now().Sub(began)
	case failure := <-api.Init:
		err = failure
	case <-time.After(startWithin):
		err = errors.New("it asks for no event")
	}
	_ = command.Process.Kill() // fails if it is gone
	_ = command.Wait()         // says that it was killed
	if err != nil {
		return 0, fmt.Errorf("%w: %s", err, said.String())
	}
	return took, nil
}
