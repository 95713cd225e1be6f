package dialecttest

import (
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/sessiondb/sessiondb/cleanup"
	"github.com/sessiondb/sessiondb/dialects"
	"github.com/sessiondb/sessiondb/sessionstore"
)

// Values that databases like to change, compare loosely or misread.
var valueCases = []testCase{
	{"CaseAccentsTrailingBlanks", caseAccentsTrailingBlanks},
	{"SpellingsOfTypes", spellingsOfTypes},
	{"SpellingsInThePurge", spellingsInThePurge},
	{"CharactersComeBackExactly", charactersComeBackExactly},
	{"TextThatLooksLikeSQL", textThatLooksLikeSQL},
	{"TenantOutOfRange", tenantOutOfRange},
}

// spellings are identifiers that one collation or another takes for the same.
func (b *bundle) spellings() []string {
	ids := []string{"a", "A", "a ", "a  ", " a", "a\t", "a.", "ab", "aB"}
	if b.h.Dialect.Traits().Charset != dialects.ASCII {
		ids = append(ids, "á", "Á", "ä", "å", "ae", "æ", "ss", "ß")
	}
	if b.h.Dialect.Traits().Charset == dialects.UTF8 {
		ids = append(ids, "a\u0301", "ａ", "a\u200b", "i", "İ", "ı")
	}
	return ids
}

// Every other spelling is logged out: exactly those are gone.
func caseAccentsTrailingBlanks(t *testing.T, b *bundle) {
	ids := b.spellings()
	for _, id := range ids {
		must(t, b.store.Put(t.Context(), sso(id), []byte("payload of "+id)))
	}
	for i := 0; i < len(ids); i += 2 {
		must(t, b.store.Delete(t.Context(), sso(ids[i])))
	}
	for i, id := range ids {
		got, err := b.other.Get(t.Context(), sso(id))
		equal(t, fmt.Sprintf("%q is gone", id), gone(t, err), i%2 == 0)
		if err == nil {
			equal(t, "payload", string(got.Payload), "payload of "+id)
		}
		op, err := b.other.LastOperation(t.Context(), sso(id))
		must(t, err)
		equal(t, fmt.Sprintf("%q is deleted", id), op == sessionstore.OperationDelete, i%2 == 0)
		equal(t, fmt.Sprintf("rows of %q", id), b.summary(t, sso(id)).Total, int64(2-i%2))
	}
}

func spellingsOfTypes(t *testing.T, b *bundle) {
	ids := b.spellings()
	for _, typ := range ids {
		must(t, b.store.Put(t.Context(), sessionstore.Key{Type: typ, ID: "x"}, []byte(typ)))
	}
	for i := 1; i < len(ids); i += 2 {
		must(t, b.store.Delete(t.Context(), sessionstore.Key{Type: ids[i], ID: "x"}))
	}
	for i, typ := range ids {
		_, err := b.other.Get(t.Context(), sessionstore.Key{Type: typ, ID: "x"})
		equal(t, fmt.Sprintf("type %q is gone", typ), gone(t, err), i%2 == 1)
	}
}

// Of every other spelling there are a live row, and rows that may go; a purge
// takes exactly those, whatever newer rows the other spellings have.
func spellingsInThePurge(t *testing.T, b *bundle) {
	ids := b.spellings()
	var kept, all []row
	for i, id := range ids {
		created := -10*hour + time.Duration(i)
		switch i % 3 {
		case 0: // live, older than everything of the others
			kept = append(kept, stored(id, created-time.Minute, hour))
			all = append(all, kept[len(kept)-1])
		case 1: // expired long ago
			all = append(all, stored(id, created, -5*hour))
		case 2: // superseded and logged out
			kept = append(kept, deleted(id, created+time.Minute, hour))
			all = append(all, stored(id, created, hour), kept[len(kept)-1])
		}
	}
	b.insert(t, all...)
	b.purge(t, cleanup.Options{})
	b.left(t, kept...)
	for i, id := range ids {
		_, err := b.store.Get(t.Context(), sso(id))
		equal(t, fmt.Sprintf("%q is gone", id), gone(t, err), i%3 != 0)
	}
}

func charactersComeBackExactly(t *testing.T, b *bundle) {
	ids := []string{"~!@#$%^&*()_+`-={}[]|\\:\";'<>?,./", "\t\n\r", "\x7f", "\x01", "%", "_"}
	if b.h.Dialect.Traits().Charset != dialects.ASCII {
		ids = append(ids, "ÿ", "€", "\u00a0", "ŠšŽžŒœŸ")
	}
	if b.h.Dialect.Traits().Charset == dialects.UTF8 {
		ids = append(ids, "č", "e\u0301", "日本語", "😀", "👩\u200d👩\u200d👧", "\u202e", "\ufeff", "\ufffd", "\U0010fffd")
	}
	for _, id := range ids {
		key := sessionstore.Key{Type: "type " + id, ID: id}
		must(t, b.store.Put(t.Context(), key, []byte(id)))
		got, err := b.other.Get(t.Context(), key)
		must(t, err)
		equal(t, "payload", string(got.Payload), id)
		b.addChildren(t, id)
		users, err := b.store.Queries().UserIDsOfSession(t.Context(), id)
		must(t, err)
		equal(t, fmt.Sprintf("users of %q", id), fmt.Sprintf("%q", users), fmt.Sprintf("%q", []string{user(id)}))
	}
	equal(t, "rows", b.sessions(t), int64(len(ids)))
}

func textThatLooksLikeSQL(t *testing.T, b *bundle) {
	must(t, b.store.Put(t.Context(), sso("stays"), nil))
	for _, id := range []string{"' OR '1'='1", `\' OR 1=1 -- `, `"; DROP TABLE x`, "a' -- ", "?", "$1", ":1", "@p1", "{{arg x}}", "/* when x */"} {
		must(t, b.store.Put(t.Context(), sso(id), []byte(id)))
		got, err := b.store.Get(t.Context(), sso(id))
		must(t, err)
		equal(t, "payload", string(got.Payload), id)
		must(t, b.store.Delete(t.Context(), sso(id)))
		_, err = b.store.Get(t.Context(), sso(id))
		fails(t, "after Delete", err, sessionstore.ErrNotFound)
		_, err = b.store.Queries().LockMappings(t.Context(), []string{id})
		must(t, err)
	}
	_, err := b.store.Get(t.Context(), sso("stays"))
	must(t, err)
}

func tenantOutOfRange(t *testing.T, b *bundle) {
	for _, id := range []int{math.MaxInt32 + 1, math.MinInt32 - 1} {
		err := b.store.Put(t.Context(), sso("a"), nil, sessionstore.Tenant(id))
		fails(t, "tenant", err, sessionstore.ErrInvalid)
		says(t, err, fmt.Sprint(id), "TENANT_ID", "32-bit")
	}
	equal(t, "rows", b.sessions(t), 0)
}
