package schema

import (
	"fmt"
	"strings"
	"testing"

	"github.com/sessiondb/sessiondb/cmd/sqlc-gen-dialect/internal/lex"
)

func read(t *testing.T, dialect string, texts ...string) *Schema {
	t.Helper()
	syntax, ok := lex.SyntaxOf(dialect)
	if !ok {
		t.Fatalf("no syntax %s", dialect)
	}
	s := New(dialect)
	for i, text := range texts {
		if err := s.Add(fmt.Sprintf("%d.sql", i+1), text, syntax); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

// spelled writes a table's columns: name, family, width or bits, ! for not null.
func spelled(s *Schema, table string) string {
	tab := s.Table(table)
	if tab == nil {
		return "no table"
	}
	var columns []string
	for _, c := range tab.Columns {
		text := c.Name + " " + string(c.Type.Family)
		if size := c.Type.Width + c.Type.Bits; size > 0 {
			text += fmt.Sprint(" ", size)
		}
		if c.NotNull {
			text += "!"
		}
		columns = append(columns, text)
	}
	return strings.Join(columns, ", ")
}

var tables = []struct {
	name, dialect, ddl, want string
}{
	{"PostgreSQL", "postgres", `
		DROP TABLE IF EXISTS BOOK;
		CREATE SEQUENCE BOOK_SEQ;
		CREATE UNLOGGED TABLE IF NOT EXISTS public.BOOK (
		    ID INTEGER DEFAULT NEXTVAL('BOOK_SEQ'),
		    TITLE VARCHAR (100) NOT NULL,
		    COVER BYTEA,
		    MADE TIMESTAMP (6) WITH TIME ZONE DEFAULT now(),
		    TAGS text[],
		    TEXTS character varying(20) CHECK (length(TEXTS) > 1),
		    PRICE NUMERIC(10, 2) NOT NULL,
		    RATE DOUBLE PRECISION,
		    CONSTRAINT BOOK_TITLE UNIQUE (TITLE, PRICE),
		    PRIMARY KEY (ID)
		);`,
		"ID integer 32!, TITLE string 100!, COVER binary, MADE time, TAGS string, TEXTS string 20, PRICE decimal!, RATE float"},
	{"MySQL", "mysql", "CREATE TABLE IF NOT EXISTS `BOOK` (\n" +
		"ID BIGINT UNSIGNED AUTO_INCREMENT NOT NULL,\n`KEY` VARCHAR(10) DEFAULT 'a,b' COMMENT 'it\\'s',\nCOVER MEDIUMBLOB,\n" +
		"MADE TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP, FLAG TINYINT(1), E ENUM('a', 'b'),\n" +
		"PRIMARY KEY (ID), KEY BOOK_KEY (`KEY`(5)), UNIQUE KEY x (FLAG), FULLTEXT KEY y (`KEY`)) DEFAULT CHARACTER SET latin1 ENGINE INNODB;",
		"ID integer 64!, KEY string 10, COVER binary, MADE time!, FLAG integer 8, E "},
	{"SQLite", "sqlite", `CREATE TABLE BOOK (ID INTEGER PRIMARY KEY, TITLE TEXT NOT NULL, SOLD BIGINT, X, KEY TEXT) STRICT, WITHOUT ROWID;`,
		"ID integer!, TITLE string!, SOLD integer, X , KEY string"},
	{"SQL Server", "mssql", `
		IF NOT EXISTS (SELECT * FROM SYS.OBJECTS WHERE OBJECT_ID = OBJECT_ID(N'[DBO].[BOOK]') AND TYPE IN (N'U'))
		CREATE TABLE [dbo].[BOOK] (
		    [ID] [INTEGER] IDENTITY(1, 1),
		    TITLE NVARCHAR(MAX) NOT NULL,
		    COVER VARBINARY (MAX) NULL,
		    MADE DATETIME2(7),
		    FLAG BIT,
		    PRIMARY KEY CLUSTERED (TITLE ASC, FLAG)
		);
		GO`,
		"ID integer 32!, TITLE string!, COVER binary, MADE time, FLAG boolean!"},
	{"Oracle", "oracle", `
		CREATE GLOBAL TEMPORARY TABLE BOOK (
		    ID INTEGER,
		    SOLD NUMBER(19),
		    PAGES NUMBER(10),
		    STARS NUMBER (5,0) NOT NULL,
		    PRICE NUMBER(10, 2),
		    ANY_NUMBER NUMBER,
		    TITLE VARCHAR2(100 CHAR),
		    COVER RAW(16),
		    OLD LONG RAW,
		    MADE TIMESTAMP WITH LOCAL TIME ZONE,
		    PRIMARY KEY(ID)
		) ON COMMIT DELETE ROWS
		/
		CREATE OR REPLACE TRIGGER BOOK_TRIG BEFORE INSERT ON BOOK REFERENCING NEW AS NEW FOR EACH ROW
		BEGIN
		    SELECT BOOK_SEQ.nextval INTO :NEW.ID FROM dual;
		END;
		/`,
		"ID integer!, SOLD integer 64, PAGES integer 32, STARS integer 16!, PRICE decimal, ANY_NUMBER decimal, TITLE string 100, COVER binary, OLD binary, MADE time"},
	{"DB2", "db2", `
		CREATE TABLE BOOK (
		    ID INTEGER NOT NULL GENERATED ALWAYS AS IDENTITY (START WITH 1 INCREMENT BY 1),
		    TITLE VARCHAR (100) NOT NULL,
		    CODE CHAR(8) FOR BIT DATA,
		    COVER BINARY LARGE OBJECT (1M),
		    NOTES CHARACTER LARGE OBJECT,
		    OLD LONG VARCHAR,
		    PRIMARY KEY (ID)
		)
		/`,
		"ID integer 32!, TITLE string 100!, CODE binary, COVER binary, NOTES string, OLD string"},
}

func TestCreateTable(t *testing.T) {
	for _, test := range tables {
		if got := spelled(read(t, test.dialect, test.ddl), "book"); got != test.want {
			t.Errorf("%s:\n got %s\nwant %s", test.name, got, test.want)
		}
	}
}

func TestAlterTable(t *testing.T) {
	const create = "CREATE TABLE BOOK (ID INTEGER NOT NULL, TITLE VARCHAR(100) NOT NULL);\n"
	tests := []struct{ dialect, ddl, want string }{
		{"postgres", "ALTER TABLE IF EXISTS ONLY BOOK ADD COLUMN IF NOT EXISTS SOLD BIGINT NOT NULL DEFAULT 0, ADD CONSTRAINT x CHECK (ID > 0), ADD NOTE TEXT;", "ID integer 32!, TITLE string 100!, SOLD integer 64!, NOTE string"},
		{"postgres", "ALTER TABLE BOOK ALTER COLUMN TITLE TYPE TEXT, ALTER ID DROP NOT NULL, DROP COLUMN IF EXISTS NONE;", "ID integer 32, TITLE string 100!"},
		{"mysql", "ALTER TABLE BOOK MODIFY COLUMN TITLE VARCHAR(255), DROP COLUMN ID;", "TITLE string 100!"},
		{"mysql", "ALTER TABLE BOOK ADD INDEX i (ID), ADD SOLD BIGINT AFTER ID;", "ID integer 32!, TITLE string 100!, SOLD integer 64"},
		{"mssql", "ALTER TABLE BOOK ADD SOLD BIGINT, NOTE NVARCHAR(20); ALTER TABLE dbo.BOOK ALTER COLUMN TITLE VARCHAR(200);", "ID integer 32!, TITLE string 100!, SOLD integer 64, NOTE string 20"},
		{"oracle", "ALTER TABLE BOOK ADD (SOLD NUMBER(19), NOTE CLOB)\n/\nALTER TABLE BOOK MODIFY (TITLE VARCHAR2(200))\n/", "ID integer!, TITLE string 100!, SOLD integer 64, NOTE string"},
		{"db2", "ALTER TABLE BOOK ALTER COLUMN TITLE SET DATA TYPE VARCHAR(200) ADD COLUMN X BLOB;", "ID integer 32!, TITLE string 100!"},
		{"sqlite", "ALTER TABLE OTHER ADD COLUMN X TEXT; ALTER TABLE BOOK RENAME TO BOOKS;", "ID integer!, TITLE string 100!"},
		{"sqlite", "DROP TABLE IF EXISTS BOOK;", "no table"},
		{"sqlite", "-- +goose Down\nDROP TABLE BOOK;", "ID integer!, TITLE string 100!"},
		{"sqlite", "-- +GOOSE down\nDROP TABLE BOOK;'", "ID integer!, TITLE string 100!"},
	}
	for _, test := range tests {
		if got := spelled(read(t, test.dialect, create, test.ddl), "BOOK"); got != test.want {
			t.Errorf("%s: %s\n got %s\nwant %s", test.dialect, test.ddl, got, test.want)
		}
	}
}

func TestSequences(t *testing.T) {
	s := read(t, "db2", "CREATE SEQUENCE BOOK_SEQ START WITH 1 INCREMENT BY 1 NOCACHE\n/\nCREATE SEQUENCE x.\"Other\"\n/")
	if !s.Sequence("book_seq") || !s.Sequence("OTHER") || s.Sequence("BOOK") {
		t.Error("sequences are not as written")
	}
}

// FuzzAdd: no text makes the scanner fail or stand still.
func FuzzAdd(f *testing.F) {
	for _, test := range tables {
		f.Add(test.ddl)
	}
	f.Add("ALTER TABLE BOOK ADD (")
	f.Add("CREATE TABLE A (B (), C")
	f.Fuzz(func(_ *testing.T, text string) {
		for _, name := range lex.Names() {
			syntax, _ := lex.SyntaxOf(name)
			s := New(name)
			_ = s.Add("a.sql", "CREATE TABLE BOOK (ID INTEGER);", syntax)
			_ = s.Add("b.sql", text, syntax)
		}
	})
}
