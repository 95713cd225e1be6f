package dialecttest

import (
	"fmt"
	"maps"
	"slices"

	"github.com/sessiondb/sessiondb/sessionstore"
)

// childModel is the child rows that sessions should have, by id; the rows are
// named by their table and value.
type childModel map[string]map[string]bool

// The child rows of a session, as upsertChildren makes them.
var childNames = []string{"mapping:", "app:", "meta:IP", "meta:User Agent"}

func (m childModel) add(id string, names []string) {
	if m[id] == nil {
		m[id] = map[string]bool{}
	}
	for _, n := range names {
		m[id][n] = true
	}
}

func (m childModel) copy() childModel {
	c := childModel{}
	for id, names := range m {
		c[id] = maps.Clone(names)
	}
	return c
}

func (m childModel) remove(id string, names []string) {
	for _, n := range names {
		delete(m[id], n)
	}
}

// sessionView is what the log says about one session when its children are
// looked at.
type sessionView struct {
	rows   []*logRow
	gone   []*logRow // left the table since the last look
	active []*purgeRun
	added  []string // child rows that the product has added since the last look
	// removed is true when the product has removed child rows, in which order to
	// others nobody knows.
	removed bool
	// ended is true when the session was terminated, perhaps; orphan when a sweep may
	// have taken it for one.
	ended, orphan bool
	// known is how many rows the log had at the last look.
	known int
}

// stores counts the STORE rows of a list.
func stores(rows []*logRow) (n int) {
	for _, r := range rows {
		if !isDelete(r.row) {
			n++
		}
	}
	return n
}

func (v *sessionView) there() (there []*logRow) {
	for _, r := range v.rows {
		if r.there {
			there = append(there, r)
		}
	}
	return there
}

// look compares the child rows of a session with the model, and takes over what
// was rightly removed: by a purge, a sweep, or whoever ended the session. The child
// rows of a log-in stay as long as its row is the newest.
func (m childModel) look(id string, found map[string]bool, v sessionView) error {
	if v.removed {
		for _, r := range v.rows {
			r.with = nil
		}
		m[id] = maps.Clone(found)
		return nil
	}
	for name := range found {
		if !m[id][name] {
			return fmt.Errorf("session %q has a child row %q that nobody has added", id, name)
		}
	}
	if newest := newestOf(v.there()); newest != nil {
		if lost := newest.lost(found); len(lost) > 0 {
			return fmt.Errorf("session %q lives and has lost the child rows %q of its log-in; its rows:%s", id, lost, listed(v.rows))
		}
	}
	lost := len(found) < len(m[id])
	switch {
	case v.ended || v.orphan:
	case stores(v.there()) > 0:
		if lost && !v.endedBefore(found) {
			return fmt.Errorf("session %q has a STORE row and has lost child rows; it has %v of %v; its rows:%s",
				id, keys(found), keys(m[id]), listed(v.rows))
		}
	case stores(v.gone) > 0:
		for _, name := range keys(found) {
			if !slices.Contains(v.added, name) {
				return fmt.Errorf("session %q has child row %q after its last STORE row has gone; its rows:%s", id, name, listed(v.rows))
			}
		}
	case lost && len(v.active) == 0:
		return fmt.Errorf("session %q has lost child rows and no purge was at work; it has %v of %v", id, keys(found), keys(m[id]))
	}
	m[id] = maps.Clone(found)
	return nil
}

// endedBefore tells whether the session had ended for the purge, and what is
// there now was stored after the purge had looked, without children or with all that
// it brought: who does so does not get those of the session before. The STORE rows
// that have gone could go then without a row that is there now.
func (v *sessionView) endedBefore(found map[string]bool) bool {
	var before []*logRow
	for _, r := range v.rows {
		if r.there && !isDelete(r.row) {
			if !r.plain && (r.with == nil || len(r.lost(found)) > 0) {
				return false
			}
			continue
		}
		before = append(before, r)
	}
	for _, r := range v.gone {
		mayTake := func(p *purgeRun) bool { return p.mayTake(false, r, before) }
		if !isDelete(r.row) && !slices.ContainsFunc(v.active, mayTake) {
			return false
		}
	}
	return stores(v.gone) > 0
}

func keys(set map[string]bool) []string { return slices.Sorted(maps.Keys(set)) }

// ssoRows are the rows of a session in the main log.
func (m *logModel) ssoRows(rows []*logRow, id string) (own []*logRow) {
	for _, r := range rows {
		if r.id == id && r.typ == sessionstore.SSOType {
			own = append(own, r)
		}
	}
	return own
}
