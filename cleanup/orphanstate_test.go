package cleanup

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

var testOrigin = origin{Dialect: "sqlite", Database: "a.db", SSOType: "SSO"}

func testState() *orphanState {
	at := time.Date(2026, 1, 2, 3, 4, 5, 678, time.UTC)
	return &orphanState{
		Origin: testOrigin, Looked: instants{at, at.Add(-time.Second)},
		ids: []string{"", "a", "A ", "<&>\u2028\n\"\\", "é😀", "raw \xff\xfe", `{"base64":"YQ=="}`},
	}
}

// written saves a state and returns the path and the bytes.
func written(t *testing.T, s *orphanState) (string, []byte) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "state")
	if err := saveState(path, s); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return path, text
}

func TestStateComesBack(t *testing.T) {
	want := testState()
	path, text := written(t, want)
	if lines := bytes.Count(text, []byte("\n")); lines != len(want.ids)+2 {
		t.Errorf("%d lines:\n%s", lines, text)
	}
	got, err := loadState(path, testOrigin)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(got.ids, want.ids) || got.Looked != want.Looked || got.Origin != want.Origin {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm()&0o077 != 0 {
		t.Errorf("others may read it: %v, %v", info.Mode(), err)
	}
}

func TestStateIsReplacedAsAWhole(t *testing.T) {
	path, _ := written(t, testState())
	next := &orphanState{Origin: testOrigin}
	if err := saveState(path, next); err != nil {
		t.Fatal(err)
	}
	got, err := loadState(path, testOrigin)
	if err != nil || len(got.ids) != 0 {
		t.Errorf("%+v, %v", got, err)
	}
	if files, err := os.ReadDir(filepath.Dir(path)); err != nil || len(files) != 1 {
		t.Errorf("left behind: %v, %v", files, err)
	}
	err = saveState(filepath.Join(filepath.Dir(path), "no", "folder"), next)
	if !errors.Is(err, os.ErrNotExist) || !strings.HasPrefix(err.Error(), "write the state file: ") {
		t.Errorf("into no folder: %v", err)
	}
}

// A look is not begun when nobody could keep what it finds.
func TestStateThatCannotBeWritten(t *testing.T) {
	folder := t.TempDir()
	if err := mayWriteState(filepath.Join(folder, "state")); err != nil {
		t.Error(err)
	}
	if files, err := os.ReadDir(folder); err != nil || len(files) != 0 {
		t.Errorf("left behind: %v, %v", files, err)
	}
	err := mayWriteState(filepath.Join(folder, "no", "state"))
	if !errors.Is(err, ErrState) || !errors.Is(err, os.ErrNotExist) {
		t.Error(err)
	}
}

func TestNoStateIsTheFirstRun(t *testing.T) {
	if got, err := loadState(filepath.Join(t.TempDir(), "none"), testOrigin); got != nil || err != nil {
		t.Errorf("%v, %v", got, err)
	}
}

// Every cut and every changed byte is found out.
func TestDamagedStateIsRefused(t *testing.T) {
	path, text := written(t, testState())
	check := func(what string, damaged []byte) {
		t.Helper()
		if err := os.WriteFile(path, damaged, 0o600); err != nil {
			t.Fatal(err)
		}
		got, err := loadState(path, testOrigin)
		if got != nil || !errors.Is(err, ErrState) || !strings.Contains(err.Error(), path) || !strings.Contains(err.Error(), "remove it") && !strings.Contains(err.Error(), "name another file") {
			t.Errorf("%s: %v, %v", what, got, err)
		}
	}
	for n := range text {
		check("cut off", text[:n])
		changed := bytes.Clone(text)
		changed[n] ^= 1
		check("changed: "+string(changed), changed)
	}
	check("more lines", append(bytes.Clone(text), text...))
	check("another file", []byte("id,name\n1,2\n"))
	check("a line without an end", bytes.Repeat([]byte("x"), 1<<17))
	check("another version", bytes.Replace(text, []byte(`"version":1`), []byte(`"version":2`), 1))
}

func TestStateOfOtherTablesIsRefused(t *testing.T) {
	path, _ := written(t, testState())
	for _, change := range []func(*origin){
		func(o *origin) { o.Dialect = "mysql" }, func(o *origin) { o.Database = "b.db" }, func(o *origin) { o.Schema = "s" },
		func(o *origin) { o.Prefix = "p" }, func(o *origin) { o.SSOType = "t" },
	} {
		other := testOrigin
		change(&other)
		_, err := loadState(path, other)
		if !errors.Is(err, ErrState) || !strings.Contains(err.Error(), testOrigin.String()) || !strings.Contains(err.Error(), other.String()) {
			t.Errorf("%s: %v", other, err)
		}
	}
}

// The clock that makes the time shorter counts.
func TestTimeBetweenLooks(t *testing.T) {
	then := testState().Looked
	for _, c := range []struct{ host, database, want time.Duration }{
		{time.Hour, time.Hour, time.Hour}, {time.Minute, time.Hour, time.Minute}, {time.Hour, time.Minute, time.Minute},
		{time.Hour, -time.Minute, -time.Minute},
	} {
		now := instants{then.Host.Add(c.host), then.Database.Add(c.database)}
		if got := now.since(then); got != c.want {
			t.Errorf("%+v: %s", c, got)
		}
	}
}

func TestOrphanOptions(t *testing.T) {
	var none *OrphanOptions
	got, err := none.withDefaults(2000)
	if err != nil || got.ChunkSize != 2000 || got.Grace != DefaultGrace || got.MaxCandidates != DefaultMaxCandidates || got.Logger == nil {
		t.Errorf("%+v, %v", got, err)
	}
	for want, o := range map[string]*OrphanOptions{
		"grace 0s is under 1m0s":                 {GraceSet: true},
		"grace 59s is under 1m0s":                {Grace: 59 * time.Second},
		"grace -1ns is negative":                 {Grace: -1, Quiesced: true},
		"chunk size -1: give 1 to":               {ChunkSize: -1},
		"MaxCandidates is -1: give 1 or more":    {MaxCandidates: -1},
		"now is 1500-01-01T00:00:00Z: give an i": {Now: time.Date(1500, 1, 1, 0, 0, 0, 0, time.UTC)},
	} {
		if _, err := o.withDefaults(0); !errors.Is(err, ErrInvalid) || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: %v, want %s", o, err, want)
		}
	}
}
