//go:build db2

package migrate_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/sessiondb/sessiondb/dialects"
	"github.com/sessiondb/sessiondb/internal/enginetest"
	"github.com/sessiondb/sessiondb/schema/migrate"
)

// TestAdoptDB2 adopts tables of another installation through IBM's driver, on
// DB2 or Apache Derby.
func TestAdoptDB2(t *testing.T) {
	p := newPlace(t, "db2")
	target, err := dialects.ParseURL(p.url)
	if err != nil {
		t.Fatal(err)
	}
	prefix := target.Prefix
	p.dialect = p.orDerby(t)
	installation := p.migrator(t, &migrate.Options{Prefix: prefix, VersionTable: "by_hand"})
	p.forget(t, installation, prefix)
	up(t, installation)

	m := p.migrator(t, &migrate.Options{Prefix: prefix})
	if r, err := m.Adopt(t.Context(), &migrate.AdoptOptions{DryRun: true}); err != nil || listed(r) != "" {
		t.Errorf("%v\n%s", err, listed(r))
	}
	p.exec(t, "ALTER TABLE "+prefix+"IDN_AUTH_SESSION_STORE ADD COLUMN NODE VARCHAR(9)",
		"ALTER TABLE "+prefix+"IDN_AUTH_SESSION_STORE ALTER COLUMN TENANT_ID SET DEFAULT 0",
		"ALTER TABLE "+prefix+"IDN_AUTH_USER DROP CONSTRAINT "+prefix+"USER_STORE_CONSTRAINT",
		"DROP INDEX "+prefix+"IDX_IDN_AUTH_SSTR_ET_ID",
		"CREATE INDEX "+prefix+"BY_EXPIRY ON "+prefix+"IDN_AUTH_TEMP_SESSION_STORE (EXPIRY_TIME)")
	r, err := m.Adopt(t.Context(), nil)
	want := strings.Join([]string{
		"missing index: " + prefix + store + "index " + prefix + "IDX_IDN_AUTH_SSTR_ET_ID (EXPIRY_TIME, SESSION_ID) is missing",
		also + prefix + store + "column TENANT_ID has default 0 instead of -1",
		also + prefix + store + "column NODE (VARCHAR(9)) is not in the migrations",
		also + prefix + temp + "index " + prefix + "BY_EXPIRY (EXPIRY_TIME) is not in the migrations: what the optional migration temp_expiry_index makes",
		bad + prefix + users + "unique key (USER_NAME, TENANT_ID, DOMAIN_NAME, IDP_ID) is missing: two writers could store the same row twice",
	}, "\n")
	if !errors.Is(err, migrate.ErrIncompatible) || listed(r) != want {
		t.Errorf("%v\n%s\nwant\n%s", err, listed(r), want)
	}
	p.exec(t, "ALTER TABLE "+prefix+"IDN_AUTH_USER ADD CONSTRAINT "+prefix+"USER_STORE_CONSTRAINT UNIQUE (USER_NAME, TENANT_ID, DOMAIN_NAME, IDP_ID)")
	if r, err := m.Adopt(t.Context(), nil); err != nil || !r.Migrations[0].Adopted {
		t.Errorf("%v\n%s", err, listed(r))
	}
	if steps, err := m.Up(t.Context()); err != nil || len(steps) != 0 {
		t.Errorf("up = %v, %v", names(steps), err)
	}
	if _, err := m.Down(t.Context(), nil); !errors.Is(err, migrate.ErrAdopted) {
		t.Errorf("down = %v", err)
	}
}

// orDerby is the dialect for the server that is there: Derby, which has no such
// catalog, gets the forms and the catalog queries that it takes.
func (p place) orDerby(t *testing.T) dialects.Dialect {
	t.Helper()
	m := p.migrator(t, nil)
	db2, err := m.Exists(t.Context(), "SYSCAT.TABLES")
	if err != nil {
		t.Fatal(err)
	}
	if db2 {
		return p.dialect
	}
	files := p.dialect.Migrations()
	files.Baseline = enginetest.ForDerby(t, files.Baseline)
	files.Catalog = enginetest.DerbyCatalog
	return other{p.dialect, files}
}

// forget leaves nothing on the server, which is shared, also after a failure.
func (p place) forget(t *testing.T, installation *migrate.Migrator, prefix string) {
	t.Helper()
	t.Cleanup(func() {
		ctx := context.WithoutCancel(t.Context())
		_, _ = p.db.ExecContext(ctx, "DELETE FROM "+prefix+"sessiondb_optional_version WHERE version_id < 0") // perhaps it is not there
		if err := installation.Remove(ctx, &migrate.DownOptions{DropData: true}); err != nil {
			t.Error(err)
		}
	})
}
