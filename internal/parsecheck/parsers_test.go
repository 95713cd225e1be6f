package parsecheck

import (
	"bufio"
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
)

// parser is a program that reads statements from its standard input; ask_sqlfluff.py
// and AskJSqlParser.java say how.
type parser struct {
	name     string
	variable string // names what the parser needs; tools/parsers.sh prints it
	command  func(value string) []string
	prepare  func(statement) string
}

var parsers = []parser{
	{"sqlfluff", "SESSIONDB_TEST_SQLFLUFF", python, forSqlfluff},
	{"JSqlParser", "SESSIONDB_TEST_JSQLPARSER", java, forJSqlParser},
}

func python(program string) []string { return []string{program, "ask_sqlfluff.py"} }

// java saves a compiler that is worth nothing in so short a run.
func java(jar string) []string {
	return []string{"java", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp", jar, "AskJSqlParser.java"}
}

// requireVariable set to anything makes a missing parser a failure; CI does.
const requireVariable = "SESSIONDB_TEST_REQUIRE_PARSERS"

// there skips the test when the parser is not on this machine.
func (p parser) there(t *testing.T) {
	t.Helper()
	if os.Getenv(p.variable) != "" {
		return
	}
	message := fmt.Sprintf("%s is not there: %s is empty; eval \"$(tools/parsers.sh)\" fetches it and sets it", p.name, p.variable)
	if os.Getenv(requireVariable) != "" {
		t.Fatal(message)
	}
	t.Skip(message)
}

// text is what one question is about.
type text struct{ database, sql string }

// ask has a process of the parser for each processor read its share of the texts,
// and returns what it has against each: nothing when it takes it.
func (p parser) ask(ctx context.Context, texts []text) (map[text]string, error) {
	type result struct {
		answers map[text]string
		err     error
	}
	results, shares := make(chan result), 0
	for share := range slices.Chunk(texts, len(texts)/runtime.NumCPU()+1) {
		shares++
		go func() {
			answers, err := p.askOne(ctx, share)
			results <- result{answers, err}
		}()
	}
	all := map[text]string{}
	var err error
	for range shares {
		r := <-results
		maps.Copy(all, r.answers)
		err = errors.Join(err, r.err)
	}
	return all, err
}

func (p parser) askOne(ctx context.Context, texts []text) (map[text]string, error) {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Minute)
	defer cancel()
	command := p.command(os.Getenv(p.variable))
	cmd := exec.CommandContext(ctx, command[0], command[1:]...)
	var in, out, failed bytes.Buffer
	for _, t := range texts {
		fmt.Fprintf(&in, "%s\t%s\n", t.database, base64.StdEncoding.EncodeToString([]byte(t.sql)))
	}
	cmd.Stdin, cmd.Stdout, cmd.Stderr = &in, &out, &failed
	if err := cmd.Run(); err != nil {
		return nil, fmt.Errorf("%s: %w\n%s", p.name, err, failed.String())
	}
	return p.answers(texts, &out)
}

func (p parser) answers(texts []text, out *bytes.Buffer) (map[text]string, error) {
	answers := map[text]string{}
	lines := bufio.NewScanner(out)
	lines.Buffer(nil, 1<<20)
	for _, t := range texts {
		if !lines.Scan() {
			return nil, fmt.Errorf("%s answered %d of %d questions", p.name, len(answers), len(texts))
		}
		answer, err := base64.StdEncoding.DecodeString(lines.Text())
		if err != nil {
			return nil, fmt.Errorf("%s: %q: %w", p.name, lines.Text(), err)
		}
		first, _, _ := strings.Cut(strings.TrimSpace(string(answer)), "\n")
		answers[t] = first
	}
	return answers, lines.Err()
}
