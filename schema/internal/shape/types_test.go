package shape

import "testing"

func TestParseType(t *testing.T) {
	for spelled, want := range map[string]string{
		"VARCHAR (100)":               "VARCHAR(100)",
		"character varying(100)":      "VARCHAR(100)",
		"VARCHAR2(100 CHAR)":          "VARCHAR(100 CHAR)",
		"varchar(max)":                "VARCHAR",
		"VARBINARY(MAX)":              "VARBINARY",
		"bigint(20)":                  "BIGINT",
		"int(10) unsigned":            "INT UNSIGNED",
		"NUMBER(19,0)":                "NUMERIC(19)",
		"numeric(19, 2)":              "NUMERIC(19,2)",
		"timestamp without time zone": "TIMESTAMP",
		"timestamp(3) with time zone": "TIMESTAMP WITH TIME ZONE(3)",
		"CHARACTER(1)":                "CHAR(1)",
		"VARCHAR(10) FOR BIT DATA":    "VARBINARY(10)",
		"BLOB(64K)":                   "BLOB(64K)",
		"mediumblob":                  "MEDIUMBLOB",
		"":                            "",
	} {
		if got := ParseType(spelled).String(); got != want {
			t.Errorf("%q = %q, want %q", spelled, got, want)
		}
	}
}

func TestTypesDiffer(t *testing.T) {
	db2 := map[string]int64{"BLOB": 1 << 20, "TIMESTAMP": 6}
	oracle := map[string]int64{"INTEGER": 38, "TIMESTAMP": 6}
	for _, c := range []struct {
		have, want string
		sizes      map[string]int64
		what       string
		fits       bool
	}{
		{"INTEGER", "INT", nil, "", true},
		{"NUMBER(19,0)", "NUMBER(19)", oracle, "", true},
		{"NUMBER(19,0)", "INTEGER", oracle, "is NUMERIC(19) instead of INTEGER", true},
		{"NUMBER(10,0)", "INTEGER", oracle, "is NUMERIC(10), narrower than INTEGER", false},
		{"NUMBER", "NUMBER(19)", oracle, "is NUMERIC, wider than NUMERIC(19)", true},
		{"NUMBER(19,2)", "NUMBER(19)", oracle, "is NUMERIC(19,2), another kind of type than NUMERIC(19)", false},
		{"VARCHAR2(100 CHAR)", "VARCHAR(100)", oracle, "is VARCHAR(100 CHAR), wider than VARCHAR(100)", true},
		{"VARCHAR2(100)", "VARCHAR(100)", oracle, "", true},
		{"CLOB", "VARCHAR(100)", oracle, "is CLOB, another kind of type than VARCHAR(100)", false},
		{"RAW(2000)", "BLOB", oracle, "is RAW(2000), narrower than BLOB", false},
		{"TIMESTAMP(6)", "TIMESTAMP", oracle, "", true},
		{"DATE", "TIMESTAMP", oracle, "is DATE, another kind of type than TIMESTAMP", false},
		{"BLOB(1048576)", "BLOB", db2, "", true},
		{"BLOB(1M)", "BLOB", db2, "", true},
		{"BLOB(64K)", "BLOB", db2, "is BLOB(64K), narrower than BLOB", false},
		{"BLOB(2147483647)", "BLOB", db2, "is BLOB(2147483647), wider than BLOB", true},
		{"nvarchar(100)", "VARCHAR(100)", nil, "is NVARCHAR(100) instead of VARCHAR(100)", true},
		{"varchar(max)", "VARCHAR(255)", nil, "is VARCHAR, wider than VARCHAR(255)", true},
		{"varbinary(8000)", "VARBINARY(MAX)", nil, "is VARBINARY(8000), narrower than VARBINARY", false},
		{"char(100)", "VARCHAR(100)", nil, "is CHAR(100), another kind of type than VARCHAR(100)", false},
	} {
		what, fits := ParseType(c.have).differs(ParseType(c.want), c.sizes)
		if what != c.what || fits != c.fits {
			t.Errorf("%s for %s: %q, %v; want %q, %v", c.have, c.want, what, fits, c.what, c.fits)
		}
	}
}

func TestNormalParts(t *testing.T) {
	for part, want := range map[string]string{
		"lower((user_name)::text)": "LOWER(USER_NAME)", // PostgreSQL
		`LOWER("USER_NAME")`:       "LOWER(USER_NAME)", // Oracle
		"LOWER( USER_NAME )":       "LOWER(USER_NAME)",
		"`time_created`":           "TIME_CREATED",
		"[TIME_CREATED] ASC":       "TIME_CREATED",
	} {
		if got := normalPart(part); got != want {
			t.Errorf("%q = %q, want %q", part, got, want)
		}
	}
}

func TestDefaults(t *testing.T) {
	for value, want := range map[string]string{
		"'-1'::integer":                         "-1", // PostgreSQL
		"((-1))":                                "-1", // SQL Server
		"('1')":                                 "1",
		"-1 ":                                   "-1", // Oracle
		"NULL":                                  "",   // MariaDB
		"current_timestamp()":                   "CURRENT_TIMESTAMP",
		"'1'::bpchar":                           "1",
		"nextval('x_seq'::regclass)":            "filled",
		"\"DBA\".\"S\".\"NEXTVAL\"":             "filled",
		"(NEXT VALUE FOR [dbo].[S])":            "filled",
		"CURRENT_TIMESTAMP(6) ON UPDATE NOW(6)": "CURRENT_TIMESTAMP ON UPDATE NOW(6)",
	} {
		var c Column
		c.setDefault(value)
		got := c.Default
		if c.Filled {
			got = "filled"
		}
		if got != want {
			t.Errorf("%q = %q, want %q", value, got, want)
		}
	}
}
