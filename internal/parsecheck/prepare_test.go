package parsecheck

import (
	"regexp"
	"strings"
)

// token matches what a text is made of: what must be left alone first.
var token = regexp.MustCompile(`(?s)'(?:[^']|'')*'|"[^"]*"|--[^\n]*|/\*.*?\*/|:\d+|[\w$#@]+|\s+|.`)

// forSqlfluff writes binds in the one way that sqlfluff knows: :b1 instead of
// Oracle's :1, a number for DB2's question mark.
func forSqlfluff(s statement) string {
	return token.ReplaceAllStringFunc(s.text, func(t string) string {
		switch {
		case s.database == "oracle" && numberedBind.MatchString(t):
			return ":b" + t[1:]
		case s.database == "db2" && t == "?":
			return "1"
		}
		return t
	})
}

var numberedBind = regexp.MustCompile(`^:\d+$`)

// forJSqlParser leaves the binds, all of which JSqlParser knows. It has no
// statement terminator but for scripts.
func forJSqlParser(s statement) string { return strings.TrimSuffix(s.text, ";") }

// keywords are words whose damage makes the text wrong in any grammar. Others
// would become a name: NOT EQXISTS (…) and CQAST (…) call a function, PQRIMARY KEY (…) is a
// column, and DELETE FQROM T deletes from a table FQROM.
var keywords = map[string]bool{}

func init() {
	for _, w := range strings.Fields(`SELECT INSERT UPDATE DELETE CREATE DROP VALUES SET FROM WHERE AND OR NULL
		ORDER BY OFFSET FETCH TABLE INDEX SEQUENCE TRIGGER BEFORE`) {
		keywords[w] = true
	}
}

// damages are the text with one keyword misspelt: the first, the middle and the
// last one.
func damages(text string) []string {
	found := keywordsOf(text)
	var all []string
	for i, s := range found {
		if i == 0 || i == len(found)/2 || i == len(found)-1 {
			// SQELECT: a letter that makes no other keyword.
			all = append(all, text[:s[0]+1]+"Q"+text[s[0]+1:])
		}
	}
	return all
}

// keywordsOf are the places of keywords, without the FROM of a DELETE.
func keywordsOf(text string) [][]int {
	var found [][]int
	deleting := false
	for _, s := range token.FindAllStringIndex(text, -1) {
		word := strings.ToUpper(text[s[0]:s[1]])
		if !keywords[word] || word == "FROM" && deleting {
			continue
		}
		deleting = word == "DELETE"
		found = append(found, s)
	}
	return found
}
