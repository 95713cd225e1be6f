package dialects

import (
	"net/url"
	"regexp"
	"strconv"
	"strings"
)

// hidden stands for a secret; url.URL.Redacted writes the same.
const hidden = "xxxxx"

var (
	urlStart = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9+.-]*:(//)?`)
	// secretName finds the parameters that hold a secret, in URLs and in the
	// name=value strings of other drivers.
	secretName  = regexp.MustCompile(`(?i)pass|pwd|secret|token|credential|assertion|hash`)
	secretValue = regexp.MustCompile(`(?i)(pass|pwd|secret|token|credential|assertion)[^=;&]*=`)
)

// Redact shows a database URL without its password, whatever its form. In a
// badly written one it hides all that may belong to the password.
func Redact(raw string) string {
	start := urlStart.FindString(raw)
	if start == "" {
		return hidden
	}
	u, err := url.Parse(raw)
	if err == nil && secretValue.MatchString(u.Opaque+u.Path) {
		return start + hidden
	}
	if err == nil && !strayAt(u) {
		return redactParsed(u)
	}
	// The password may reach to the last @.
	_, after, found := cutLast(raw, "@")
	if !found {
		return start + hidden
	}
	rest := Redact("x://" + after)
	return start + hidden + "@" + strings.TrimPrefix(rest, "x://")
}

// strayAt looks for an @ behind the host. In a password that is not escaped, the
// parser takes what follows a / ? or # for path, query or fragment.
func strayAt(u *url.URL) bool {
	return strings.Contains(u.Opaque+u.EscapedPath()+u.RawQuery+u.EscapedFragment(), "@")
}

func cutLast(s, sep string) (before, after string, found bool) {
	i := strings.LastIndex(s, sep)
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+len(sep):], true
}

func redactParsed(u *url.URL) string {
	shown := *u
	if q, err := url.ParseQuery(u.RawQuery); err != nil {
		shown.RawQuery = hidden
	} else if hide(q) {
		shown.RawQuery = q.Encode()
	}
	if u.Fragment != "" {
		shown.Fragment, shown.RawFragment = hidden, ""
	}
	return shown.Redacted()
}

// hide replaces the secrets in q and reports whether there were any.
func hide(q url.Values) bool {
	any := false
	for name := range q {
		if secretName.MatchString(name) {
			q.Set(name, hidden)
			any = true
		}
	}
	return any
}

// hide replaces the target's URL and secrets in a driver's message, which may
// quote them or escape them.
func (t *Target) hide(text string) string {
	whole := t.URL.String()
	text = replaceQuoted(text, whole, Redact(whole))
	var secrets []string
	if p, ok := t.URL.User.Password(); ok {
		secrets = append(secrets, p)
	}
	for name, values := range t.URL.Query() {
		if secretName.MatchString(name) {
			secrets = append(secrets, values...)
		}
	}
	for _, s := range secrets {
		for _, form := range []string{s, url.PathEscape(s), url.QueryEscape(s), url.UserPassword("", s).String()[1:]} {
			text = replaceQuoted(text, form, hidden)
		}
	}
	return text
}

// replaceQuoted replaces old as it is, and as %q writes it.
func replaceQuoted(text, old, replacement string) string {
	if old == "" {
		return text
	}
	quoted := strconv.Quote(old)
	text = strings.ReplaceAll(text, quoted[1:len(quoted)-1], replacement)
	return strings.ReplaceAll(text, old, replacement)
}
