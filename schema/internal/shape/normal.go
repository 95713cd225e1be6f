package shape

import (
	"regexp"
	"strings"
)

var (
	cast   = regexp.MustCompile(`(?i)::(?:[a-z]+\.)?[a-z]+(?: (?:varying|without time zone|with time zone))?(?:\(\d+\))?`)
	around = regexp.MustCompile(`\(\((\w+)\)\)|\( *(\w+) *\)`)
	now    = regexp.MustCompile(`CURRENT_TIMESTAMP\(\d*\)`)
	blanks = regexp.MustCompile(`\s+`)
)

// normalPart is a key's column or expression in one spelling: PostgreSQL shows
// lower((user_name)::text), Oracle LOWER("USER_NAME").
func normalPart(part string) string {
	part = cast.ReplaceAllString(part, "")
	part = strings.NewReplacer(`"`, "", "`", "", "[", "", "]", "").Replace(part)
	part = around.ReplaceAllString(part, "($1$2)")
	part = strings.ToUpper(strings.TrimSpace(blanks.ReplaceAllString(part, " ")))
	return strings.TrimSuffix(part, " ASC")
}

// setDefault keeps a default in one spelling, and takes a sequence for what
// fills the column.
func (c *Column) setDefault(value string) {
	value = cast.ReplaceAllString(strings.TrimSpace(value), "")
	for strings.HasPrefix(value, "(") && strings.HasSuffix(value, ")") {
		value = value[1 : len(value)-1] // SQL Server: ((-1))
	}
	upper := strings.ToUpper(value)
	switch {
	case strings.Contains(upper, "NEXTVAL"), strings.Contains(upper, "NEXT VALUE FOR"):
		c.Filled = true
		return
	case upper == "NULL":
		return
	case strings.HasPrefix(upper, "CURRENT_TIMESTAMP"): // MariaDB puts brackets behind it
		value = now.ReplaceAllString(upper, "CURRENT_TIMESTAMP")
	case len(value) >= 2 && value[0] == '\'' && value[len(value)-1] == '\'':
		value = value[1 : len(value)-1]
	}
	c.Default = value
}
