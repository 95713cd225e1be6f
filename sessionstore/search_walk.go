package sessionstore

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"slices"

	"github.com/sessiondb/sessiondb/gen"
)

// walker finds candidates: sessions that were active as of the list's instant,
// in the order of the list. The database orders ids, Go orders stamps.
type walker interface {
	// next returns the next candidates, and whether there may be more after them.
	next(ctx context.Context) (batch []place, more bool, err error)
}

// Rows of the log that a window of a walk spans, at first and at most. A window
// grows while the page is not full.
const (
	minWindow = 128
	maxWindow = 8192
)

// maxDriven is the most rows of an index on a user, or on a subject at an
// application, that are followed; someone with more sessions is found soon enough
// by walking the log.
const maxDriven = 20_000

// walker chooses the way with the fewest rows.
func (l *listing) walker(ctx context.Context) (walker, error) {
	hints := newHints(l.terms)
	if hints.sessionID != "" {
		return &onceWalk{l, func(ctx context.Context) ([]place, error) { return l.one(ctx, hints) }}, nil
	}
	if l.opts.User != "" {
		_, err := l.main.MappingBeyond(ctx, gen.MappingBeyondParams{UserID: l.opts.User, Skip: maxDriven})
		if err != nil {
			return &onceWalk{l, l.byUser}, unlessNone(err)
		}
	}
	if hints.subject != "" && hints.app.Valid {
		_, err := l.main.AppInfoBeyond(ctx, gen.AppInfoBeyondParams{AppID: hints.app.Int32, Subject: hints.subject, Skip: maxDriven})
		if err != nil {
			return &onceWalk{l, func(ctx context.Context) ([]place, error) { return l.byApp(ctx, hints) }}, unlessNone(err)
		}
	}
	size := min(max(4*l.opts.Limit, minWindow), maxWindow)
	if l.opts.Order == OrderByID {
		return &idWalk{l: l, hints: hints, size: size}, nil
	}
	return newStampWalk(l, hints, size), nil
}

// unlessNone is the error of a query that found something other than no row.
func unlessNone(err error) error {
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	return err
}

// arrange puts candidates, which come in the order of ids, into that of the list.
func (l *listing) arrange(found []place) []place {
	found = slices.Compact(found) // a join may repeat a row
	found = slices.DeleteFunc(found, func(p place) bool { return p.stamp < l.since || p.stamp > l.until || l.passed(p) })
	switch l.opts.Order {
	case OrderNewest:
		slices.SortStableFunc(found, func(a, b place) int { return cmp.Compare(b.stamp, a.stamp) })
	case OrderOldest:
		slices.SortStableFunc(found, func(a, b place) int { return cmp.Compare(a.stamp, b.stamp) })
	}
	return found
}

// passed reports whether the stamp of a candidate lies before the page. The
// statements have compared the ids.
func (l *listing) passed(p place) bool {
	switch {
	case l.after == nil:
		return false
	case l.opts.Order == OrderNewest:
		return p.stamp > l.after.stamp
	case l.opts.Order == OrderOldest:
		return p.stamp < l.after.stamp
	default:
		return false
	}
}

// tie is the part of a statement that leaves out ids that the page before had at
// its last stamp.
func (l *listing) tie() (id sql.NullString, stamp sql.NullInt64) {
	if l.after == nil || l.opts.Order == OrderByID {
		return id, stamp
	}
	return nullText(l.after.id), sql.NullInt64{Int64: l.after.stamp, Valid: true}
}

// afterID is the same for the order of ids.
func (l *listing) afterID() sql.NullString {
	if l.after == nil || l.opts.Order != OrderByID {
		return sql.NullString{}
	}
	return nullText(l.after.id)
}

func nullText(s string) sql.NullString { return sql.NullString{String: s, Valid: true} }

// onceWalk has all its candidates in one statement.
type onceWalk struct {
	l    *listing
	find func(context.Context) ([]place, error)
}

func (w *onceWalk) next(ctx context.Context) ([]place, bool, error) {
	found, err := w.find(ctx)
	return w.l.arrange(found), false, err
}

// stampWalk follows the stamps, window by window. Rows with one stamp are in one
// window.
type stampWalk struct {
	l         *listing
	hints     hints
	size      int
	low, high int64 // what is left
}

func newStampWalk(l *listing, h hints, size int) *stampWalk {
	w := &stampWalk{l: l, hints: h, size: size, low: l.since, high: min(l.until, l.asOf)}
	if l.after != nil && l.opts.Order == OrderNewest {
		w.high = min(w.high, l.after.stamp)
	} else if l.after != nil {
		w.low = max(w.low, l.after.stamp)
	}
	return w
}

func (w *stampWalk) next(ctx context.Context) ([]place, bool, error) {
	if w.low > w.high {
		return nil, false, nil
	}
	low, high, err := w.window(ctx)
	if err != nil {
		return nil, false, err
	}
	found, err := w.l.byStamp(ctx, w.hints, low, high)
	if w.l.opts.Order == OrderNewest {
		w.high = low - 1
	} else {
		w.low = high + 1
	}
	w.size = min(2*w.size, maxWindow)
	return w.l.arrange(found), w.low <= w.high, err
}

// window is the next range of about size rows; all the rest when there are fewer.
func (w *stampWalk) window(ctx context.Context) (low, high int64, err error) {
	skip := int32(w.size - 1)
	var end int64
	if w.l.opts.Order == OrderNewest {
		end, err = w.l.main.StampBoundaryBack(ctx, gen.StampBoundaryBackParams{Before: w.high + 1, Skip: skip})
	} else {
		end, err = w.l.main.StampBoundary(ctx, gen.StampBoundaryParams{Before: w.high + 1, AfterTime: sql.NullInt64{Int64: w.low - 1, Valid: true}, Skip: skip})
	}
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return w.low, w.high, nil
	case w.l.opts.Order == OrderNewest:
		return max(end, w.low), w.high, err
	default:
		return w.low, end, err
	}
}

// idWalk follows the ids, window by window. Spellings that are equal to the
// database are in one window.
type idWalk struct {
	l     *listing
	hints hints
	size  int
	from  sql.NullString // where the window before has ended
}

func (w *idWalk) next(ctx context.Context) ([]place, bool, error) {
	r := idRange{beyond: w.from, after: w.l.afterID()}
	bound := gen.SessionIDBoundaryParams{AfterID: w.from, Skip: int32(w.size - 1)}
	if !w.from.Valid {
		bound.AfterID = r.after
	} else {
		r.after = sql.NullString{}
	}
	end, err := w.l.main.SessionIDBoundary(ctx, bound)
	more := err == nil
	if more {
		r.upto = nullText(end)
	} else if !errors.Is(err, sql.ErrNoRows) {
		return nil, false, err
	}
	found, err := w.l.byID(ctx, w.hints, r)
	w.from, w.size = r.upto, min(2*w.size, maxWindow)
	return w.l.arrange(found), more, err
}
