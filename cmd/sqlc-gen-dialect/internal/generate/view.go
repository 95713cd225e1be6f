package generate

import (
	"slices"
	"strconv"
	"strings"

	"github.com/sessiondb/sessiondb/cmd/sqlc-gen-dialect/internal/query"
)

// view is a method as the templates see it; rendered is empty in the shared package.
type view struct {
	*method
	rendered
	dialect *dialect
	query   *query.Query
	Shared  string // name of the shared package
}

// ParamsStruct is the name of the struct of parameters: there is one for two parameters and more.
func (v view) ParamsStruct() string {
	if len(v.Params) < 2 {
		return ""
	}
	return v.Name + "Params"
}

// RowStruct is the name of the struct of a row: there is one for two columns and more.
func (v view) RowStruct() string {
	if len(v.Columns) < 2 {
		return ""
	}
	return v.Name + "Row"
}

// qualified puts the shared package before a name.
func qualified(shared, name string) string {
	if shared == "" {
		return name
	}
	return shared + "." + name
}

// Item is the type of a row.
func (v view) Item(shared string) string {
	switch len(v.Columns) {
	case 0:
		return ""
	case 1:
		return v.Columns[0].GoType()
	}
	return qualified(shared, v.RowStruct())
}

// argument is the name and type of the method's argument.
func (v view) argument(shared string) (name, kind string) {
	switch len(v.Params) {
	case 0:
		return "", ""
	case 1:
		return goVariable(v.Params[0].Name, v.Shared), v.Params[0].GoType()
	}
	return "arg", qualified(shared, v.ParamsStruct())
}

// Signature is the list of the method's arguments.
func (v view) Signature(shared string) string {
	if name, kind := v.argument(shared); name != "" {
		return "ctx context.Context, " + name + " " + kind
	}
	return "ctx context.Context"
}

// Unnamed is the list of the argument types.
func (v view) Unnamed() string {
	if _, kind := v.argument(""); kind != "" {
		return "context.Context, " + kind
	}
	return "context.Context"
}

// Returns is the type of the result beside the error, if there is one.
func (v view) Returns(shared string) string {
	switch v.Cmd {
	case ":one":
		return v.Item(shared)
	case ":many":
		return "[]" + v.Item(shared)
	case ":execrows":
		return "int64"
	}
	return ""
}

// Results is the list of results.
func (v view) Results(shared string) string {
	if r := v.Returns(shared); r != "" {
		return "(" + r + ", error)"
	}
	return "error"
}

// NamedResults is the same with a name for the first.
func (v view) NamedResults() string {
	if r := v.Returns(""); r != "" {
		return "(result " + r + ", err error)"
	}
	return "error"
}

// DocLines is the comment of the method.
func (v view) DocLines() []string {
	doc := v.Doc
	if v.query != nil && len(v.query.Doc) > 0 {
		doc = v.query.Doc
	}
	var lines []string
	for i, line := range doc {
		if i == 0 && !strings.HasPrefix(line, v.Name+" ") {
			line = v.Name + ": " + line
		}
		lines = append(lines, strings.TrimRight(" "+line, " "))
	}
	if len(lines) == 0 {
		lines = []string{" " + v.Name + " runs the query of that name in " + v.File + ".sql."}
	}
	return append(lines, v.listDoc()...)
}

func (v view) listDoc() []string {
	list := v.list()
	if list == nil {
		return nil
	}
	return []string{
		"", " Without elements in " + list.Name + " nothing is sent. A list longer than the database can take is sent in several",
		" statements, one after the other: order and limits then hold within each of them.",
	}
}

// value is the Go expression of a parameter.
func (v view) value(p *param) string {
	if len(v.Params) == 1 {
		name, _ := v.argument("")
		return name
	}
	return "arg." + p.Field
}

// sent is the Go expression of what a parameter is bound with.
func (v view) sent(p *param) string {
	value := v.value(p)
	if p.Type.instant {
		value = v.Shared + ".UTC(" + value + ")"
	}
	switch {
	case !p.List:
		return value
	case v.Dynamic && v.dialect.array(p, v.query):
		return v.Shared + ".Array(" + value + ")"
	case v.Dynamic:
		return v.Shared + ".List(" + value + ")"
	}
	return value
}

// sendsInstants tells whether a parameter is a timestamp.
func (v view) sendsInstants() bool {
	return slices.ContainsFunc(v.Params, func(p param) bool { return p.Type.instant })
}

// Values lists the expressions of all parameters, for a dynamic query.
func (v view) Values() string {
	var values []string
	for i := range v.Params {
		values = append(values, v.sent(&v.Params[i]))
	}
	return strings.Join(values, ", ")
}

// Call lists the arguments of the database call.
func (v view) Call() string {
	if v.Dynamic {
		return "ctx, text, args..."
	}
	call := "ctx, q.text." + v.Name
	if len(v.Args) == 0 {
		return call
	}
	var args []string
	for _, name := range v.Args {
		args = append(args, v.sent(v.param(name)))
	}
	return call + ", q.args(" + strings.Join(args, ", ") + ")..."
}

// Scan lists the destinations of a row.
func (v view) Scan() string {
	if len(v.Columns) == 1 {
		return "&item"
	}
	var fields []string
	for _, c := range v.Columns {
		fields = append(fields, "&item."+c.Field)
	}
	return strings.Join(fields, ", ")
}

// Loops tells whether the query may be sent in several statements, or in none.
func (v view) Loops() bool { return v.Dynamic && v.list() != nil }

// Guard is the condition under which a static query is not sent.
func (v view) Guard() string {
	if list := v.list(); list != nil && !v.Dynamic {
		return "len(" + v.value(list) + ") == 0"
	}
	return ""
}

// Zero is what the method returns when nothing is sent.
func (v view) Zero() string {
	switch v.Cmd {
	case ":many":
		return "nil, nil"
	case ":execrows":
		return "0, nil"
	}
	return "nil"
}

// Const is the name of the constant with the text.
func (v view) Const() string { return "sql" + v.Name }

// Literal is the text as Go source.
func (v view) Literal() string {
	if !strings.ContainsAny(v.Template, "`\r\ufeff") {
		return "`" + v.Template + "`"
	}
	var lines []string
	for line := range strings.Lines(v.Template) {
		lines = append(lines, strconv.Quote(line))
	}
	return strings.Join(lines, " +\n\t")
}
