package bench

import (
	"database/sql"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/sessiondb/sessiondb/dialects"
	"github.com/sessiondb/sessiondb/internal/enginetest"
)

// original is a loaded database from which copies are made, one a measurement:
// a purge can be measured once only.
type original struct {
	server *enginetest.Server
	url    string
	copies int
}

// newOriginal loads a database, with statistics and without leftovers of the
// load, as a database that has stood for weeks has.
func newOriginal(b *testing.B, s *enginetest.Server, logRows int) *original {
	b.Helper()
	o := &original{server: s, url: newSchema(b, s)}
	db := openPool(b, o.url)
	load(b, s.Engine, db, backlog(logRows))
	switch s.Engine {
	case enginetest.NamePostgres:
		exec(b, db, "VACUUM ANALYZE", "CHECKPOINT")
	case enginetest.NameSQLite:
		exec(b, db, "ANALYZE", "PRAGMA wal_checkpoint(TRUNCATE)")
	}
	closed(b, db.Close())
	return o
}

// copied makes a fresh copy and hands its URL to use. The copy is gone
// afterwards, so that no disk and no background work piles up.
func (o *original) copied(b *testing.B, use func(url string)) {
	b.Helper()
	o.copies++
	switch o.server.Engine {
	case enginetest.NameSQLite:
		o.copyFile(b, use)
	case enginetest.NamePostgres:
		o.copyTemplate(b, use)
	default:
		o.copyRows(b, use)
	}
}

func (o *original) copyFile(b *testing.B, use func(string)) {
	from := strings.TrimPrefix(o.url, "sqlite:")
	to := filepath.Join(b.TempDir(), "copy"+strconv.Itoa(o.copies)+".db")
	data, err := os.ReadFile(from)
	if err != nil {
		b.Fatal(err)
	}
	f, err := os.Create(to)
	if err != nil {
		b.Fatal(err)
	}
	if _, err := f.Write(data); err != nil {
		b.Fatal(err)
	}
	closed(b, f.Sync()) // or the first commit of the measurement pays for the copy
	closed(b, f.Close())
	use("sqlite:" + to)
	for _, suffix := range []string{"", "-wal", "-shm"} {
		_ = os.Remove(to + suffix) // the last connection may have removed it
	}
}

func (o *original) copyTemplate(b *testing.B, use func(string)) {
	name, target := o.copyName(b)
	admin := openPool(b, o.server.URL)
	defer func() { closed(b, admin.Close()) }()
	exec(b, admin, "CREATE DATABASE "+target+" TEMPLATE "+name, "CHECKPOINT")
	use(o.withDatabase(b, target))
	exec(b, admin, "DROP DATABASE "+target)
}

func (o *original) copyRows(b *testing.B, use func(string)) {
	name, target := o.copyName(b)
	admin := openPool(b, o.server.URL)
	defer func() { closed(b, admin.Close()) }()
	exec(b, admin, "CREATE DATABASE "+target)
	for _, t := range tablesOf(b, admin, name) {
		to := target + "." + t
		exec(b, admin, "CREATE TABLE "+to+" LIKE "+name+"."+t, "INSERT INTO "+to+" SELECT * FROM "+name+"."+t, "ANALYZE TABLE "+to)
	}
	use(o.withDatabase(b, target))
	exec(b, admin, "DROP DATABASE "+target)
}

func tablesOf(b *testing.B, db *sql.DB, database string) []string {
	rows, err := db.QueryContext(b.Context(), "SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA = '"+database+"'")
	if err != nil {
		b.Fatal(err)
	}
	defer rows.Close()
	var names []string
	for rows.Next() {
		var n string
		closed(b, rows.Scan(&n))
		names = append(names, n)
	}
	closed(b, rows.Err())
	return names
}

// copyName is the database's own name and one for the next copy.
func (o *original) copyName(b *testing.B) (name, target string) {
	t, err := dialects.ParseURL(o.url)
	if err != nil {
		b.Fatal(err)
	}
	name = strings.TrimPrefix(t.URL.Path, "/")
	return name, name + "_" + strconv.Itoa(o.copies)
}

func (o *original) withDatabase(b *testing.B, name string) string {
	u, err := url.Parse(o.url)
	if err != nil {
		b.Fatal(err)
	}
	u.Path = "/" + name
	return u.String()
}
