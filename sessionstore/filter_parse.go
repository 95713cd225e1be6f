package sessionstore

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxFilterText bounds the work for a text that comes from outside.
const maxFilterText = 128 << 10

// ParseFilter reads a filter: "attribute op value and attribute op value …".
//
// Attributes, operators and the word and are read in any case. A value is a word,
// or stands in double quotes, where \" is a quote and \\ a backslash; a value
// with blanks, quotes or backslashes, and the value and, need quotes. The empty
// text is the empty filter.
//
// Texts without regard to case: ASCII letters fold with each other, and other
// letters by Unicode's lower case, unless that is an ASCII letter (so K, the sign
// of kelvin, is no k, and ß is not ss). It is the same on every database.
//
// A text has at most 128 KiB, which MaxConditions with the longest values need.
//
// It returns ErrInvalid with the position, in characters from 1, of what it
// cannot read.
func ParseFilter(text string) (Filter, error) {
	if len(text) > maxFilterText {
		return Filter{}, fmt.Errorf("%w: filter has %d bytes: give at most %d", ErrInvalid, len(text), maxFilterText)
	}
	if !utf8.ValidString(text) {
		return Filter{}, fmt.Errorf("%w: filter is not valid UTF-8: encode it so", ErrInvalid)
	}
	p := &filterParser{rest: []rune(text)}
	var f Filter
	for p.skip(); !p.done(); p.skip() {
		if len(f.Conditions) > 0 {
			if err := p.and(); err != nil {
				return Filter{}, err
			}
		}
		if len(f.Conditions) == MaxConditions {
			return Filter{}, refuse(p.position(), errConditions)
		}
		c, err := p.condition()
		if err != nil {
			return Filter{}, err
		}
		f.Conditions = append(f.Conditions, c)
	}
	return f, nil
}

var errConditions = fmt.Errorf("there are more than %d conditions: give fewer", MaxConditions)

func (p *filterParser) and() error {
	at, word := p.position(), p.word()
	if !strings.EqualFold(word, "and") {
		return refuse(at, fmt.Errorf("%q where the word and is expected: conditions are joined by and, values with blanks need quotes", shown(word)))
	}
	if p.skip(); p.done() {
		return refuse(p.position(), fmt.Errorf("a condition is missing after the last and"))
	}
	return nil
}

func refuse(at int, err error) error {
	return fmt.Errorf("%w: filter, position %d: %w", ErrInvalid, at, err)
}

type filterParser struct {
	rest []rune
	read int
}

func (p *filterParser) done() bool    { return len(p.rest) == 0 }
func (p *filterParser) position() int { return p.read + 1 }

func (p *filterParser) next() rune {
	r := p.rest[0]
	p.rest = p.rest[1:]
	p.read++
	return r
}

func (p *filterParser) skip() {
	for !p.done() && unicode.IsSpace(p.rest[0]) {
		p.next()
	}
}

// word reads up to the next blank.
func (p *filterParser) word() string {
	p.skip()
	var b strings.Builder
	for !p.done() && !unicode.IsSpace(p.rest[0]) {
		b.WriteRune(p.next())
	}
	return b.String()
}

func (p *filterParser) condition() (Condition, error) {
	attributeAt, attribute := p.position(), Attribute(p.word())
	kind, err := attributeOf(attribute)
	if err != nil {
		return Condition{}, refuse(attributeAt, err)
	}
	p.skip()
	operatorAt, c := p.position(), Condition{Attribute: kind.name, Operator: Operator(p.word())}
	if c.Operator == "" {
		return c, refuse(operatorAt, fmt.Errorf("the operator is missing: %s takes %s", kind.name, list(kind.operators)))
	}
	if c.Operator, err = kind.operator(c.Operator); err != nil {
		return c, refuse(operatorAt, err)
	}
	p.skip()
	valueAt := p.position()
	if c.Value, err = p.value(); err == nil {
		_, err = newTerm(c, kind.kind)
	}
	if err != nil {
		return c, refuse(valueAt, err)
	}
	return c, nil
}

func (p *filterParser) value() (string, error) {
	if p.done() {
		return "", fmt.Errorf("the value is missing")
	}
	if p.rest[0] == '"' {
		return p.quoted()
	}
	word := p.word()
	if strings.EqualFold(word, "and") {
		return "", fmt.Errorf(`the value is missing; the value and itself is written "and"`)
	}
	if strings.ContainsAny(word, `"\`) {
		return "", fmt.Errorf(`value %s: put a value with quotes or backslashes into quotes, and a backslash before each of them`, shown(word))
	}
	return word, nil
}

func (p *filterParser) quoted() (string, error) {
	var b strings.Builder
	p.next()
	for !p.done() {
		switch r := p.next(); r {
		case '"':
			if !p.done() && !unicode.IsSpace(p.rest[0]) {
				return "", fmt.Errorf(`%q follows the closing quote: a quote within a value is written \"`, shown(p.word()))
			}
			return b.String(), nil
		case '\\':
			if p.done() || p.rest[0] != '"' && p.rest[0] != '\\' {
				return "", fmt.Errorf(`a backslash stands before a quote or a backslash: write \\ for one`)
			}
			b.WriteRune(p.next())
		default:
			b.WriteRune(r)
		}
	}
	return "", fmt.Errorf("the closing quote is missing")
}
