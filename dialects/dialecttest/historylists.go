package dialecttest

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/sessiondb/sessiondb/sessionstore"
)

// Sessions as their users know them, and lists of them: they must say what the log
// and the child rows say.

// activeRow is the newest row of a session that is active at an instant, else nil.
func activeRow(there []*logRow, at time.Duration) (active *logRow) {
	newest := newestOf(there)
	for _, r := range there {
		if level(r.row, newest.row) && !isDelete(r.row) && r.expires > at && (active == nil || r.expires > active.expires) {
			active = r
		}
	}
	return active
}

// readLists takes one way of reading a list after another, look by look.
func (h *history) readLists(found map[string]*kids) error {
	if len(h.ids) == 0 {
		return nil
	}
	turn := h.turn
	errs := []error{h.readUserSession(h.ids[turn%len(h.ids)], found), h.countSessions()}
	if turn%2 == 0 {
		return errors.Join(append(errs, h.readOpenList())...)
	}
	turn /= 2
	ways := h.ways()
	w := ways[turn%len(ways)]
	w.Order = orders[turn/len(ways)%len(orders)]
	w.Limit = []int{1, 2, 20}[turn%3]
	return errors.Join(append(errs, h.readList(w, found))...)
}

// readAllLists reads a list in every way.
func (h *history) readAllLists() error {
	found, err := h.place.readChildren()
	for _, id := range h.ids {
		err = errors.Join(err, h.readUserSession(id, found))
	}
	for _, w := range h.ways() {
		for _, w.Order = range orders {
			for _, w.Limit = range []int{1, 20} {
				err = errors.Join(err, h.readList(w, found))
			}
		}
	}
	return err
}

// way is a list, and the sessions that its filter leaves.
type way struct {
	sessionstore.SearchOptions
	fits func(id string, k *kids) bool
}

func (h *history) ways() []way {
	all := way{fits: func(string, *kids) bool { return true }}
	ways := []way{all, all}
	for _, id := range h.ids {
		is := sessionstore.Condition{Attribute: sessionstore.AttributeSessionID, Operator: sessionstore.OperatorEqual, Value: id}
		subject := sessionstore.Condition{Attribute: sessionstore.AttributeLoginID, Operator: sessionstore.OperatorEqual, Value: subject(id)}
		app := sessionstore.Condition{Attribute: sessionstore.AttributeAppID, Operator: sessionstore.OperatorEqual, Value: "1"}
		ways = append(ways,
			way{sessionstore.SearchOptions{User: user(id)}, func(_ string, k *kids) bool { return k != nil && slices.Contains(k.users, user(id)) }},
			way{sessionstore.SearchOptions{Filter: filterOf(is)}, func(other string, _ *kids) bool { return other == id }},
			way{sessionstore.SearchOptions{Filter: filterOf(subject, app)}, func(other string, k *kids) bool { return k != nil && other == id && len(k.apps) > 0 }})
	}
	shared := way{sessionstore.SearchOptions{User: everyone}, func(_ string, k *kids) bool { return k != nil && slices.Contains(k.users, everyone) }}
	return append(ways, shared)
}

func filterOf(conditions ...sessionstore.Condition) sessionstore.Filter {
	return sessionstore.Filter{Conditions: conditions}
}

// placeOf is the place of a session in a list as of an instant: the stamp of the
// row that is the newest then, if that is a STORE row and lives.
func placeOf(there []*logRow, asOf, at time.Duration) (time.Duration, bool) {
	there = slices.DeleteFunc(slices.Clone(there), func(r *logRow) bool { return r.created > asOf })
	if len(there) == 0 {
		return 0, false
	}
	r := activeRow(there, at)
	if r == nil {
		return 0, false
	}
	return r.created, true
}

// readList reads a whole list, page by page, and wants it to have each active
// session that it should have once, in its place, with its child rows.
func (h *history) readList(w way, found map[string]*kids) error {
	what := fmt.Sprintf("list %s of user %q, order %s, pages of %d", w.Filter, w.User, w.Order, w.Limit)
	asOf := h.readAt
	if w.Order == sessionstore.OrderByID {
		asOf = never
	}
	places := map[string]time.Duration{}
	for _, id := range h.ids {
		_, there := h.main.of(sso(id))
		place, listed := placeOf(there, asOf, h.readAt)
		if listed && activeRow(there, h.readAt) != nil && w.fits(id, found[id]) {
			places[id] = place
		}
	}
	got, err := h.pages(w.SearchOptions)
	if err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	h.place.did.lists++
	if err := h.inPlace(w.Order, got, places); err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	for _, s := range got {
		if err := h.isSession(&s, found[s.ID]); err != nil {
			return fmt.Errorf("%s: %w", what, err)
		}
	}
	return nil
}

func (h *history) pages(o sessionstore.SearchOptions) (all []sessionstore.UserSession, err error) {
	for more := true; more; more = o.Token != "" {
		page, err := h.reader.Search(h.crew.ctx, &o)
		if err != nil {
			return nil, err
		}
		all = append(all, page.Sessions...)
		o.Token = page.Next
		if len(all) > 10*len(h.ids) {
			return nil, errors.New("it does not end")
		}
	}
	return all, nil
}

// inPlace compares ids and order. By id, and of equal stamps, the order is the
// database's own.
func (h *history) inPlace(order sessionstore.Order, got []sessionstore.UserSession, places map[string]time.Duration) error {
	var ids []string
	last := map[sessionstore.Order]time.Duration{sessionstore.OrderNewest: never, sessionstore.OrderOldest: -never}[order]
	for _, s := range got {
		place, listed := places[s.ID]
		if !listed || slices.Contains(ids, s.ID) {
			return fmt.Errorf("it has %q, which should not be there, or not again; the model has %v", s.ID, places)
		}
		if order == sessionstore.OrderNewest && place > last || order == sessionstore.OrderOldest && place < last {
			return fmt.Errorf("%q is out of place; the model has %v", s.ID, places)
		}
		last, ids = place, append(ids, s.ID)
	}
	if len(ids) < len(places) {
		return fmt.Errorf("it has %q; the model has %v", ids, places)
	}
	return nil
}

func (h *history) readUserSession(id string, found map[string]*kids) error {
	s, err := h.reader.UserSession(h.crew.ctx, id)
	_, there := h.main.of(sso(id))
	active := activeRow(there, h.readAt) != nil
	switch {
	case errors.Is(err, sessionstore.ErrNotFound) && !active:
		return nil
	case err != nil:
		return fmt.Errorf("UserSession %q: %w; its rows:%s", id, err, listed(there))
	case !active:
		return fmt.Errorf("UserSession %q finds a session that is not active; its rows:%s", id, listed(there))
	}
	return h.isSession(s, found[id])
}

// isSession wants a session to be what its newest row and its child rows say.
func (h *history) isSession(s *sessionstore.UserSession, k *kids) error {
	_, there := h.main.of(sso(s.ID))
	r := activeRow(there, h.readAt)
	if k == nil {
		k = &kids{}
	}
	var expires time.Time
	if r.expires != never {
		expires = epoch.Add(r.expires)
	}
	if !s.CreatedAt.Equal(epoch.Add(r.created)) || !s.ExpiresAt.Equal(expires) {
		return fmt.Errorf("session %q is created %s and expires %s; its rows:%s", s.ID, s.CreatedAt, s.ExpiresAt, listed(there))
	}
	if got, want := fmt.Sprint(s.Users, s.Applications, s.Properties), fmt.Sprint(k.users, k.apps, k.props); got != want && len(s.Properties)+len(k.props) > 0 {
		return fmt.Errorf("session %q has %s, and the tables have %s", s.ID, got, want)
	}
	return nil
}

func (h *history) countSessions() error {
	want := int64(0)
	for _, id := range h.ids {
		if _, there := h.main.of(sso(id)); activeRow(there, h.readAt) != nil {
			want++
		}
	}
	n, err := h.reader.CountActive(h.crew.ctx, nil)
	if err == nil && n != want {
		err = fmt.Errorf("%d sessions are active, and CountActive says %d", want, n)
	}
	return err
}

// openList is a list by id that is read page by page while a history goes on.
type openList struct {
	token string
	ids   []string
	// always are the sessions that were active all the time.
	always map[string]bool
}

// readOpenList reads a further page, and wants each session that was active all
// the time to come exactly once, and none to come twice.
func (h *history) readOpenList() error {
	if h.crew.moves() {
		h.list = nil // what is active changes while the page is read
		return nil
	}
	if h.list == nil {
		h.list = &openList{always: map[string]bool{}}
		for _, id := range h.ids {
			h.list.always[id] = true
		}
	}
	for _, id := range h.ids {
		if _, there := h.main.of(sso(id)); activeRow(there, h.readAt) == nil {
			delete(h.list.always, id)
		}
	}
	page, err := h.reader.Search(h.crew.ctx, &sessionstore.SearchOptions{Order: sessionstore.OrderByID, Limit: 1, Token: h.list.token})
	if err != nil {
		return fmt.Errorf("next page by id: %w", err)
	}
	for _, s := range page.Sessions {
		if slices.Contains(h.list.ids, s.ID) {
			return fmt.Errorf("%q comes twice in a list by id", s.ID)
		}
		h.list.ids = append(h.list.ids, s.ID)
	}
	if h.list.token = page.Next; page.Next != "" {
		return nil
	}
	for id := range h.list.always {
		if !slices.Contains(h.list.ids, id) {
			return fmt.Errorf("%q was active all the time and is not in a list by id, which has %q", id, h.list.ids)
		}
	}
	h.list = nil
	return nil
}
