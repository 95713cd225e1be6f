package cleanup

import (
	"bytes"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestParsePolicies(t *testing.T) {
	for list, want := range map[string][]Policy{
		"all":                   {Superseded, LoggedOut, Expired, Temp},
		"expired":               {Expired},
		"temp, logged-out":      {Temp, LoggedOut},
		" superseded ,expired ": {Superseded, Expired},
		"wait":                  {Wait},
		"all,wait":              {Superseded, LoggedOut, Expired, Temp, Wait},
	} {
		got, err := ParsePolicies(list)
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("%q: %v, %v, want %v", list, got, err, want)
		}
	}
	for _, list := range []string{"", " ", "Expired", "expired,", ",", "all expired", "all,", "everything", "expired;temp"} {
		_, err := ParsePolicies(list)
		if !errors.Is(err, ErrInvalid) || !strings.Contains(err.Error(), "superseded, logged-out, expired, temp, wait") {
			t.Errorf("%q: %v", list, err)
		}
	}
}

func TestOptionDefaults(t *testing.T) {
	for name, o := range map[string]*Options{"nil": nil, "zero": {}} {
		got, err := o.withDefaults(0)
		if err != nil {
			t.Fatal(err)
		}
		if got.WaitGrace != 26*time.Hour || got.ChunkSize != 8192 || got.Grace != 2*time.Hour || !slices.Equal(got.Policies, Policies()) || got.Logger == nil {
			t.Errorf("%s: %+v", name, got)
		}
	}
	got, err := (&Options{GraceSet: true, Quiesced: true, ChunkSize: 1, Policies: []Policy{Temp}}).withDefaults(0)
	if err != nil || got.Grace != 0 || got.ChunkSize != 1 || len(got.Policies) != 1 {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestChunkSizeIsClamped(t *testing.T) {
	for _, c := range []struct{ asked, limit, want, lines int }{
		{0, 0, 8192, 0}, {0, 2000, 2000, 1}, {5000, 4000, 4000, 1}, {4000, 4000, 4000, 0}, {100, 2000, 100, 0},
	} {
		var out bytes.Buffer
		got, err := (&Options{ChunkSize: c.asked, Logger: slog.New(slog.NewTextHandler(&out, nil))}).withDefaults(c.limit)
		if err != nil {
			t.Fatal(err)
		}
		if got.ChunkSize != c.want {
			t.Errorf("asked %d, limit %d: %d, want %d", c.asked, c.limit, got.ChunkSize, c.want)
		}
		if lines := strings.Count(out.String(), "chunk size lowered"); lines != c.lines {
			t.Errorf("asked %d, limit %d: %d lines: %s", c.asked, c.limit, lines, &out)
		}
	}
}

func TestOptionRefusals(t *testing.T) {
	for _, c := range []struct {
		o    Options
		want string
	}{
		{Options{ChunkSize: -1}, "chunk size -1: give 1 to 1000000 rows; the default is 8192"},
		{Options{ChunkSize: 1_000_001}, "chunk size 1000001: give 1 to 1000000 rows; the default is 8192"},
		{Options{Grace: -1, Quiesced: true}, "grace -1ns is negative: give 1m0s or more"},
		{Options{GraceSet: true}, "grace 0s is under 1m0s, so a write that is on its way could lose its session: give more, or stop all writers and say so (--quiesced, Options.Quiesced)"},
		{Options{Grace: time.Second}, "grace 1s is under 1m0s, so a write that is on its way could lose its session: give more, or stop all writers and say so (--quiesced, Options.Quiesced)"},
		{Options{Policies: []Policy{}}, "the list of policies is empty: leave it nil for the default, or give some of superseded, logged-out, expired, temp, wait"},
		{Options{Policies: []Policy{Expired, "old"}}, `policy "old": use some of superseded, logged-out, expired, temp, wait`},
		{Options{WaitGrace: 26*time.Hour - 1, Quiesced: true}, "grace of waits 25h59m59.999999999s is under 26h0m0s: their timestamps carry no time zone, and those of two nodes can be as far apart; give more"},
		{Options{WaitGrace: -1}, "grace of waits -1ns is under 26h0m0s: their timestamps carry no time zone, and those of two nodes can be as far apart; give more"},
		{Options{Now: time.Date(1500, 1, 1, 0, 0, 0, 0, time.UTC)}, "now is 1500-01-01T00:00:00Z: give an instant from 1970 to 2262-04-11T23:47:16Z"},
		{Options{Now: time.Date(2263, 1, 1, 0, 0, 0, 0, time.UTC)}, "now is 2263-01-01T00:00:00Z: give an instant from 1970 to 2262-04-11T23:47:16Z"},
	} {
		_, err := c.o.withDefaults(0)
		if !errors.Is(err, ErrInvalid) || err.Error() != "invalid cleanup option: "+c.want {
			t.Errorf("got %v\nwant %s", err, c.want)
		}
	}
}

func TestReportHasEveryTable(t *testing.T) {
	r := newReport(&Options{Grace: time.Minute, ChunkSize: 5, Policies: []Policy{Temp}})
	if len(r.Tables) != 5 || r.GraceSeconds != 60 || r.ChunkSize != 5 || r.Complete {
		t.Errorf("%+v", r)
	}
	if n := len(newReport(&Options{Policies: []Policy{Wait}}).Tables); n != 6 {
		t.Errorf("with waits: %d tables", n)
	}
	r.add(counts{TableSessions: 2, TableMapping: 1})
	r.add(counts{TableSessions: 3})
	if r.Deleted != 6 || r.Chunks != 2 || r.Tables[TableSessions] != 5 || r.Tables[TableMapping] != 1 || len(r.Tables) != 5 {
		t.Errorf("%+v", r)
	}
}
