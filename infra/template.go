// Package infra reads template.yaml, the description of everything that runs on
// AWS, for those who need what it says without AWS: tests and programs that
// create the very tables of the template on a server of their own.
//
// A template for SAM is first made into plain CloudFormation by SAM's own
// translator, which scripts/tools/install puts into .tools.
package infra

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// Transform returns template.yaml of the project at root as plain CloudFormation
// in JSON. The translator takes some seconds, so what it made is kept in .tools
// for as long as neither the template nor the translator changes.
func Transform(ctx context.Context, root string) ([]byte, error) {
	digest := sha256.New()
	for _, name := range []string{"template.yaml", "scripts/tools/transform.py", "scripts/tools/requirements.txt"} {
		content, err := os.ReadFile(filepath.Join(root, name))
		if err != nil {
			return nil, fmt.Errorf("reading what the template is made of: %w", err)
		}
		sum := sha256.Sum256(content)
		digest.Write(sum[:])
	}
	kept := filepath.Join(root, ".tools", "template-"+hex.EncodeToString(digest.Sum(nil)[:8])+".json")
	if plain, err := os.ReadFile(kept); err == nil {
		return plain, nil
	}
	plain, err := translate(ctx, root)
	if err != nil {
		return nil, fmt.Errorf("transforming template.yaml: %w", err)
	}
	if err := keep(kept, plain); err != nil {
		return nil, fmt.Errorf("keeping the transformed template: %w", err)
	}
	return plain, nil
}

func translate(ctx context.Context, root string) ([]byte, error) {
	python := filepath.Join(root, ".tools", "venv", "bin", "python")
	if _, err := os.Stat(python); err != nil {
		return nil, fmt.Errorf("the translator is not installed, run scripts/tools/install: %w", err)
	}
	command := exec.CommandContext(ctx, python, filepath.Join("scripts", "tools", "transform.py"), "template.yaml") //nolint:gosec // what it runs is the project's own
	command.Dir = root
	var stderr bytes.Buffer
	command.Stderr = &stderr
	plain, err := command.Output()
	if err != nil {
		return nil, fmt.Errorf("%w: %s", err, bytes.TrimSpace(stderr.Bytes()))
	}
	return plain, nil
}

// keep writes a file whole or not at all: several programs may keep the same at once.
func keep(path string, content []byte) error {
	file, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	_, err = file.Write(content)
	if closed := file.Close(); err == nil {
		err = closed
	}
	if err == nil {
		err = os.Rename(file.Name(), path)
	}
	if err != nil {
		_ = os.Remove(file.Name()) // what matters is why it could not be kept
	}
	return err
}
