// Package schema reads the tables, columns and sequences of a dialect out of its DDL. It is for the plugin's own use,
// which needs no more than names, types and nullability, and is no SQL parser.
package schema

import (
	"fmt"
	"strconv"
	"strings"
)

// Family is what kinds of type have in common on all databases.
type Family string

// The families. Unknown types agree with every other.
const (
	Unknown Family = ""
	Integer Family = "integer"
	Decimal Family = "decimal"
	Float   Family = "float"
	Text    Family = "string"
	Binary  Family = "binary"
	Time    Family = "time"
	Bool    Family = "boolean"
)

// Type is a column type.
type Type struct {
	Name   string // as written
	Family Family
	Width  int // declared length of a string, 0 when there is none
	Bits   int // of an integer, 0 when it is not known
}

func (t Type) String() string { return t.Name }

var integerBits = map[string]int{
	"TINYINT": 8, "SMALLINT": 16, "INT2": 16, "SMALLSERIAL": 16, "MEDIUMINT": 24,
	"INTEGER": 32, "INT": 32, "INT4": 32, "SERIAL": 32, "SIGNED": 64,
	"BIGINT": 64, "INT8": 64, "BIGSERIAL": 64,
}

var families = map[string]Family{
	"NUMERIC": Decimal, "DECIMAL": Decimal, "DEC": Decimal, "MONEY": Decimal,
	"REAL": Float, "FLOAT": Float, "DOUBLE": Float, "FLOAT4": Float, "FLOAT8": Float, "BINARY_DOUBLE": Float, "BINARY_FLOAT": Float,
	"VARCHAR": Text, "VARCHAR2": Text, "NVARCHAR": Text, "NVARCHAR2": Text, "CHAR": Text, "NCHAR": Text, "BPCHAR": Text,
	"CHARACTER": Text, "TEXT": Text, "TINYTEXT": Text, "MEDIUMTEXT": Text, "LONGTEXT": Text, "NTEXT": Text, "CLOB": Text,
	"NCLOB": Text, "DBCLOB": Text, "GRAPHIC": Text, "VARGRAPHIC": Text, "CITEXT": Text,
	"BYTEA": Binary, "BLOB": Binary, "TINYBLOB": Binary, "MEDIUMBLOB": Binary, "LONGBLOB": Binary, "BINARY": Binary,
	"VARBINARY": Binary, "RAW": Binary, "IMAGE": Binary,
	"TIMESTAMP": Time, "TIMESTAMPTZ": Time, "DATETIME": Time, "DATETIME2": Time, "DATETIMEOFFSET": Time, "SMALLDATETIME": Time, "DATE": Time,
	"BOOLEAN": Bool, "BOOL": Bool, "BIT": Bool,
}

// ParseType understands a type as DDL or sqlc spells it.
func ParseType(text string) Type {
	t := Type{Name: text}
	upper := strings.TrimPrefix(strings.ToUpper(strings.TrimSpace(text)), "PG_CATALOG.")
	length, scale := "", ""
	if before, rest, ok := strings.Cut(upper, "("); ok {
		inside, after, _ := strings.Cut(rest, ")")
		length, scale, _ = strings.Cut(inside, ",")
		upper = before + " " + after
	}
	words := strings.Fields(strings.TrimSuffix(upper, "[]"))
	if len(words) == 0 {
		return t
	}
	word, more := words[0], strings.Join(words[1:], " ")
	if word == "LONG" {
		word = more // LONG RAW, LONG VARCHAR
	}
	switch {
	case strings.Contains(more, "FOR BIT DATA") || strings.Contains(more, "LARGE OBJECT") && word == "BINARY":
		t.Family = Binary
	case word == "NUMBER":
		t.Family, t.Bits = oracleNumber(strings.TrimSpace(length), strings.TrimSpace(scale))
	case integerBits[word] != 0:
		t.Family, t.Bits = Integer, integerBits[word]
	default:
		t.Family = families[word]
	}
	if t.Family == Text {
		t.Width = number(length)
	}
	return t
}

// number is the number that s begins with: of 100 CHAR it is 100, of MAX it is 0.
func number(s string) int {
	s = strings.TrimSpace(s)
	end := strings.IndexFunc(s, func(r rune) bool { return r < '0' || r > '9' })
	if end < 0 {
		end = len(s)
	}
	n, _ := strconv.Atoi(s[:end])
	return n
}

// oracleNumber: NUMBER(19) is an integer, NUMBER and NUMBER(10,2) are not.
func oracleNumber(precision, scale string) (Family, int) {
	if precision == "" || scale != "" && scale != "0" {
		return Decimal, 0
	}
	switch p := number(precision); {
	case p >= 19:
		return Integer, 64
	case p >= 10:
		return Integer, 32
	case p >= 5:
		return Integer, 16
	}
	return Integer, 8
}

// Agrees tells why a column of type t cannot stand in for one of type contract, or nothing when it can.
func (t Type) Agrees(contract Type) string {
	switch {
	case t.Family == Unknown || contract.Family == Unknown:
		return ""
	case t.Family != contract.Family:
		return fmt.Sprintf("is %s (%s), the contract has %s (%s)", t, t.Family, contract, contract.Family)
	case t.Width != 0 && contract.Width != 0 && t.Width != contract.Width:
		return fmt.Sprintf("is %s, the contract has %s", t, contract)
	case t.Bits != 0 && t.Bits < contract.Bits:
		return fmt.Sprintf("is %s, too narrow for %s of the contract", t, contract)
	}
	return ""
}
