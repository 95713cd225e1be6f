package migrate_test

import (
	"context"
	"net/url"
	"strings"
	"testing"

	"github.com/sessiondb/sessiondb/schema/migrate"
)

// rights are how an account is made that only reads, and how it goes.
type rights struct{ make, drop []string }

// MariaDB answers "denied", not "missing", for a version table that is not
// there, unless the right is on the whole database.
var readers = map[string]rights{
	"postgres": {
		[]string{"CREATE USER READER PASSWORD 'pw'", "GRANT SELECT ON " + strings.Join(tables, ", ") + " TO READER"},
		[]string{"DROP OWNED BY READER", "DROP USER READER"},
	},
	"mysql": {
		[]string{"CREATE USER READER IDENTIFIED BY 'pw'", "GRANT SELECT ON * TO READER"},
		[]string{"DROP USER READER"},
	},
}

// TestAdoptDryRunReadsOnly: SELECT is all that a dry run needs, and it sees as
// much with it as the owner does.
func TestAdoptDryRunReadsOnly(t *testing.T) {
	for engine, r := range readers {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			p := newPlace(t, engine)
			p.byHand(t)
			u, err := url.Parse(p.url)
			if err != nil {
				t.Fatal(err)
			}
			name := "sdbr" + u.Path[len(u.Path)-8:] // accounts are the server's: the end of the database's own name
			u.User = url.UserPassword(name, "pw")
			t.Cleanup(func() {
				for _, s := range r.drop {
					if _, err := p.db.ExecContext(context.WithoutCancel(t.Context()), strings.ReplaceAll(s, "READER", name)); err != nil {
						t.Errorf("%s: %v", s, err)
					}
				}
			})
			for _, s := range r.make {
				p.exec(t, strings.ReplaceAll(s, "READER", name))
			}
			m := connect(t, u.String()).migrator(t, nil)
			if r, err := m.Adopt(t.Context(), &migrate.AdoptOptions{DryRun: true}); err != nil || listed(r) != "" {
				t.Errorf("dry run: %v\n%s", err, listed(r))
			}
		})
	}
}
