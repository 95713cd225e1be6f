// Package generate turns sqlc's analysis of the contract and the query files of all dialects into Go files. It is for
// the plugin's own use.
package generate

import (
	"encoding/json"
	"fmt"
	"os"
)

// request is the part of sqlc's request that the plugin reads (plugin.GenerateRequest as JSON).
type request struct {
	Options []byte          `json:"plugin_options"`
	Queries []analysedQuery `json:"queries"`
}

type analysedQuery struct {
	Name    string           `json:"name"`
	Cmd     string           `json:"cmd"`
	File    string           `json:"filename"`
	Columns []analysedColumn `json:"columns"`
	Params  []analysedParam  `json:"params"`
}

type analysedParam struct {
	Number int            `json:"number"`
	Column analysedColumn `json:"column"`
}

type analysedColumn struct {
	Name         string        `json:"name"`
	OriginalName string        `json:"original_name"`
	NotNull      bool          `json:"not_null"`
	IsArray      bool          `json:"is_array"`
	IsSlice      bool          `json:"is_sqlc_slice"`
	IsNamed      bool          `json:"is_named_param"`
	Table        *analysedName `json:"table"`
	Type         analysedName  `json:"type"`
}

type analysedName struct {
	Schema string `json:"schema"`
	Name   string `json:"name"`
}

// Options are the plugin's options in sqlc.yaml.
type Options struct {
	Package  string           `json:"package"`
	Import   string           `json:"import"`
	Stamp    string           `json:"stamp"`
	Existing string           `json:"existing"`
	Dialects []DialectOptions `json:"dialects"`
}

// DialectOptions describe a dialect.
type DialectOptions struct {
	Name        string   `json:"name"`
	Contract    bool     `json:"contract"`
	Placeholder string   `json:"placeholder"`
	Syntax      string   `json:"syntax"`
	Analysis    string   `json:"analysis"`
	Queries     string   `json:"queries"`
	Schema      []string `json:"schema"`
	MaxParams   int      `json:"max_params"`
	MaxList     int      `json:"max_list"`
}

// readAnalysis reads what sqlc wrote with `gen: json`.
func readAnalysis(file string) (map[string]analysedQuery, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("%s: analysis is missing: run `make generate`, which has sqlc write it first", file)
	}
	var r request
	if err := json.Unmarshal(text, &r); err != nil {
		return nil, fmt.Errorf("%s: not an analysis by sqlc (%w): run `make generate`", file, err)
	}
	return byName(r.Queries), nil
}

func byName(queries []analysedQuery) map[string]analysedQuery {
	m := make(map[string]analysedQuery, len(queries))
	for _, q := range queries {
		m[q.Name] = q
	}
	return m
}
