package rt

import "testing"

var library = Dialect{Name: "test", Style: Dollar, Tables: []string{"BOOK", "LOAN"}}

func TestNames(t *testing.T) {
	const template = `{{table BOOK}} {{table loan}} {{table "Book"}} {{table [BOOK]}} nextval({{table 'BOOK'}}) {{brace}}`
	tests := []struct {
		cfg  *Config
		want string
	}{
		{nil, `BOOK loan "Book" [BOOK] nextval('BOOK') {`},
		{&Config{Schema: "s"}, `s.BOOK s.loan s."Book" s.[BOOK] nextval('s.BOOK') {`},
		{&Config{Prefix: "P_"}, `P_BOOK P_loan "P_Book" [P_BOOK] nextval('P_BOOK') {`},
		{&Config{Schema: "s", Prefix: "P_", Rename: map[string]string{"Loan": "TEMP"}}, `s.P_BOOK s.P_TEMP s."P_Book" s.[P_BOOK] nextval('s.P_BOOK') {`},
	}
	for _, test := range tests {
		b, err := NewBuilder(library, test.cfg)
		if err != nil {
			t.Fatal(err)
		}
		if got := b.Text(template); got != test.want {
			t.Errorf("%+v: got %s, want %s", test.cfg, got, test.want)
		}
		if got, _ := b.Dynamic(template).Build(); got != test.want {
			t.Errorf("dynamic %+v: got %s, want %s", test.cfg, got, test.want)
		}
	}
}

func TestConfigIsChecked(t *testing.T) {
	const rule = "^[A-Za-z_][A-Za-z0-9_$]{0,63}$"
	tests := []struct {
		cfg  Config
		want string
	}{
		{Config{Schema: "a.b"}, `Config.Schema "a.b": must be a name that matches ` + rule},
		{Config{Schema: "x; DROP TABLE BOOK"}, `Config.Schema "x; DROP TABLE BOOK": must be a name that matches ` + rule},
		{Config{Prefix: "1"}, `Config.Prefix "1": must match ^[A-Za-z_][A-Za-z0-9_$]{0,29}$`},
		{Config{Prefix: "a234567890123456789012345678901"}, `Config.Prefix "a234567890123456789012345678901": must match ^[A-Za-z_][A-Za-z0-9_$]{0,29}$`},
		{Config{MaxParams: -1}, "Config.MaxParams, Config.MaxList: must not be negative"},
		{Config{MaxList: -1}, "Config.MaxParams, Config.MaxList: must not be negative"},
		{Config{Rename: map[string]string{"X": "Y"}}, `Config.Rename["X"]: no query uses this table; they use BOOK, LOAN`},
		{Config{Rename: map[string]string{"BOOK": "a b"}}, `Config.Rename["BOOK"] "a b": must be a name that matches ` + rule},
	}
	for _, test := range tests {
		_, err := NewBuilder(library, &test.cfg)
		if err == nil || err.Error() != test.want {
			t.Errorf("got %v, want %s", err, test.want)
		}
	}
	if _, err := NewBuilder(library, &Config{Rename: map[string]string{"BOOK": "A", "book": "B"}}); err == nil {
		t.Error("a table that is renamed twice was not refused")
	}
}
