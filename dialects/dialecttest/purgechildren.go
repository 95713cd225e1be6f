package dialecttest

import (
	"testing"
	"time"

	"github.com/sessiondb/sessiondb/cleanup"
	"github.com/sessiondb/sessiondb/sessionstore"
)

// Child rows go with the last STORE row of their session, at no other time.
var purgeChildCases = []testCase{
	{"ChildrenGoWithTheLastStoreRow", childrenGoWithTheLastStoreRow},
	{"ChildrenStayWhileAStoreRowRemains", childrenStayWhileAStoreRowRemains},
	{"ChildrenOfOtherSpellingsStay", childrenOfOtherSpellingsStay},
	{"ChildrenOfOtherTypesStay", childrenOfOtherTypesStay},
	{"ChildrenOfTheChosenType", childrenOfTheChosenType},
	{"ChildrenGoOverManyChunks", childrenGoOverManyChunks},
	{"ChildrenOfAYoungRowThatHasExpiredGo", childrenOfAYoungRowThatHasExpiredGo},
}

func childrenGoWithTheLastStoreRow(t *testing.T, b *bundle) {
	b.insert(t,
		stored("expired", -10*hour, -5*hour),
		stored("expired twice", -10*hour, -6*hour), stored("expired twice", -9*hour, -5*hour),
		stored("logged out", -10*hour, hour), deleted("logged out", -9*hour, hour),
		stored("logged out, twice", -10*hour, hour), stored("logged out, twice", -9*hour, hour), deleted("logged out, twice", -8*hour, hour),
		stored("both", -10*hour, -5*hour), deleted("both", -9*hour, -4*hour),
		stored("live", -10*hour, hour))
	ids := []string{"expired", "expired twice", "logged out", "logged out, twice", "both"}
	b.addChildren(t, append(ids, "live")...)
	report := b.purge(t, cleanup.Options{})
	b.haveNoChildren(t, ids...)
	b.haveChildren(t, "live")
	n := int64(len(ids))
	equal(t, "mappings deleted", report.Tables[cleanup.TableMapping], n)
	equal(t, "applications deleted", report.Tables[cleanup.TableAppInfo], n)
	equal(t, "properties deleted", report.Tables[cleanup.TableMetaData], 2*n)
}

func childrenStayWhileAStoreRowRemains(t *testing.T, b *bundle) {
	b.insert(t,
		stored("live", -10*hour, hour),
		stored("extended", -10*hour, -5*hour), stored("extended", -9*hour, hour),
		stored("logged in again", -10*hour, -5*hour), deleted("logged in again", -9*hour, -4*hour), stored("logged in again", -8*hour, hour),
		stored("within the grace", -10*hour, -5*hour), stored("within the grace", -9*hour, -hour),
		stored("never ends", -10*hour, never), stored("never ends", -9*hour, never),
		stored("in the future", -10*hour, hour), deleted("in the future", hour, 2*hour),
		stored("another type ends", -10*hour, hour), stored("another type ends", -10*hour, -5*hour).of("Other"),
		stored("another type is deleted", -10*hour, hour), stored("another type is deleted", -10*hour, hour).of("Other"),
		deleted("another type is deleted", -9*hour, hour).of("Other"))
	ids := []string{
		"live", "extended", "logged in again", "within the grace", "never ends", "in the future",
		"another type ends", "another type is deleted",
	}
	b.addChildren(t, ids...)
	for _, chunk := range []int{1, 2, 0} {
		report := b.purge(t, cleanup.Options{ChunkSize: chunk})
		b.haveChildren(t, ids...)
		equal(t, "mappings deleted", report.Tables[cleanup.TableMapping], 0)
	}
}

// Every other spelling has ended; the children of exactly those go.
func childrenOfOtherSpellingsStay(t *testing.T, b *bundle) {
	ids := b.spellings()
	var rows []row
	for i, id := range ids {
		at := time.Duration(i) // one stamp a row, also where the collation is loose
		switch i % 4 {
		case 0:
			rows = append(rows, stored(id, -10*hour+at, -5*hour))
		case 2:
			rows = append(rows, stored(id, -10*hour+at, hour), deleted(id, -9*hour+at, hour))
		default:
			rows = append(rows, stored(id, -10*hour+at, hour))
		}
		b.addChildren(t, id)
	}
	b.insert(t, rows...)
	b.purge(t, cleanup.Options{})
	for i, id := range ids {
		want := childRows
		if i%2 == 0 {
			want = 0
		}
		if n := b.children(t, id); n != want {
			t.Errorf("session %q has %d child rows, want %d", id, n, want)
		}
	}
}

// A row of another type is no reason for children to go, and no reason to stay;
// children without any row of the log are not the purge's.
func childrenOfOtherTypesStay(t *testing.T, b *bundle) {
	for _, policies := range [][]cleanup.Policy{nil, {cleanup.Expired}} {
		b.clear(t)
		b.insert(t,
			stored("other", -10*hour, -5*hour).of("Other"),
			stored("only deleted", -10*hour, -5*hour).of("Other"), deleted("only deleted", -9*hour, -5*hour),
			stored("ended", -10*hour, -5*hour), stored("ended", -10*hour, hour).of("Other"))
		b.addChildren(t, "other", "only deleted", "orphan", "ended")
		b.purge(t, cleanup.Options{Policies: policies})
		b.haveChildren(t, "other", "only deleted", "orphan")
		b.haveNoChildren(t, "ended")
	}
}

func childrenOfTheChosenType(t *testing.T, b *bundle) {
	b.insert(t, stored("a", -10*hour, -5*hour), stored("b", -10*hour, -5*hour).of("Mine"))
	b.addChildren(t, "a", "b")
	b.purgeBy(t, b.with(t, sessionstore.Options{SSOType: "Mine"}), cleanup.Options{})
	b.haveChildren(t, "a")
	b.haveNoChildren(t, "b")
	b.left(t)
}

func childrenGoOverManyChunks(t *testing.T, b *bundle) {
	var rows []row
	all := ids(40)
	for i, id := range all {
		rows = append(rows, stored(id, -10*hour, hour), stored(id, -9*hour, -5*hour))
		if i%2 == 0 {
			rows = append(rows, deleted(id, -8*hour, hour))
		}
	}
	b.insert(t, rows...)
	b.addChildren(t, all...)
	b.purge(t, cleanup.Options{ChunkSize: 7})
	b.haveNoChildren(t, all...)
	equal(t, "rows left", b.sessions(t), 20)
}

// A row that had expired when it was stored, and that a newer row supersedes,
// stays while it is young, and then goes with its children.
func childrenOfAYoungRowThatHasExpiredGo(t *testing.T, b *bundle) {
	rows := []row{stored("a", -hour, -5*hour), deleted("a", -hour/2, 5*hour)}
	for _, policies := range [][]cleanup.Policy{{cleanup.Expired}, {cleanup.Superseded, cleanup.Expired}, nil} {
		b.clear(t)
		b.insert(t, rows...)
		b.addChildren(t, "a")
		b.purge(t, cleanup.Options{Policies: policies})
		b.left(t, rows...)
		b.haveChildren(t, "a")
		b.purge(t, cleanup.Options{Policies: policies, Now: epoch.Add(2 * hour)})
		b.left(t, rows[1])
		b.haveNoChildren(t, "a")
	}
}
