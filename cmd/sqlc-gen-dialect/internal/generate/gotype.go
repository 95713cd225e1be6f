package generate

import (
	"strings"
)

// goType is how a type of the contract looks in Go.
type goType struct {
	plain    string
	nullable string
	instant  bool // goes to the driver in UTC
}

func (t goType) name(nullable bool) string {
	if nullable {
		return t.nullable
	}
	return t.plain
}

var (
	goInt64  = goType{plain: "int64", nullable: "sql.NullInt64"}
	goInt32  = goType{plain: "int32", nullable: "sql.NullInt32"}
	goInt16  = goType{plain: "int16", nullable: "sql.NullInt16"}
	goFloat  = goType{plain: "float64", nullable: "sql.NullFloat64"}
	goString = goType{plain: "string", nullable: "sql.NullString"}
	goBytes  = goType{plain: "[]byte", nullable: "[]byte"} // nil is NULL
	goTime   = goType{plain: "time.Time", nullable: "sql.NullTime", instant: true}
	goDate   = goType{plain: "time.Time", nullable: "sql.NullTime"} // a day: in UTC it could be another one
)

var goTypes = map[string]goType{
	"int8": goInt64, "bigint": goInt64, "bigserial": goInt64, "serial8": goInt64,
	"int4": goInt32, "int": goInt32, "integer": goInt32, "serial": goInt32, "serial4": goInt32,
	"int2": goInt16, "smallint": goInt16, "smallserial": goInt16, "serial2": goInt16,
	"float8": goFloat, "double precision": goFloat, "float4": goFloat, "real": goFloat, "float": goFloat,
	"text": goString, "varchar": goString, "character varying": goString, "char": goString, "bpchar": goString,
	"character": goString, "numeric": goString, "decimal": goString,
	"bytea":     goBytes,
	"timestamp": goTime, "timestamptz": goTime, "date": goDate,
	"timestamp without time zone": goTime, "timestamp with time zone": goTime,
}

// typeName is a type's name in one spelling: sqlc says varchar, pg_catalog.varchar and schema pg_catalog, name varchar.
func typeName(t analysedName) string {
	return strings.TrimPrefix(strings.ToLower(t.Name), "pg_catalog.")
}

// goName makes an exported Go name: session_id is SessionID.
func goName(name string) string {
	var b strings.Builder
	for _, word := range strings.FieldsFunc(name, func(r rune) bool { return r == '_' || r == '$' }) {
		switch strings.ToLower(word) {
		case "id":
			b.WriteString("ID")
			continue
		case "ids":
			b.WriteString("IDs")
			continue
		}
		if word == strings.ToUpper(word) {
			word = strings.ToLower(word)
		}
		b.WriteString(strings.ToUpper(word[:1]) + word[1:])
	}
	if s := b.String(); s != "" && (s[0] < '0' || s[0] > '9') {
		return s
	}
	return "X" + b.String()
}

// taken are words that a parameter of a method cannot have.
var taken = map[string]bool{
	"break": true, "case": true, "chan": true, "const": true, "continue": true, "default": true, "defer": true, "else": true,
	"fallthrough": true, "for": true, "func": true, "go": true, "goto": true, "if": true, "import": true, "interface": true,
	"map": true, "package": true, "range": true, "return": true, "select": true, "struct": true, "switch": true, "type": true, "var": true,
	"ctx": true, "q": true, "rows": true, "row": true, "err": true, "items": true, "item": true, "text": true, "args": true,
	"total": true, "result": true, "n": true, "context": true, "sql": true, "time": true, "nil": true, "len": true, "append": true,
	"string": true, "byte": true, "int64": true, "int32": true, "int16": true, "float64": true, "error": true, "any": true,
}

// goVariable makes a Go name for a variable: session_id is sessionID.
func goVariable(name, shared string) string {
	exported := goName(name)
	n := 0
	for n < len(exported) && exported[n] >= 'A' && exported[n] <= 'Z' {
		n++
	}
	if n > 1 && n < len(exported) {
		n-- // IDList is idList
	}
	v := strings.ToLower(exported[:n]) + exported[n:]
	if taken[v] || v == shared {
		return v + "_"
	}
	return v
}
