package parsecheck

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
)

// verdict is what one parser says of one statement: nothing when it takes it and
// refuses each damaged form of it.
type verdict map[statement]string

func TestEveryStatementParses(t *testing.T) {
	for _, p := range parsers {
		p.there(t)
	}
	all, verdicts := judge(t)
	excepted := exceptions(t)
	for _, s := range all {
		var against []string
		for i, p := range parsers {
			if why := verdicts[i][s]; why != "" {
				against = append(against, p.name+" "+why)
			}
		}
		unread := len(against) == len(parsers)
		switch {
		case unread && excepted[s.String()] == "":
			t.Errorf("%s: no parser reads it: %s\n%s", s, strings.Join(against, "; "), s.text)
		case !unread && excepted[s.String()] != "":
			t.Errorf("%s: is read now: take it off the exceptions", s)
		}
		delete(excepted, s.String())
	}
	for name := range excepted {
		t.Errorf("exception %q: there is no such statement", name)
	}
}

// judge has each parser read everything, all at the same time.
func judge(t *testing.T) ([]statement, []verdict) {
	t.Helper()
	var all []statement
	for _, database := range databases {
		all = append(all, statements(t, database)...)
	}
	type result struct {
		index   int
		verdict verdict
		err     error
	}
	results := make(chan result)
	for i, p := range parsers {
		go func() {
			v, err := p.judge(t, all)
			results <- result{i, v, err}
		}()
	}
	verdicts := make([]verdict, len(parsers))
	for range parsers {
		r := <-results
		if r.err != nil {
			t.Error(r.err)
		}
		verdicts[r.index] = r.verdict
	}
	if t.Failed() {
		t.FailNow()
	}
	report(t, all, verdicts)
	return all, verdicts
}

// judge reads damaged forms of those statements only that the parser takes.
func (p parser) judge(t *testing.T, all []statement) (verdict, error) {
	var whole []text
	for _, s := range all {
		whole = append(whole, text{s.database, p.prepare(s)})
	}
	answers, err := p.ask(t.Context(), whole)
	if err != nil {
		return nil, err
	}
	var broken []text
	for _, w := range whole {
		if answers[w] == "" {
			for _, d := range damages(w.sql) {
				broken = append(broken, text{w.database, d})
			}
		}
	}
	damaged, err := p.ask(t.Context(), broken)
	if err != nil {
		return nil, err
	}
	v := verdict{}
	for i, s := range all {
		v[s] = opinion(whole[i], answers, damaged)
	}
	return v, nil
}

func opinion(w text, answers, damaged map[text]string) string {
	if why := answers[w]; why != "" {
		return "refuses it: " + why
	}
	forms := damages(w.sql)
	if len(forms) == 0 {
		return "takes it, and no keyword of it can be damaged"
	}
	for _, d := range forms {
		if damaged[text{w.database, d}] == "" {
			return fmt.Sprintf("takes it damaged too: %.200s", d)
		}
	}
	return ""
}

// report tells how much each parser read, for the documents.
func report(t *testing.T, all []statement, verdicts []verdict) {
	t.Helper()
	for _, database := range databases {
		line := database + ":"
		for i, p := range parsers {
			read, total := 0, 0
			for _, s := range all {
				if s.database == database {
					total++
					if verdicts[i][s] == "" {
						read++
					}
				}
			}
			line += fmt.Sprintf(" %s reads %d of %d statements", p.name, read, total)
		}
		t.Log(line)
	}
	if os.Getenv("SESSIONDB_TEST_PARSERS_VERBOSE") != "" {
		for _, s := range all {
			for i, p := range parsers {
				t.Logf("%s: %s: %s", s, p.name, verdicts[i][s])
			}
		}
	}
}

// exceptions are read from a file of lines "database name: reason".
func exceptions(t *testing.T) map[string]string {
	t.Helper()
	content, err := os.ReadFile("testdata/exceptions.txt")
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]string{}
	for line := range strings.Lines(string(content)) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		name, reason, _ := strings.Cut(line, ": ")
		if reason == "" || !slices.Contains(databases, strings.Fields(name)[0]) {
			t.Fatalf("exceptions.txt: %q: want DATABASE NAME: REASON", line)
		}
		all[name] = reason
	}
	return all
}
