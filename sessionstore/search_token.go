package sessionstore

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"strconv"
	"strings"
)

// A token is, in base64 for URLs: a version byte, 12 bytes of a hash over the
// rest and the list that it belongs to, the list's instant, and the last place.
// The hash finds mistakes; it is no signature, and a token opens nothing that its
// holder could not ask for anyway.
const (
	tokenVersion = 1
	tokenSum     = 12
	tokenHeader  = 1 + tokenSum + 8 + 8
)

// errToken is of a token that no page gave.
var errToken = fmt.Errorf("%w: Token is damaged: give Page.Next of the page before, whole, or none for the first page", ErrInvalid)

func (l *listing) token() string {
	body := binary.BigEndian.AppendUint64(nil, uint64(l.asOf))
	body = binary.BigEndian.AppendUint64(body, uint64(l.after.stamp))
	body = append(body, l.after.id...)
	return base64.RawURLEncoding.EncodeToString(append(append([]byte{tokenVersion}, l.sum(body)...), body...))
}

// resume takes up the list where the token's page has ended.
func (l *listing) resume() error {
	if l.opts.Token == "" {
		return nil
	}
	raw, err := base64.RawURLEncoding.DecodeString(l.opts.Token)
	switch {
	case err != nil || len(raw) <= tokenHeader:
		return errToken
	case raw[0] != tokenVersion:
		return fmt.Errorf("%w: Token is of version %d, this program reads version %d: begin with the first page", ErrInvalid, raw[0], tokenVersion)
	}
	sum, body := raw[1:1+tokenSum], raw[1+tokenSum:]
	if string(sum) != string(l.sum(body)) {
		return fmt.Errorf("%w: Token belongs to a list with another filter, tenant, user or order, or is damaged: repeat those of the first page, or begin with it", ErrInvalid)
	}
	if l.s.limits.text("id", string(body[16:])) != nil { // forged: the hash has no key
		return errToken
	}
	l.asOf = int64(binary.BigEndian.Uint64(body))
	if l.opts.Order != OrderByID {
		l.liveAt = l.asOf
	}
	l.after = &place{stamp: int64(binary.BigEndian.Uint64(body[8:])), id: string(body[16:])}
	return nil
}

// sum is over everything that makes the list, each part with its length.
func (l *listing) sum(body []byte) []byte {
	tenant := ""
	if l.tenant.Valid {
		tenant = strconv.Itoa(int(l.tenant.Int32))
	}
	var b strings.Builder
	for _, part := range []string{l.s.opts.SSOType, l.opts.Order.String(), tenant, l.opts.User, canonical(l.terms), string(body)} {
		fmt.Fprintf(&b, "%d:%s", len(part), part)
	}
	h := sha256.Sum256([]byte(b.String()))
	return h[:tokenSum]
}
