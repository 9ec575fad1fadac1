package attack

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
)

// Directory reads the releases in a folder, one document a file. Of what has another extension than a format of
// releases it says that it cannot read it.
func Directory(name string) ([]Release, error) {
	entries, err := os.ReadDir(name) // sorted by name
	if err != nil {
		return nil, fmt.Errorf("looking for releases: %w", err)
	}
	var releases []Release
	for _, e := range entries {
		decode, ok := decoders[filepath.Ext(e.Name())]
		if !ok {
			return nil, fmt.Errorf("%s is in no format that releases are published in", e.Name())
		}
		content, err := os.ReadFile(filepath.Join(name, e.Name()))
		if err != nil {
			return nil, fmt.Errorf("reading a release: %w", err)
		}
		r, err := decode(content)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", e.Name(), err)
		}
		releases = append(releases, r)
	}
	return releases, once(releases)
}

// Served reads the releases that a server publishes, signed in with a token.
func Served(ctx context.Context, client *http.Client, site, token string) ([]Release, error) {
	content, err := get(ctx, client, site+"/v1/releases", token)
	if err != nil {
		return nil, err
	}
	var list struct {
		Releases []struct {
			Seq int `json:"seq"`
		} `json:"releases"`
	}
	if err := json.Unmarshal(content, &list); err != nil {
		return nil, fmt.Errorf("reading the list of releases: %w", err)
	}
	var releases []Release
	for _, head := range list.Releases {
		content, err := get(ctx, client, fmt.Sprintf("%s/v1/releases/%d", site, head.Seq), token)
		if err != nil {
			return nil, err
		}
		r, err := decodeJSON(content)
		if err != nil {
			return nil, err
		}
		releases = append(releases, r)
	}
	return releases, once(releases)
}

func get(ctx context.Context, client *http.Client, address, token string) (content []byte, err error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, fmt.Errorf("asking for releases: %w", err)
	}
	if token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	answer, err := client.Do(request)
	if err != nil {
		return nil, fmt.Errorf("asking for releases: %w", err)
	}
	defer func() { err = errors.Join(err, answer.Body.Close()) }()
	if content, err = io.ReadAll(answer.Body); err != nil {
		return nil, fmt.Errorf("reading what %s answered: %w", address, err)
	}
	if answer.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s answered %s: %s", address, answer.Status, strings.TrimSpace(string(content[:min(len(content), 300)])))
	}
	return content, nil
}

// once checks that no release is there twice: of two with one number, nothing follows.
func once(releases []Release) error {
	var seen []int
	for _, r := range releases {
		if slices.Contains(seen, r.Seq) {
			return fmt.Errorf("release %d is there twice", r.Seq)
		}
		seen = append(seen, r.Seq)
	}
	return nil
}
