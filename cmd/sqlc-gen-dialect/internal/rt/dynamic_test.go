package rt

import (
	"database/sql"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
)

func build(t *testing.T, style Style, cfg *Config, template string, params ...string) *Dynamic {
	t.Helper()
	b, err := NewBuilder(Dialect{Name: "test", Style: style, Tables: []string{"BOOK"}}, cfg)
	if err != nil {
		t.Fatal(err)
	}
	return b.Dynamic(template, params...)
}

// statements writes all statements of a query, a line each: text, then arguments.
func statements(d *Dynamic, values ...any) string {
	var lines []string
	for text, args := range d.Split(values...) {
		lines = append(lines, fmt.Sprintf("%s %v", text, args))
	}
	return strings.Join(lines, "\n")
}

func TestPlaceholders(t *testing.T) {
	const template = "{{arg a}} {{list l}} {{arg b}} {{each l}}f({{arg l}}, {{arg a}}){{end}} {{list l}} {{brace}}"
	tests := map[Style]string{
		Question:       "? ?, ? ? f(?, ?), f(?, ?) ?, ? { [1 x y 2 x 1 y 1 x y]",
		Colon:          ":1 :2, :3 :4 f(:5, :6), f(:7, :8) :9, :10 { [1 x y 2 x 1 y 1 x y]",
		Dollar:         "$1 $2, $3 $4 f($2, $1), f($3, $1) $2, $3 { [1 x y 2]",
		At:             "@p1 @p2, @p3 @p4 f(@p2, @p1), f(@p3, @p1) @p2, @p3 { [1 x y 2]",
		QuestionNumber: "?1 ?2, ?3 ?4 f(?2, ?1), f(?3, ?1) ?2, ?3 { [1 x y 2]",
	}
	for style, want := range tests {
		d := build(t, style, nil, template, "a", "l", "b")
		if got := statements(d, 1, List([]string{"x", "y"}), 2); got != want {
			t.Errorf("style %d:\n got %s\nwant %s", style, got, want)
		}
	}
}

func TestWhen(t *testing.T) {
	d := build(t, Dollar, nil, "S{{when a}} A{{arg a}}{{arg c}}{{end}}{{when b}} B{{arg b}}{{end}} {{arg d}}", "a", "b", "c", "d")
	null := sql.NullString{}
	given := sql.NullString{String: "g", Valid: true}
	tests := []struct {
		a, b any
		want string
	}{
		{null, null, "S $1 [4]"},
		{given, null, "S A$1$2 $3 [{g true} 3 4]"},
		{null, []byte(nil), "S $1 [4]"},
		{null, []byte{}, "S B$1 $2 [[] 4]"},
		{nil, 0, "S B$1 $2 [0 4]"},
	}
	for _, test := range tests {
		text, args := d.Build(test.a, test.b, 3, 4)
		if got := fmt.Sprint(text, " ", args); got != test.want {
			t.Errorf("%v %v: got %s, want %s", test.a, test.b, got, test.want)
		}
	}
}

func TestPadding(t *testing.T) {
	d := build(t, Question, nil, "{{list l}}", "l")
	for n, want := range map[int]int{1: 1, 2: 2, 3: 4, 4: 4, 5: 8, 9: 16} {
		list := make([]int, n)
		for i := range list {
			list[i] = i
		}
		for text, args := range d.Split(List(list)) {
			if len(args) != want || strings.Count(text, "?") != want || args[want-1] != n-1 {
				t.Errorf("%d elements: sent as %s %v", n, text, args)
			}
		}
	}
}

func TestSplit(t *testing.T) {
	list := List([]int{1, 2, 3, 4, 5, 1, 6, 7})
	tests := []struct {
		style    Style
		cfg      Config
		template string
		want     string
	}{
		{Question, Config{MaxList: 3}, "{{arg a}} {{list l}}", "? ?, ?, ? [9 1 2 3]\n? ?, ?, ? [9 4 5 6]\n? ? [9 7]"},
		{Question, Config{MaxParams: 5}, "{{arg a}} {{list l}}", "? ?, ?, ?, ? [9 1 2 3 4]\n? ?, ?, ?, ? [9 5 6 7 7]"},
		{Question, Config{MaxParams: 7}, "{{arg a}} {{list l}} {{list l}}", "? ?, ?, ? ?, ?, ? [9 1 2 3 1 2 3]\n? ?, ?, ? ?, ?, ? [9 4 5 6 4 5 6]\n? ? ? [9 7 7]"},
		{Dollar, Config{MaxParams: 7}, "{{arg a}} {{list l}} {{list l}}", "$1 $2, $3, $4, $5, $6, $7 $2, $3, $4, $5, $6, $7 [9 1 2 3 4 5 6]\n$1 $2 $2 [9 7]"},
		{Question, Config{MaxParams: 9, MaxList: 4}, "{{each l}}{{arg l}}{{arg a}}{{end}}", "??, ??, ??, ?? [1 9 2 9 3 9 4 9]\n??, ??, ??, ?? [5 9 6 9 7 9 7 9]"},
		{Question, Config{MaxParams: 1}, "{{arg a}} {{list l}}", "? ? [9 1]\n? ? [9 2]\n? ? [9 3]\n? ? [9 4]\n? ? [9 5]\n? ? [9 6]\n? ? [9 7]"},
		{Question, Config{MaxList: 8}, "{{arg a}} {{list l}}", "? ?, ?, ?, ?, ?, ?, ?, ? [9 1 2 3 4 5 1 6 7]"},
	}
	for _, test := range tests {
		d := build(t, test.style, &test.cfg, test.template, "a", "l")
		if got := statements(d, 9, list); got != test.want {
			t.Errorf("%+v:\n got %s\nwant %s", test.cfg, got, test.want)
		}
	}
}

func TestListInsideOfWhen(t *testing.T) {
	d := build(t, Question, nil, "S{{when a}} {{list l}}{{end}}", "a", "l")
	if got := statements(d, nil, List[int](nil)); got != "S []" {
		t.Errorf("empty list that is not used: %q", got)
	}
	if got := statements(d, 1, List[int](nil)); got != "" {
		t.Errorf("empty list: %q", got)
	}
	if got := statements(d, 1, List([]int{5})); got != "S ? [5]" {
		t.Errorf("list: %q", got)
	}
}

func TestArray(t *testing.T) {
	d := build(t, Dollar, &Config{MaxList: 1, Bind: func(v any) any { return v }}, "S {{array l}}{{when a}} {{arg a}}{{end}}", "a", "l")
	if got := statements(d, nil, Array([]string{"x", "y"})); got != "S $1 [[x y]]" {
		t.Errorf("array: %q", got)
	}
	if got := statements(d, nil, Array[string](nil)); got != "" {
		t.Errorf("empty array: %q", got)
	}
}

func TestDistinctBytes(t *testing.T) {
	d := build(t, Question, &Config{MaxList: 2}, "{{list l}}", "l")
	if got := statements(d, List([][]byte{{1}, {1}, {2}})); got != "?, ? [[1] [2]]" {
		t.Errorf("got %q", got)
	}
}

func TestBreakOfTheLoop(t *testing.T) {
	d := build(t, Question, &Config{MaxList: 1}, "{{list l}}", "l")
	values := []any{List([]int{1, 2, 3})}
	for range d.Split(values...) {
		break
	}
	if got := statements(d, values...); got != "? [1]\n? [2]\n? [3]" {
		t.Errorf("values were changed: %q", got)
	}
}

func TestVariants(t *testing.T) {
	d := build(t, Dollar, nil, "S {{list l}}{{when a}} A{{arg a}}{{end}}{{when b}} B{{arg b}}{{end}}", "a", "b", "l")
	want := []string{"S $1 A$2 B$3", "S $1 B$2", "S $1 A$2", "S $1", "S $1, $2 A$3 B$4"}
	if got := d.Variants(); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestVariantsOfManyParts(t *testing.T) {
	var template strings.Builder
	params := []string{"a", "b", "c", "d", "e"}
	for _, p := range params {
		template.WriteString("{{when " + p + "}} " + p + "{{end}}")
	}
	want := []string{" a b c d e", " b c d e", " a c d e", " a b d e", " a b c e", " a b c d", ""}
	if got := build(t, Dollar, nil, template.String(), params...).Variants(); !reflect.DeepEqual(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
