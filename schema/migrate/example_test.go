package migrate_test

import (
	"context"
	"fmt"
	"log"
	"os"
	"strings"

	"github.com/sessiondb/sessiondb/dialects"
	"github.com/sessiondb/sessiondb/dialects/sqlite"
	"github.com/sessiondb/sessiondb/schema/migrate"
)

func Example() {
	ctx := context.Background()
	db, dialect, _, err := dialects.Open(ctx, "sqlite::memory:")
	if err != nil {
		log.Fatal(err)
	}
	m, err := migrate.New(db, dialect, &migrate.Options{Prefix: "sso_"})
	if err != nil {
		log.Fatal(err)
	}
	steps, err := m.Up(ctx)
	if err != nil {
		log.Fatal(err)
	}
	for _, s := range steps {
		fmt.Println(s.Name)
	}
	if err := db.Close(); err != nil {
		log.Fatal(err)
	}
	// Output:
	// 00001_session_store
	// 00002_temp_session_store
	// 00003_user_session_mapping
	// 00004_session_app_info
	// 00005_session_meta_data
	// 00006_auth_user
	// 00007_wait_status
}

// Tables that another installation made: here one of them got an index less.
func ExampleMigrator_Adopt() {
	ctx := context.Background()
	db, dialect, _, err := dialects.Open(ctx, "sqlite::memory:")
	if err != nil {
		log.Fatal(err)
	}
	var script strings.Builder
	if err := migrate.Print(&script, dialect, nil); err != nil {
		log.Fatal(err)
	}
	if _, err := db.ExecContext(ctx, script.String()+"DROP INDEX IDX_USER_ID"); err != nil {
		log.Fatal(err)
	}
	m, err := migrate.New(db, dialect, nil)
	if err != nil {
		log.Fatal(err)
	}
	report, err := m.Adopt(ctx, nil)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("compatible:", report.Compatible())
	for _, d := range report.Differences {
		fmt.Println(d.Severity, "-", d)
	}
	if err := db.Close(); err != nil {
		log.Fatal(err)
	}
	// Output:
	// compatible: true
	// missing index - IDN_AUTH_USER_SESSION_MAPPING: index IDX_USER_ID (USER_ID) is missing
}

func ExampleMigrator_Down() {
	ctx := context.Background()
	db, dialect, _, err := dialects.Open(ctx, "sqlite::memory:")
	if err != nil {
		log.Fatal(err)
	}
	m, err := migrate.New(db, dialect, nil)
	if err != nil {
		log.Fatal(err)
	}
	if _, err := m.UpTo(ctx, 1); err != nil {
		log.Fatal(err)
	}
	if _, err := db.ExecContext(ctx, "INSERT INTO IDN_AUTH_SESSION_STORE VALUES ('id', 'SSO', 'STORE', NULL, 1, -1, 2)"); err != nil {
		log.Fatal(err)
	}
	_, err = m.Down(ctx, nil)
	fmt.Println(err)
	if err := db.Close(); err != nil {
		log.Fatal(err)
	}
	// Output:
	// table holds rows: IDN_AUTH_SESSION_STORE has 1; --drop-data (DownOptions.DropData) drops them with it
}

func ExamplePrint() {
	var script strings.Builder
	if err := migrate.Print(&script, sqlite.Dialect, &migrate.Options{Prefix: "sso_"}, "lease"); err != nil {
		log.Fatal(err)
	}
	for line := range strings.Lines(script.String()) {
		if strings.HasPrefix(line, "CREATE TABLE") {
			fmt.Fprint(os.Stdout, line)
		}
	}
	// Output:
	// CREATE TABLE sso_IDN_AUTH_SESSION_STORE (
	// CREATE TABLE sso_IDN_AUTH_TEMP_SESSION_STORE (
	// CREATE TABLE sso_IDN_AUTH_USER_SESSION_MAPPING (
	// CREATE TABLE sso_IDN_AUTH_SESSION_APP_INFO (
	// CREATE TABLE sso_IDN_AUTH_SESSION_META_DATA (
	// CREATE TABLE sso_IDN_AUTH_USER (
	// CREATE TABLE sso_IDN_AUTH_WAIT_STATUS (
	// CREATE TABLE sso_SESSIONDB_LEASE (
}
