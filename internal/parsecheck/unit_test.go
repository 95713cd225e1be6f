package parsecheck

import (
	"slices"
	"testing"
)

func TestPrepare(t *testing.T) {
	for _, c := range []struct{ database, in, want string }{
		{"oracle", "A = :1 AND B = ':2' -- :3\nAND C = :10", "A = :b1 AND B = ':2' -- :3\nAND C = :b10"},
		{"oracle", ":NEW.ID", ":NEW.ID"},
		{"db2", "A = ? AND B = 'is it''s ?' AND \"?\" = ?", "A = 1 AND B = 'is it''s ?' AND \"?\" = 1"},
		{"mssql", "A = @p1 AND B = '?'", "A = @p1 AND B = '?'"},
	} {
		if got := forSqlfluff(statement{database: c.database, text: c.in}); got != c.want {
			t.Errorf("%s: %s became %s, want %s", c.database, c.in, got, c.want)
		}
	}
}

func TestDamages(t *testing.T) {
	got := damages("DELETE FROM T WHERE A = 'WHERE' /* AND */ AND B IN (SELECT C FROM U)")
	want := []string{
		"DQELETE FROM T WHERE A = 'WHERE' /* AND */ AND B IN (SELECT C FROM U)",
		"DELETE FROM T WHERE A = 'WHERE' /* AND */ AQND B IN (SELECT C FROM U)",
		"DELETE FROM T WHERE A = 'WHERE' /* AND */ AND B IN (SELECT C FQROM U)",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
}
