package shape

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
)

// Type is a column type in one spelling for all databases.
type Type struct {
	Kind string // VARCHAR, BIGINT, BLOB
	Args string // 100, or 19,0, or 100 CHAR; empty when none is given
}

// String is the type as DDL writes it.
func (t Type) String() string {
	if t.Args == "" {
		return t.Kind
	}
	return t.Kind + "(" + t.Args + ")"
}

// class is what types have in common that can stand in for one another.
type class int

const (
	other  class = iota
	number       // whole numbers
	text
	padded // text filled up with blanks
	binary
	instant
)

var classes = map[string]class{
	"TINYINT": number, "SMALLINT": number, "MEDIUMINT": number, "INTEGER": number, "BIGINT": number, "NUMERIC": number,
	"VARCHAR": text, "NVARCHAR": text, "TEXT": text, "TINYTEXT": text, "MEDIUMTEXT": text, "LONGTEXT": text, "VARGRAPHIC": text,
	"CHAR": padded, "NCHAR": padded, "GRAPHIC": padded,
	"BYTEA": binary, "BLOB": binary, "TINYBLOB": binary, "MEDIUMBLOB": binary, "LONGBLOB": binary, "VARBINARY": binary, "RAW": binary, "IMAGE": binary,
	"TIMESTAMP": instant, "TIMESTAMP WITH TIME ZONE": instant, "TIMESTAMP WITH LOCAL TIME ZONE": instant,
	"DATETIME": instant, "DATETIME2": instant, "DATETIMEOFFSET": instant,
}

var synonyms = map[string]string{
	"INT": "INTEGER", "INT4": "INTEGER", "INT8": "BIGINT", "INT2": "SMALLINT", "SERIAL": "INTEGER", "BIGSERIAL": "BIGINT",
	"NUMBER": "NUMERIC", "DECIMAL": "NUMERIC", "DEC": "NUMERIC",
	"CHARACTER VARYING": "VARCHAR", "CHAR VARYING": "VARCHAR", "VARCHAR2": "VARCHAR", "NVARCHAR2": "NVARCHAR",
	"CHARACTER": "CHAR", "BPCHAR": "CHAR", "BINARY LARGE OBJECT": "BLOB", "VARCHAR FOR BIT DATA": "VARBINARY",
	"TIMESTAMP WITHOUT TIME ZONE": "TIMESTAMP", "TIMESTAMPTZ": "TIMESTAMP WITH TIME ZONE",
}

// digits are what the whole numbers hold on every database; see Catalog.sizes
// for what differs.
var digits = map[string]int64{"TINYINT": 3, "SMALLINT": 5, "MEDIUMINT": 7, "INTEGER": 10, "BIGINT": 19, "CHAR": 1, "NCHAR": 1}

var (
	arguments = regexp.MustCompile(`\(([^)]*)\)`)
	length    = regexp.MustCompile(`^(\d+)([KMG]?)`)
)

// ParseType understands a type as DDL or a catalog spells it.
func ParseType(spelled string) Type {
	spelled = strings.ToUpper(spelled)
	args := ""
	if found := arguments.FindStringSubmatch(spelled); found != nil {
		args = strings.ReplaceAll(strings.TrimSpace(found[1]), ", ", ",")
		spelled = strings.Replace(spelled, found[0], " ", 1)
	}
	t := Type{Kind: strings.Join(strings.Fields(spelled), " "), Args: args}
	if same, known := synonyms[t.Kind]; known {
		t.Kind = same
	}
	if t.class() == number && t.Kind != "NUMERIC" || strings.HasSuffix(t.Kind, " UNSIGNED") || args == "MAX" {
		t.Args = "" // MySQL's display width says nothing of the values
	}
	t.Args = strings.TrimSuffix(t.Args, ",0")
	return t
}

// class of a number that keeps a fraction is none: it is no whole number.
func (t Type) class() class {
	if t.Kind == "NUMERIC" && strings.Contains(t.Args, ",") {
		return other
	}
	return classes[t.Kind]
}

// size is what the type holds: bytes, characters or digits.
func (t Type) size(sizes map[string]int64) int64 {
	if found := length.FindStringSubmatch(t.Args); found != nil {
		n, err := strconv.ParseInt(found[1], 10, 64)
		if err == nil {
			return n << map[string]int{"": 0, "K": 10, "M": 20, "G": 30}[found[2]]
		}
	}
	if n, known := sizes[t.Kind]; known {
		return n
	}
	if n, known := digits[t.Kind]; known {
		return n
	}
	return math.MaxInt64
}

// differs says how a live type differs from the wanted one, and whether it can
// stand in for it. It says nothing when they are the same.
func (t Type) differs(want Type, sizes map[string]int64) (what string, fits bool) {
	have, need := t.size(sizes), want.size(sizes)
	if t.class() == number && want.class() == number {
		need = min(need, 19) // sessiondb writes 64 bits; Oracle's INTEGER holds more
	}
	switch {
	case t == want || t.Kind == want.Kind && t.class() == want.class() && have == want.size(sizes) && t.unit() == want.unit():
		return "", true
	case t.class() == other || !stands(t.class(), want.class()):
		return fmt.Sprintf("is %s, another kind of type than %s", t, want), false
	case have < need:
		return fmt.Sprintf("is %s, narrower than %s", t, want), false
	case t.Kind == want.Kind || have > want.size(sizes):
		return fmt.Sprintf("is %s, wider than %s", t, want), true
	}
	return fmt.Sprintf("is %s instead of %s", t, want), true
}

// unit is what a length counts, where that is said: Oracle's 100 CHAR.
func (t Type) unit() string {
	_, unit, _ := strings.Cut(t.Args, " ")
	return strings.TrimSuffix(unit, "BYTE")
}

// stands reports whether values of the wanted class come back as they went in.
// Padded text in place of other text would come back longer.
func stands(have, want class) bool { return have == want || have == text && want == padded }
