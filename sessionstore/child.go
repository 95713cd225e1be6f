package sessionstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/sessiondb/sessiondb/dialects"
)

// childRow is a row that is added unless it is there, and locked in either case:
// a purge that wants to remove it has to wait for the writer's transaction.
type childRow struct {
	what          string
	upsert, touch func(context.Context) (int64, error)
	// other reads the row that the database's key takes for this one, and returns
	// how it is spelt when that is another spelling, else "".
	other func(context.Context) (string, error)
}

// keep adds or locks the row. It returns ErrOtherSpelling when another row has
// its key.
func (a accessor) keep(ctx context.Context, r childRow) error {
	for range a.s.opts.Attempts {
		if done, err := a.tryKeep(ctx, r); done || err != nil {
			return a.s.wrap("add "+r.what, err)
		}
	}
	return fmt.Errorf("%w: %s came and went %d times", ErrConflict, r.what, a.s.opts.Attempts)
}

// tryKeep reports false when the row went away between two statements.
func (a accessor) tryKeep(ctx context.Context, r childRow) (bool, error) {
	n, err := r.upsert(ctx)
	if errors.Is(dialects.Classified(a.s.dialect, err), ErrDuplicate) {
		// Where an upsert is an insert of what is not there, another writer came
		// between. The transaction goes on there: only PostgreSQL would end it.
		n, err = 0, nil
	}
	if err != nil || n > 0 && !a.s.limits.traits.LooseUpsert {
		return err == nil, err
	}
	if n, err = r.touch(ctx); err != nil || n > 0 {
		return err == nil, err
	}
	other, err := r.other(ctx)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	if err == nil && other != "" {
		err = otherSpelling(other, ErrDuplicate)
	}
	return err == nil, err // there: the driver counts changes only
}

func otherSpelling(other string, err error) error {
	return fmt.Errorf("%w: %w: %s is there: use that spelling, or give the column a binary collation", err, ErrOtherSpelling, other)
}

// unlessSame shows the columns of a row when it is not the one that was asked
// for.
func unlessSame(same bool, err error, columns ...any) (string, error) {
	if err != nil || same {
		return "", err
	}
	shown := make([]string, len(columns))
	for i, c := range columns {
		shown[i] = fmt.Sprint(c)
		if text, ok := c.(string); ok {
			shown[i] = strconv.QuoteToASCII(text)
		}
	}
	return strings.Join(shown, ", "), nil
}

// idempotent runs fn in one transaction, and again when the connection is lost,
// even during the commit.
func (s *Store) idempotent(ctx context.Context, fn func(context.Context, *Tx) error) error {
	lost := func(err error) bool { return errors.Is(err, dialects.ErrUnavailable) }
	return s.attempt(ctx, lost, func(ctx context.Context) error { return s.InTx(ctx, fn) })
}
