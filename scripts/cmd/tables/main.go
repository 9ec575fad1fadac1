// Command tables creates the tables of template.yaml on a server that speaks
// DynamoDB's protocol, and prints their names, one a line. On AWS itself the
// deployment creates them.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"

	"learningforlife/infra"
	"learningforlife/scripts/internal/program"
	"learningforlife/scripts/internal/storage"
)

func main() { program.Main("tables", run) }

func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	flags := flag.NewFlagSet("tables", flag.ContinueOnError)
	flags.SetOutput(stderr)
	endpoint := flags.String("endpoint", "", "`address` of the server, such as http://127.0.0.1:8000")
	prefix := flags.String("prefix", infra.LocalPrefix, "what the names of the tables begin with")
	root := flags.String("root", ".", "`directory` of the project")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if *endpoint == "" {
		return errors.New("-endpoint is empty")
	}
	if flags.NArg() > 0 {
		return fmt.Errorf("there is more than flags: %q", flags.Args())
	}
	template, err := infra.Transform(ctx, *root)
	if err != nil {
		return err
	}
	tables, err := infra.Tables(template, *prefix)
	if err != nil {
		return err
	}
	if err := infra.Create(ctx, storage.Client(*endpoint), tables); err != nil {
		return err
	}
	for _, table := range tables {
		fmt.Fprintln(stdout, *table.TableName)
	}
	return nil
}
