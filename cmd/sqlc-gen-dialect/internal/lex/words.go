package lex

import "strings"

func isSpace(c byte) bool {
	return c == ' ' || c >= '\t' && c <= '\r'
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// isLetter takes every byte beyond ASCII for a letter: databases do, and no such byte means anything else in SQL.
func isLetter(c byte) bool {
	return c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= 0x80
}

func countWhile(s string, f func(byte) bool) int {
	for i := 0; i < len(s); i++ {
		if !f(s[i]) {
			return i
		}
	}
	return len(s)
}

func (l *lexer) nameStart(c byte) bool {
	return isLetter(c) || c != 0 && strings.IndexByte(l.NameStart, c) >= 0
}

func (l *lexer) nameRest(c byte) bool {
	return isLetter(c) || isDigit(c) || c != 0 && strings.IndexByte(l.NameRest, c) >= 0
}

// number takes 12, 1_000, 0x1F, 1.5, .5, 1e9, 1.5E-3. In 1..2 the points are not part of a number.
func (l *lexer) number() {
	digits := func(c byte) bool { return isDigit(c) || c == '_' }
	if l.at(0) == '0' && (l.at(1) == 'x' || l.at(1) == 'X') {
		l.emit(Number, 2+countWhile(l.rest(2), func(c byte) bool {
			return isDigit(c) || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F'
		}))
		return
	}
	n := countWhile(l.rest(0), digits)
	if l.at(n) == '.' && l.at(n+1) != '.' {
		n += 1 + countWhile(l.rest(n+1), digits)
	}
	if e := l.at(n); e == 'e' || e == 'E' {
		sign := 0
		if c := l.at(n + 1); c == '+' || c == '-' {
			sign = 1
		}
		if isDigit(l.at(n + 1 + sign)) {
			n += 1 + sign + countWhile(l.rest(n+1+sign), digits)
		}
	}
	l.emit(Number, n)
}

// name takes an identifier or keyword, or a string with a prefix of letters.
func (l *lexer) name() error {
	n := countWhile(l.rest(0), l.nameRest)
	word := strings.ToUpper(l.text[l.pos : l.pos+n])
	if l.at(n) == '&' && l.at(n+1) == '\'' && word == "U" {
		return l.quoted(2)
	}
	if l.at(n) != '\'' {
		l.emit(Ident, n)
		return nil
	}
	switch {
	case l.QStrings && (word == "Q" || word == "NQ"):
		return l.qString(n)
	case l.EscapeStrings && word == "E":
		return l.escaped(n, '\'')
	case word == "N" || word == "X" || word == "B" || word == "G" || word == "GX" || word == "BX" || word == "UX":
		return l.quoted(n)
	}
	l.emit(Ident, n)
	return nil
}

// quoted takes a string or quoted identifier whose quote is at offset; a doubled quote stands for itself.
func (l *lexer) quoted(offset int) error {
	open := l.at(offset)
	if l.Backslash && open != '`' {
		return l.escaped(offset, open)
	}
	closing := open
	if open == '[' {
		closing = ']'
	}
	for n := offset + 1; l.pos+n < len(l.text); n++ {
		if l.at(n) != closing {
			continue
		}
		if l.at(n+1) == closing {
			n++
			continue
		}
		l.emit(quoteKind(open), n+1)
		return nil
	}
	return l.unfinishedQuote(open, closing)
}

func quoteKind(open byte) Kind {
	if open == '\'' {
		return String
	}
	return Quoted
}

func (l *lexer) unfinishedQuote(open, closing byte) error {
	if open == '\'' {
		return l.unfinished("string is not closed: end it with '")
	}
	return l.unfinished("quoted name is not closed: end it with " + string(closing))
}

// escaped takes a string in which a backslash escapes the next character.
func (l *lexer) escaped(offset int, quote byte) error {
	for n := offset + 1; l.pos+n < len(l.text); n++ {
		switch c := l.at(n); {
		case c == '\\':
			n++
		case c == quote && l.at(n+1) == quote:
			n++
		case c == quote:
			l.emit(String, n+1)
			return nil
		}
	}
	return l.unfinished("string is not closed: end it with " + string(quote))
}

// qString takes Oracle's q'[..]', the quote being at offset.
func (l *lexer) qString(offset int) error {
	open := l.at(offset + 1)
	closing := strings.Trim(string(open), "\x00") // 0 is the end of the text
	if i := strings.IndexByte("[{(<", open); i >= 0 {
		closing = "]})>"[i : i+1]
	}
	end := -1
	if open != 0 {
		end = strings.Index(l.rest(offset+2), closing+"'")
	}
	if end < 0 {
		return l.unfinished("string is not closed: end it with " + closing + "'")
	}
	l.emit(String, offset+2+end+2)
	return nil
}
