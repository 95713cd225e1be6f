package lex

import (
	"errors"
	"strings"
	"testing"
)

var kindNames = map[Kind]string{
	Space: "space", Comment: "comment", Hint: "hint", String: "string", Quoted: "quoted", Ident: "ident", Number: "number",
	Mark: "mark", Variable: "variable", Op: "op",
}

// spelled writes tokens as kind:text, blanks left out.
func spelled(tokens []Token) string {
	var parts []string
	for _, t := range tokens {
		if t.Kind != Space {
			parts = append(parts, kindNames[t.Kind]+":"+t.Text)
		}
	}
	return strings.Join(parts, " ")
}

// cases are one text, the dialects it is for (all when empty), and its tokens.
var cases = []struct {
	dialects string
	text     string
	want     string
}{
	{"", `'it''s ?'`, `string:'it''s ?'`},
	{"", `''`, `string:''`},
	{"postgres sqlite mssql oracle db2", `"a""b"`, `quoted:"a""b"`},
	{"postgres sqlite mssql oracle db2", `'\' 'x'`, `string:'\' string:'x'`},
	{"mysql", `'it\'s' "say \"x\"" 'a''b'`, `string:'it\'s' string:"say \"x\"" string:'a''b'`},
	{"postgres", `E'\'?' e'a\\'`, `string:E'\'?' string:e'a\\'`},
	{"oracle db2 mssql sqlite", `E'\' x`, `ident:E string:'\' ident:x`},
	{"oracle", `q'[it's ?]' Q'{'}' nq'!a!b!' q'(')'`, `string:q'[it's ?]' string:Q'{'}' string:nq'!a!b!' string:q'(')'`},
	{"postgres mysql sqlite mssql db2", `q'[x]'`, `ident:q string:'[x]'`},
	{"postgres", `$$it's$$ $tag$a$$b$tag$`, `string:$$it's$$ string:$tag$a$$b$tag$`},
	{"", `N'x' X'0F'`, `string:N'x' string:X'0F'`},
	{"", `U&'\0041'`, `string:U&'\0041'`},
	{"mssql sqlite", `[a b].[it's]`, `quoted:[a b] op:. quoted:[it's]`},
	{"mssql", `[a]]b]`, `quoted:[a]]b]`},
	{"postgres", `a[1]`, `ident:a op:[ number:1 op:]`},
	{"mysql sqlite", "`a``b`", "quoted:`a``b`"},
	{"", "a -- b ? '\nc", "ident:a comment:-- b ? ' ident:c"},
	{"", "a -- b", "ident:a comment:-- b"},
	{"mysql", "5--3 # x\n", "number:5 op:- op:- number:3 comment:# x"},
	{"postgres sqlite oracle db2 mssql", "5--3", "number:5 comment:--3"},
	{"mssql db2", "#tmp", "ident:#tmp"},
	{"postgres oracle sqlite", "#", "op:#"},
	{"", "a/* ? ' */b", "ident:a comment:/* ? ' */ ident:b"},
	{"postgres mssql db2", "/* a /* b */ c */ d", "comment:/* a /* b */ c */ ident:d"},
	{"mysql sqlite oracle", "/* a /* b */ c", "comment:/* a /* b */ ident:c"},
	{"", "/*+ INDEX(a) */ /*! x */", "hint:/*+ INDEX(a) */ hint:/*! x */"},
	{"", "/* <OPTGUIDELINES> x */", "hint:/* <OPTGUIDELINES> x */"},
	{"oracle", "--+ FULL(a)\n", "hint:--+ FULL(a)"},
	{"postgres sqlite", "--+ FULL(a)\n", "comment:--+ FULL(a)"},
	{"", "a::text := b", "ident:a op::: ident:text op::= ident:b"},
	{"", "? ?1 $1 :1 :name", "mark:? mark:?1 mark:$1 mark::1 mark::name"},
	{"sqlite", "$name", "mark:$name"},
	{"mssql mysql", "$action", "ident:$action"},
	{"", "@x @@ROWCOUNT @p1", "variable:@x variable:@@ROWCOUNT variable:@p1"},
	{"mysql", "@`x`", "variable:@ quoted:`x`"},
	{"postgres", "a @> b <@ c", "ident:a op:@ op:> ident:b op:< op:@ ident:c"},
	{"", "1e9 1.5E-3 .5 1. 0x1F 1_000", "number:1e9 number:1.5E-3 number:.5 number:1. number:0x1F number:1_000"},
	{"", "1..2 a.b 1e", "number:1 op:. number:.2 ident:a op:. ident:b number:1 ident:e"},
	{"", "sqlc.arg('limit')", "ident:sqlc op:. ident:arg op:( string:'limit' op:)"},
	{"postgres oracle mssql db2 mysql sqlite", "a$b", "ident:a$b"},
	{"oracle mssql db2", "a#b", "ident:a#b"},
	{"mssql db2", "a@b", "ident:a@b"},
	{"", "größe", "ident:größe"},
	{"", "\ufeffSELECT", "ident:SELECT"},
	{"", "a\r\n\tb", "ident:a ident:b"},
}

func dialectsOf(list string) []string {
	if list == "" {
		return Names()
	}
	return strings.Fields(list)
}

func TestLex(t *testing.T) {
	for _, c := range cases {
		for _, name := range dialectsOf(c.dialects) {
			syntax, ok := SyntaxOf(name)
			if !ok {
				t.Fatalf("no syntax %s", name)
			}
			tokens, err := Lex(c.text, syntax)
			if err != nil {
				t.Errorf("%s: %s: %v", name, c.text, err)
			}
			if got := spelled(tokens); got != c.want {
				t.Errorf("%s: %s\n got %s\nwant %s", name, c.text, got, c.want)
			}
		}
	}
}

var unfinished = []struct {
	dialects string
	text     string
	line     int
	what     string
}{
	{"", "a\n'b", 2, "string is not closed: end it with '"},
	{"postgres sqlite mssql oracle db2", "\"b", 1, `quoted name is not closed: end it with "`},
	{"mysql", "\"b", 1, `string is not closed: end it with "`},
	{"mysql sqlite", "`b", 1, "quoted name is not closed: end it with `"},
	{"mssql sqlite", "\n\n[b", 3, "quoted name is not closed: end it with ]"},
	{"", "/* b\n", 1, "comment is not closed: end it with */"},
	{"postgres mssql db2", "/* /* b */", 1, "comment is not closed: end it with */"},
	{"postgres", "x $a$ b $$", 1, "$a$ string is not closed: end it with $a$"},
	{"postgres", `E'\'`, 1, "string is not closed: end it with '"},
	{"oracle", "q'[b'", 1, "string is not closed: end it with ]'"},
	{"oracle", "q'", 1, "string is not closed: end it with '"},
}

func TestUnfinished(t *testing.T) {
	for _, c := range unfinished {
		for _, name := range dialectsOf(c.dialects) {
			syntax, _ := SyntaxOf(name)
			_, err := Lex(c.text, syntax)
			var e *Error
			if !errors.As(err, &e) || e.Line != c.line || e.What != c.what {
				t.Errorf("%s: %q: got %v, want line %d: %s", name, c.text, err, c.line, c.what)
			}
		}
	}
}

func TestLines(t *testing.T) {
	syntax, _ := SyntaxOf("postgres")
	tokens, err := Lex("a\n/* b\n */ c\n\n'd\n' e", syntax)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]int{"a": 1, "/* b\n */": 2, "c": 3, "'d\n'": 5, "e": 6}
	for _, token := range tokens {
		if line, ok := want[token.Text]; ok && line != token.Line {
			t.Errorf("%q: line %d, want %d", token.Text, token.Line, line)
		}
	}
}

// FuzzLex: tokens put together are the text, lines are right, and lexing what was put together gives the same tokens.
func FuzzLex(f *testing.F) {
	for _, c := range cases {
		f.Add(c.text)
	}
	for _, c := range unfinished {
		f.Add(c.text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, name := range Names() {
			syntax, _ := SyntaxOf(name)
			tokens, err := Lex(text, syntax)
			whole := together(t, tokens)
			if err != nil && !strings.HasPrefix(text, whole) || err == nil && whole != text {
				t.Fatalf("%s: %q became %q (%v)", name, text, whole, err)
			}
			again, _ := Lex(whole, syntax)
			if err == nil && spelled(again) != spelled(tokens) {
				t.Fatalf("%s: %q: %s, then %s", name, text, spelled(tokens), spelled(again))
			}
		}
	})
}

func together(t *testing.T, tokens []Token) string {
	t.Helper()
	var b strings.Builder
	for _, token := range tokens {
		if token.Text == "" {
			t.Fatalf("empty token in %v", tokens)
		}
		if line := 1 + strings.Count(b.String(), "\n"); line != token.Line {
			t.Fatalf("%q: line %d, is in %d", token.Text, token.Line, line)
		}
		b.WriteString(token.Text)
	}
	return b.String()
}
