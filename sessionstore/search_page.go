package sessionstore

import (
	"context"
	"database/sql"
	"fmt"
	"math"
	"slices"
)

// listing is one call of Search.
type listing struct {
	accessor
	opts   SearchOptions
	terms  []term
	tenant sql.NullInt32
	// asOf and liveAt are the instants of the rows that give the places, and of
	// their expiry.
	asOf, liveAt int64
	// since and until bound the stamps of places.
	since, until int64
	// after is the place of the last session that was shown; nil at the beginning.
	after *place
	// cut says that the page became full before the last session that belongs to it.
	cut bool
}

// place is where a session stands in a list.
type place struct {
	stamp int64
	id    string
}

func (s *Store) newListing(o *SearchOptions) (*listing, error) {
	l := &listing{accessor: s.root, until: math.MaxInt64}
	if o != nil {
		l.opts = *o
	}
	setDefault(&l.opts.Limit, DefaultPageSize)
	if err := l.check(); err != nil {
		return nil, err
	}
	now := s.opts.Now().UnixNano()
	l.asOf, l.liveAt = now, now
	if l.opts.Order == OrderByID {
		l.asOf = math.MaxInt64 // the newest row is the state, as Get sees it
	}
	return l, l.resume()
}

func (l *listing) check() error {
	o := &l.opts
	if o.Limit < 0 || o.Limit > MaxPageSize {
		return fmt.Errorf("%w: Limit %d: a page has 1 to %d sessions: give less, and read on with Page.Next", ErrInvalid, o.Limit, MaxPageSize)
	}
	if o.Order < OrderNewest || o.Order > OrderByID {
		return fmt.Errorf("%w: Order %d: use OrderNewest, OrderOldest or OrderByID", ErrInvalid, int(o.Order))
	}
	if o.User != "" {
		if err := l.s.limits.fits(userColumn, "User", o.User); err != nil {
			return err
		}
	}
	var err error
	if l.tenant, err = nullTenant(o.Tenant); err != nil {
		return err
	}
	l.terms, err = o.Filter.terms()
	l.bounds()
	return err
}

func nullTenant(id *int) (sql.NullInt32, error) {
	if id == nil {
		return sql.NullInt32{}, nil
	}
	n, err := tenant(*id)
	return sql.NullInt32{Int32: n, Valid: true}, err
}

// bounds takes the stamps from the terms since and until.
func (l *listing) bounds() {
	for _, t := range l.terms {
		switch {
		case t.kind == kindSince && t.Operator == OperatorGreater && t.n < math.MaxInt64:
			l.since = max(l.since, t.n+1)
		case t.kind == kindSince:
			l.since = max(l.since, t.n)
		case t.kind == kindUntil && t.Operator == OperatorLess:
			l.until = min(l.until, t.n-1)
		case t.kind == kindUntil:
			l.until = min(l.until, t.n)
		}
	}
}

// atLeast is how many candidates are loaded at once when some may not match.
const atLeast = 100

func (l *listing) page(ctx context.Context) (*Page, error) {
	page := &Page{Sessions: []UserSession{}}
	w, err := l.walker(ctx)
	for more := err == nil; more && err == nil; {
		var batch []place
		batch, more, err = w.next(ctx)
		for len(batch) > 0 && err == nil && l.room(page) > 0 {
			n := min(len(batch), l.room(page))
			if len(l.terms) > 0 {
				n = min(len(batch), max(n, atLeast))
			}
			err = l.load(ctx, page, batch[:n])
			batch = batch[n:]
		}
		if l.room(page) <= 0 && (more || len(batch) > 0 || l.cut) {
			page.Next = l.token()
			break
		}
	}
	if err != nil {
		return nil, l.s.wrap("search sessions", err)
	}
	return page, nil
}

func (l *listing) room(page *Page) int { return l.opts.Limit - len(page.Sessions) }

// load reads candidates and adds those that are active and match, until the page
// is full.
func (l *listing) load(ctx context.Context, page *Page, batch []place) error {
	ids := make([]string, len(batch))
	stamps := make(map[string]int64, len(batch))
	for i, p := range batch {
		ids[i] = p.id
		stamps[p.id] = p.stamp
	}
	found, err := l.userSessions(ctx, ids)
	if err != nil {
		return err
	}
	for _, u := range found {
		if !l.shows(&u, stamps[u.ID]) {
			continue
		}
		if l.cut = l.room(page) == 0; l.cut {
			return nil
		}
		page.Sessions = append(page.Sessions, u)
		l.after = &place{stamps[u.ID], u.ID}
	}
	return nil
}

// shows is the exact decision; the statements only leave out what cannot be.
func (l *listing) shows(u *UserSession, stamp int64) bool {
	if l.opts.User != "" && !slices.Contains(u.Users, l.opts.User) {
		return false
	}
	if l.tenant.Valid && u.TenantID != int(l.tenant.Int32) && u.TenantID != NoTenant {
		return false
	}
	return matches(l.terms, u, stamp)
}
