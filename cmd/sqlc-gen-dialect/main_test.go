package main

import (
	"bytes"
	"encoding/json"
	"os"
	"strings"
	"testing"
)

func TestAnswersARecordedRequest(t *testing.T) {
	t.Chdir("testdata/library")
	request, err := os.Open("recorded/request.json")
	if err != nil {
		t.Fatal(err)
	}
	defer request.Close()
	var out bytes.Buffer
	if err := run([]string{"/plugin.CodegenService/Generate"}, request, &out); err != nil {
		t.Fatal(err)
	}
	var answer struct {
		Files []struct {
			Name     string
			Contents []byte
		}
	}
	if err := json.Unmarshal(out.Bytes(), &answer); err != nil {
		t.Fatal(err)
	}
	found := false
	for _, f := range answer.Files {
		found = found || f.Name == "mssql/book.sql.go" && bytes.Contains(f.Contents, []byte("package mssql"))
	}
	if !found {
		t.Errorf("%d files, mssql/book.sql.go is not among them", len(answer.Files))
	}
}

func TestStamp(t *testing.T) {
	t.Chdir("testdata/library")
	want, err := os.ReadFile("recorded/stamp")
	if err != nil {
		t.Fatal(err)
	}
	for _, folders := range [][]string{{"queries", "schema"}, {"schema", "queries"}, {"./schema/", "queries", "queries/mysql"}} {
		var out bytes.Buffer
		if err := run(append([]string{"stamp"}, folders...), nil, &out); err != nil || out.String() != string(want) {
			t.Errorf("%v: got %s%v, want %s", folders, out.String(), err, want)
		}
	}
	var out bytes.Buffer
	if err := run([]string{"stamp", "queries"}, nil, &out); err != nil || out.String() == string(want) {
		t.Errorf("stamp of less is the same: %v", err)
	}
}

func TestUsage(t *testing.T) {
	if err := run([]string{"stamp"}, nil, nil); err == nil || err.Error() != "usage: sqlc-gen-dialect stamp FOLDER..." {
		t.Errorf("got %v", err)
	}
	err := run(nil, strings.NewReader("x"), nil)
	if err == nil || !strings.Contains(err.Error(), "set `format: json`") {
		t.Errorf("got %v", err)
	}
}
