package generate

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/sessiondb/sessiondb/cmd/sqlc-gen-dialect/internal/lex"
	"github.com/sessiondb/sessiondb/cmd/sqlc-gen-dialect/internal/rt"
)

// habits are what the options of a dialect default to, by syntax.
type habits struct {
	placeholder        string
	maxParams, maxList int
}

var defaults = map[string]habits{
	"postgres": {"dollar", 65535, 0},
	"mysql":    {"question", 65535, 0},
	"sqlite":   {"question_number", 32766, 0},
	"mssql":    {"at", 2098, 0}, // 2100, less two that the driver's sp_executesql takes
	"oracle":   {"colon", 65535, 1000},
	"db2":      {"question", 32767, 0},
}

type placeholder struct {
	style rt.Style
	name  string // of the constant
}

var placeholders = map[string]placeholder{
	"question":        {rt.Question, "Question"},
	"question_number": {rt.QuestionNumber, "QuestionNumber"},
	"dollar":          {rt.Dollar, "Dollar"},
	"at":              {rt.At, "At"},
	"colon":           {rt.Colon, "Colon"},
}

func parseOptions(text []byte) (*Options, error) {
	var o Options
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&o); err != nil {
		return nil, fmt.Errorf("sqlc.yaml: options of the plugin: %w", err)
	}
	return &o, o.check()
}

var packageName = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)

func (o *Options) check() error {
	if !packageName.MatchString(o.Package) {
		return fmt.Errorf("sqlc.yaml: option package %q: must be a Go package name", o.Package)
	}
	if o.Import == "" {
		return fmt.Errorf("sqlc.yaml: option import is missing: name the import path of the package %s", o.Package)
	}
	contracts, seen := 0, map[string]bool{}
	for i := range o.Dialects {
		d := &o.Dialects[i]
		if err := d.complete(); err != nil {
			return err
		}
		if seen[d.Name] {
			return fmt.Errorf("sqlc.yaml: dialect %s is there twice: rename one", d.Name)
		}
		seen[d.Name] = true
		if d.Contract {
			contracts++
		}
	}
	if o.Existing != "" && len(o.Dialects) == contracts {
		return fmt.Errorf("sqlc.yaml: option existing: nothing is left to write: name a dialect beside the contract")
	}
	if contracts != 1 {
		return fmt.Errorf("sqlc.yaml: %d dialects have `contract: true`: exactly one must", contracts)
	}
	return nil
}

// complete fills in what the syntax decides.
func (d *DialectOptions) complete() error {
	if !packageName.MatchString(d.Name) {
		return fmt.Errorf("sqlc.yaml: dialect name %q: must be a Go package name", d.Name)
	}
	if d.Syntax == "" {
		d.Syntax = d.Name
	}
	if _, ok := lex.SyntaxOf(d.Syntax); !ok {
		return fmt.Errorf("sqlc.yaml: dialect %s: no syntax %s: set `syntax` to one of %s", d.Name, d.Syntax, strings.Join(lex.Names(), ", "))
	}
	h := defaults[d.Syntax]
	if d.Placeholder == "" {
		d.Placeholder = h.placeholder
	}
	if _, ok := placeholders[d.Placeholder]; !ok {
		return fmt.Errorf("sqlc.yaml: dialect %s: no placeholder %s: use one of %s", d.Name, d.Placeholder, strings.Join(placeholderNames(), ", "))
	}
	if d.MaxParams == 0 {
		d.MaxParams = h.maxParams
	}
	if d.MaxList == 0 {
		d.MaxList = h.maxList
	}
	if d.Queries == "" || len(d.Schema) == 0 {
		return fmt.Errorf("sqlc.yaml: dialect %s: options queries and schema are needed: name the folders", d.Name)
	}
	return nil
}

func placeholderNames() []string {
	var names []string
	for name := range placeholders {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
