package dialecttest

import (
	"database/sql"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/sessiondb/sessiondb/cleanup"
	"github.com/sessiondb/sessiondb/gen"
	"github.com/sessiondb/sessiondb/sessionstore"
)

// logModel is one of the two logs as nobody purges it: every row that was ever
// committed, and whether it is still there.
type logModel struct {
	temp  bool
	rows  []*logRow
	added int // how many rows there ever were
}

type logRow struct {
	row
	order int  // how many rows were there before it
	there bool // in the database, when it was last looked at
	// plain is a STORE row of a session whose children were not stored with it.
	plain bool
	// with are the child rows that are there with it as long as nobody but a newer
	// row or the product may remove them.
	with []string
}

// lost are the child rows of its log-in that are not among those found.
func (r *logRow) lost(found map[string]bool) (lost []string) {
	for _, name := range r.with {
		if !found[name] {
			lost = append(lost, name)
		}
	}
	return lost
}

// rowOf is a row as the model has it; instants are distances from epoch.
func rowOf(p gen.InsertSessionParams) row {
	return row{
		id: p.SessionID, typ: p.SessionType, op: p.Operation, payload: p.SessionObject,
		created: time.Duration(p.TimeCreated - epoch.UnixNano()), expires: expiresOf(p.ExpiryTime),
	}
}

func expiresOf(e sql.NullInt64) time.Duration {
	if !e.Valid || e.Int64 == math.MaxInt64 {
		return never
	}
	return time.Duration(e.Int64 - epoch.UnixNano())
}

// rowID is what the database has one of.
type rowID struct {
	key     sessionstore.Key
	op      string
	created time.Duration
}

func (r row) name() rowID { return rowID{r.key(), r.op, r.created} }

// level is true of rows of which neither is newer, as two STORE rows with one
// stamp whose operations are spelled differently.
func level(a, b row) bool { return !newer(a, b) && !newer(b, a) }

// newestOf is the state of a key: no row is newer.
func newestOf(rows []*logRow) *logRow {
	var newest *logRow
	for _, r := range rows {
		if newest == nil || newer(r.row, newest.row) {
			newest = r
		}
	}
	return newest
}

// add takes in a committed row. The product may stamp one as another that was
// there: the primary key says that it has gone.
func (m *logModel) add(r row, t *task) {
	m.rows = slices.DeleteFunc(m.rows, func(o *logRow) bool { return o.name() == r.name() })
	added := &logRow{row: r, order: m.added, there: true, plain: t.plain}
	if !isDelete(r) {
		added.with = t.login
	}
	m.rows = append(m.rows, added)
	m.added++
}

// hiding is a DELETE row of ours, and how many rows there were when its task began.
type hiding struct {
	row
	seen int
}

// hides wants a DELETE row of ours to come after the rows that were there before
// its task began, and to expire no sooner.
func (m *logModel) hides(d row, seen int) error {
	_, there := m.of(d.key())
	for _, r := range there {
		if r.order < seen && (d.created <= r.created || d.expires < r.expires) {
			return fmt.Errorf("%s does not hide %s", d, r)
		}
	}
	return nil
}

func (m *logModel) of(key sessionstore.Key) (all, there []*logRow) {
	for _, r := range m.rows {
		if r.key() == key {
			all = append(all, r)
			if r.there {
				there = append(there, r)
			}
		}
	}
	return all, there
}

// copy and restore keep what a look changes.
func (m *logModel) copy() []logRow {
	var rows []logRow
	for _, r := range m.rows {
		rows = append(rows, *r)
	}
	return rows
}

func (m *logModel) restore(rows []logRow) {
	m.rows = nil
	for _, r := range rows {
		m.rows = append(m.rows, &r)
	}
}

func (m *logModel) keys() []sessionstore.Key {
	var keys []sessionstore.Key
	for _, r := range m.rows {
		if !slices.Contains(keys, r.key()) {
			keys = append(keys, r.key())
		}
	}
	return keys
}

// purgeRun is what a purge may do.
type purgeRun struct {
	policies []cleanup.Policy
	cutoff   time.Duration
	before   time.Duration // cutoff less the grace
}

func (p *purgeRun) has(policy cleanup.Policy) bool { return slices.Contains(p.policies, policy) }

// mayTake tells whether a purge may have removed a row of a key, all rows of
// which are given.
func (p *purgeRun) mayTake(temp bool, r *logRow, all []*logRow) bool {
	if r.created >= p.before || temp && !p.has(cleanup.Temp) {
		return false
	}
	ended := r.expires < p.before
	for _, n := range all {
		if newer(n.row, r.row) && n.created <= p.cutoff &&
			(temp || ended && p.has(cleanup.Expired) || p.has(cleanup.LoggedOut) && isDelete(n.row) || p.has(cleanup.Superseded) && !isDelete(n.row)) {
			return true
		}
	}
	return ended && (temp || p.has(cleanup.Expired)) && noneBefore(r, all)
}

// noneBefore tells whether the older rows of a key have gone.
func noneBefore(r *logRow, all []*logRow) bool {
	for _, o := range all {
		if o.there && newer(r.row, o.row) {
			return false
		}
	}
	return true
}

// removes tells whether a physical delete may take a row. The product's compares
// as the collation does, which can be as loose as this.
func (m *removal) removes(r *logRow) bool {
	if m.product {
		return r.typ == m.typ && loosely(r.id) == loosely(m.id)
	}
	return r.id == m.id && r.typ == m.typ && int64(r.created) <= m.upto
}

func loosely(id string) string {
	return strings.Trim(strings.ReplaceAll(strings.ToLower(id), "á", "a"), " ")
}

// must tells whether a physical delete has to take a row that was there before.
func (m *removal) must(r *logRow) bool { return m.removes(r) && r.id == m.id }

// look takes over which rows the database has, and returns those that have left
// it. An error names what must not be so.
func (m *logModel) look(found []row, active []*purgeRun, removals []removedBy) (gone []*logRow, err error) {
	byName := map[rowID]row{}
	for _, r := range found {
		byName[r.name()] = r
	}
	for _, r := range m.rows {
		got, there := byName[r.name()]
		delete(byName, r.name())
		switch {
		case there && !r.there:
			return nil, fmt.Errorf("%s is back in the table", r)
		case there && got.expires != r.expires:
			return nil, fmt.Errorf("%s is now %s", r, got)
		case !there && r.there:
			gone = append(gone, r)
		}
	}
	for _, r := range byName {
		return nil, fmt.Errorf("nobody has written %s", r)
	}
	for _, r := range gone {
		r.there = false
	}
	return gone, m.lawful(gone, active, removals)
}

// removedBy is a removal and what it must have seen.
type removedBy struct {
	removal
	order int
}

func (m *logModel) lawful(gone []*logRow, active []*purgeRun, removals []removedBy) error {
	for _, d := range removals {
		for _, r := range m.rows {
			if m.temp && r.there && r.order < d.order && d.must(r) {
				return fmt.Errorf("%s is still there after it was deleted", r)
			}
		}
	}
	removed := func(r *logRow) bool {
		return m.temp && !r.there && slices.ContainsFunc(removals, func(d removedBy) bool { return d.removes(r) })
	}
	m.rows = slices.DeleteFunc(m.rows, removed)
	for _, r := range gone {
		all, _ := m.of(r.key())
		if !removed(r) && !slices.ContainsFunc(active, func(p *purgeRun) bool { return p.mayTake(m.temp, r, all) }) {
			return fmt.Errorf("%s has gone, although no rule of the purge allows it; all rows of the key:%s", r, listed(all))
		}
	}
	return m.newestStays()
}

// newestStays wants the newest row of a key to be there as long as any row of it
// is: then no reader finds what was hidden.
func (m *logModel) newestStays() error {
	for _, key := range m.keys() {
		all, there := m.of(key)
		if len(there) > 0 && !level(newestOf(all).row, newestOf(there).row) {
			return fmt.Errorf("%s: an older row is there without the newest one:%s", key, listed(all))
		}
		if answers := productAnswers(there); answers.there && !productAnswers(all).there {
			return fmt.Errorf("%s: the product's read finds a session that was gone:%s", key, listed(all))
		}
	}
	return nil
}

// productAnswer is what the product's read may say: the newest row by its stamp
// alone, expired or not; it has no rule for a tie.
type productAnswer struct{ there, gone bool }

func productAnswers(rows []*logRow) (a productAnswer) {
	a.gone = len(rows) == 0
	for _, r := range rows {
		if !slices.ContainsFunc(rows, func(o *logRow) bool { return o.created > r.created }) {
			a.there = a.there || !isDelete(r.row)
			a.gone = a.gone || isDelete(r.row)
		}
	}
	return a
}

// expected is what remains after a purge long after everything has expired: the
// newest row of a key, if it never does.
func (m *logModel) expected() map[rowID]bool {
	left := map[rowID]bool{}
	for _, key := range m.keys() {
		all, _ := m.of(key)
		newest := newestOf(all)
		for _, r := range all {
			if level(r.row, newest.row) && r.expires == never {
				left[r.name()] = true
			}
		}
	}
	return left
}

func listed(rows []*logRow) string {
	rows = slices.Clone(rows)
	slices.SortFunc(rows, func(a, b *logRow) int { return int(min(1, max(-1, a.created-b.created))) })
	var s strings.Builder
	for _, r := range rows {
		fmt.Fprintf(&s, "\n\t%s %s, there: %t", r, r.typ, r.there)
	}
	return s.String()
}
