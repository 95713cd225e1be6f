package sessionstore

import (
	"context"
	"fmt"
	"iter"

	"github.com/sessiondb/sessiondb/gen"
)

// Order is the order of a list of sessions.
type Order int

// The orders. A session's place in the first two is the stamp of its newest row
// when the first page was read; sessions with one stamp follow their ids. Ids
// are in the order of the database.
const (
	// OrderNewest lists the sessions that were stored or extended last first.
	OrderNewest Order = iota
	// OrderOldest lists them last.
	OrderOldest
	// OrderByID follows the ids. It is the one order in which a session that is
	// active all the time comes exactly once whatever happens between two pages.
	OrderByID
)

// orderNames are as the command line has them.
var orderNames = [...]string{"newest", "oldest", "id"}

// String names the order.
func (o Order) String() string {
	if o < OrderNewest || o > OrderByID {
		return fmt.Sprintf("Order(%d)", int(o))
	}
	return orderNames[o]
}

// Limits of a page.
const (
	DefaultPageSize = 20
	MaxPageSize     = 1000
)

// SearchOptions say which active single sign-on sessions to list. The zero value
// and nil work.
type SearchOptions struct {
	// Filter is what the sessions have to fulfil; default nothing.
	Filter Filter
	// Tenant lists the sessions of a tenant and, as the reference does, those of no
	// tenant; default all. A pointer to NoTenant lists only the latter.
	Tenant *int
	// User lists the sessions that are mapped to this user id; default all.
	User string
	// Order is the order of the list; default OrderNewest.
	Order Order
	// Limit is the most sessions of a page, up to MaxPageSize; default
	// DefaultPageSize.
	Limit int
	// Token is Page.Next of the page before, with the other options unchanged, but
	// for Limit; default the first page.
	Token string
}

// Page is a part of a list.
type Page struct {
	// Sessions may be empty even where Next is not: when the list has ended exactly
	// with the page before.
	Sessions []UserSession
	// Next is the token of the next page, empty at the end of the list.
	Next string
}

// Search lists active single sign-on sessions, one entry each, page by page.
// Whether a session is active and fulfils the filter is decided when its page is
// read; its place in the time orders when the first page was. It returns
// ErrInvalid, for a token also when it belongs to other options, or the
// database's error classified.
//
// In the time orders, sessions that begin after the first page are not in the
// list, and one that is extended between two pages is neither skipped nor
// repeated. Two things can still move it: a write with a stamp from before the
// first page that is committed after it, and a purge that removes the row that
// gave the place, which is older than the purge's grace then. OrderByID knows
// neither; there, sessions that begin between two pages may be in the list.
//
// Without an index to follow (a session id, a user, or a login id together with
// an application) a search reads the log in its order until the page is full. Bound
// it by since and until, or by a deadline of ctx.
func (s *Store) Search(ctx context.Context, o *SearchOptions) (*Page, error) {
	l, err := s.newListing(o)
	if err != nil {
		return nil, err
	}
	return l.page(ctx)
}

// AllUserSessions ranges over the pages of Search, beginning with that of
// o.Token. Limit is the size of a page; default MaxPageSize. It ends with the
// first error.
func (s *Store) AllUserSessions(ctx context.Context, o *SearchOptions) iter.Seq2[UserSession, error] {
	return func(yield func(UserSession, error) bool) {
		var opts SearchOptions
		if o != nil {
			opts = *o
		}
		setDefault(&opts.Limit, MaxPageSize)
		for more := true; more; more = opts.Token != "" {
			page, err := s.Search(ctx, &opts)
			if err != nil {
				yield(UserSession{}, err)
				return
			}
			for _, found := range page.Sessions {
				if !yield(found, nil) {
					return
				}
			}
			opts.Token = page.Next
		}
	}
}

// SessionsOfUser lists the active sessions that are mapped to a user, in the
// order of their ids. Mappings that an ended session has left behind count for
// nothing. Errors are those of Search.
func (s *Store) SessionsOfUser(ctx context.Context, userID string) ([]UserSession, error) {
	if userID == "" {
		return nil, fmt.Errorf("%w: user id is empty: give one", ErrInvalid)
	}
	var all []UserSession
	for found, err := range s.AllUserSessions(ctx, &SearchOptions{User: userID, Order: OrderByID}) {
		if err != nil {
			return nil, err
		}
		all = append(all, found)
	}
	return all, nil
}

// CountActive counts the active single sign-on sessions of a tenant, by the rule
// of SearchOptions.Tenant, or all with nil. The database counts, and reads every
// row that has not expired. It returns ErrInvalid, or the database's error
// classified.
func (s *Store) CountActive(ctx context.Context, tenantID *int) (int64, error) {
	id, err := nullTenant(tenantID)
	if err != nil {
		return 0, err
	}
	n, err := s.root.main.CountActiveSessions(ctx, gen.CountActiveSessionsParams{
		SessionType: s.opts.SSOType, LiveAt: s.opts.Now().UnixNano(), TenantID: id,
	})
	return n, s.wrap("count active sessions", err)
}
