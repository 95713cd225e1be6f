package sessionstore

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestOptionDefaults(t *testing.T) {
	for name, o := range map[string]*Options{"nil": nil, "zero": {}} {
		got, err := o.withDefaults()
		if err != nil {
			t.Fatal(err)
		}
		if got.Validity != 14*24*time.Hour || got.TempValidity != 40*time.Minute || got.Attempts != 5 || got.SSOType != SSOType {
			t.Errorf("%s: %+v", name, got)
		}
		if !slices.Equal(got.TempTypes, DefaultTempTypes()) || got.TempPlace != TempInTempTable {
			t.Errorf("%s: temporary types %v in %v", name, got.TempTypes, got.TempPlace)
		}
		if got.Now == nil || got.Logger == nil {
			t.Errorf("%s: no clock or no logger", name)
		}
	}
}

func TestOptionsAreKept(t *testing.T) {
	o := Options{
		TempTypes: []string{}, Validity: time.Hour, TempValidity: time.Minute, Attempts: 1, SSOType: "Mine",
		TypeValidity: map[string]time.Duration{"A": time.Second}, MaxBlob: 7, TempPlace: TempNotStored,
	}
	got, err := o.withDefaults()
	if err != nil {
		t.Fatal(err)
	}
	if len(got.TempTypes) != 0 || got.Validity != time.Hour || got.TempValidity != time.Minute || got.Attempts != 1 ||
		got.SSOType != "Mine" || got.MaxBlob != 7 || got.TempPlace != TempNotStored {
		t.Errorf("%+v", got)
	}
	o.TypeValidity["A"] = time.Hour
	if got.TypeValidity["A"] != time.Second {
		t.Error("the caller's map is shared")
	}
	o = Options{TempTypes: []string{"A"}}
	if got, err = o.withDefaults(); err != nil {
		t.Fatal(err)
	}
	o.TempTypes[0] = "B"
	if got.TempTypes[0] != "A" {
		t.Error("the caller's list is shared")
	}
}

func TestValidityOfAType(t *testing.T) {
	o := Options{
		Validity: 3 * time.Hour, TempValidity: 2 * time.Hour, TempTypes: []string{"T", "U"},
		TypeValidity: map[string]time.Duration{"U": time.Hour, "V": time.Minute},
	}
	for typ, want := range map[string]time.Duration{
		"X": 3 * time.Hour, "T": 2 * time.Hour, "U": time.Hour, "V": time.Minute, "t": 3 * time.Hour, "": 3 * time.Hour,
	} {
		if got := o.validity(typ); got != want {
			t.Errorf("type %q: %s, want %s", typ, got, want)
		}
	}
}

func TestOptionRefusals(t *testing.T) {
	for _, c := range []struct {
		o    Options
		want string
	}{
		{Options{Validity: -1}, "Validity -1ns, TempValidity 40m0s: a validity must be positive; leave it 0 for the default"},
		{Options{TempValidity: -time.Hour}, "Validity 336h0m0s, TempValidity -1h0m0s: a validity must be positive; leave it 0 for the default"},
		{Options{TypeValidity: map[string]time.Duration{"A": 0}}, `TypeValidity["A"] is 0s: a validity must be positive; remove the entry for the default`},
		{Options{TypeValidity: map[string]time.Duration{"A": -1}}, `TypeValidity["A"] is -1ns: a validity must be positive; remove the entry for the default`},
		{Options{Attempts: -1}, "Attempts is -1: it must be at least 1; leave it 0 for the default of 5"},
		{Options{TempPlace: 3}, "TempPlace is 3: use TempInTempTable, TempInMainTable or TempNotStored"},
		{Options{TempPlace: -1}, "TempPlace is -1: use TempInTempTable, TempInMainTable or TempNotStored"},
		{Options{TempTypes: []string{SSOType}}, `SSOType "AppAuthFrameworkSessionContextCache" is also in TempTypes: a session that owns child rows is not temporary; take it out of the list`},
		{Options{MaxBlob: -1}, "MaxBlob is -1: it must be positive; leave it 0 for the column's own limit"},
	} {
		_, err := c.o.withDefaults()
		if !errors.Is(err, ErrInvalid) || !strings.HasSuffix(err.Error(), ": "+c.want) {
			t.Errorf("got %v, want %q", err, c.want)
		}
	}
}
