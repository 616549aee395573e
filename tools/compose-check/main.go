// Prints the compose file as Compose itself understands it, as JSON: interpolated, anchors and short forms resolved,
// checked against Compose's schema. Exit code 1 and one sentence where Compose would refuse it.
//
//	compose-check FILE [PROFILE…]
//
// Variables come from the environment; no .env file is read.
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/compose-spec/compose-go/v2/cli"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) == 0 {
		return fmt.Errorf("usage: compose-check FILE [PROFILE…]")
	}
	options, err := cli.NewProjectOptions(args[:1], cli.WithOsEnv, cli.WithProfiles(args[1:]))
	if err != nil {
		return err
	}
	project, err := options.LoadProject(context.Background())
	if err != nil {
		return err
	}
	document, err := project.MarshalJSON()
	if err != nil {
		return err
	}
	_, err = os.Stdout.Write(append(document, '\n'))
	return err
}
