// Command go-client does with HashiCorp's client library what its users do with it, on the TFE of TFE_ADDRESS and
// TFE_TOKEN, and prints as one JSON document what it saw. Whether that is right is judged by who started it.
//
//	go-client CHAPTER DIRECTORY
//
// CHAPTER is a key of chapters; DIRECTORY holds the Terraform configuration that is uploaded.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"time"

	"github.com/hashicorp/go-tfe"
)

// Everything in one chapter, its waiting included, ends within this.
const chapterWithin = 90 * time.Second

// A chapter returns what it saw, ready for JSON.
type chapter func(context.Context, *session) (any, error)

var chapters = map[string]chapter{
	"run":           runToItsOutputs,
	"lists":         lists,
	"workspace":     workspace,
	"locks":         locks,
	"variables":     variables,
	"notifications": notifications,
	"provider":      provider,
	"errors":        refusals,
}

func main() {
	if err := tell(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func tell(args []string) error {
	if len(args) != 2 || chapters[args[0]] == nil {
		return fmt.Errorf("usage: go-client CHAPTER DIRECTORY")
	}
	client, err := connect(os.Getenv("TFE_TOKEN"))
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), chapterWithin)
	defer cancel()
	seen, err := chapters[args[0]](ctx, &session{Client: client, directory: args[1], organization: "go-" + args[0]})
	if err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(seen)
}

func connect(token string) (*tfe.Client, error) {
	return tfe.NewClient(&tfe.Config{Address: os.Getenv("TFE_ADDRESS"), Token: token})
}
