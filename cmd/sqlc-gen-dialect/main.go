package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"

	"github.com/sessiondb/sessiondb/cmd/sqlc-gen-dialect/internal/generate"
)

func main() {
	if err := run(os.Args[1:], os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(args []string, in io.Reader, out io.Writer) error {
	if len(args) > 0 && args[0] == "stamp" {
		return stamp(args[1:], out)
	}
	input, err := io.ReadAll(in)
	if err != nil {
		return err
	}
	files, err := generate.Run(input)
	if err != nil {
		return err
	}
	return json.NewEncoder(out).Encode(map[string]any{"files": files})
}

func stamp(folders []string, out io.Writer) error {
	if len(folders) == 0 {
		return fmt.Errorf("usage: sqlc-gen-dialect stamp FOLDER...")
	}
	hash, err := generate.Stamp(folders...)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(out, hash)
	return err
}
