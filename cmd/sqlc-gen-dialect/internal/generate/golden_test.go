package generate

import (
	"bytes"
	"encoding/json"
	"flag"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

var update = flag.Bool("update", false, "record sqlc's requests anew (needs ../../bin/sqlc) and write the golden files")

// The sample project, and the generated packages, from its folder.
const (
	library = "../../testdata/library"
	golden  = "../../internal/golden"
)

func TestGolden(t *testing.T) {
	t.Chdir(library)
	if *update {
		record(t)
	}
	request, err := os.ReadFile("recorded/request.json")
	if err != nil {
		t.Fatal(err)
	}
	files, err := Run(request)
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		write(t, files)
	}
	want := goldenFiles(t)
	for _, f := range files {
		if !bytes.Equal(f.Contents, want[f.Name]) {
			t.Errorf("%s differs from the golden file; look at it after go test -update", f.Name)
		}
		delete(want, f.Name)
	}
	for name := range want {
		t.Errorf("%s is no longer generated; run go test -update", name)
	}
}

func TestOutputIsDeterministic(t *testing.T) {
	t.Chdir(library)
	request, err := os.ReadFile("recorded/request.json")
	if err != nil {
		t.Fatal(err)
	}
	first, err := Run(request)
	if err != nil {
		t.Fatal(err)
	}
	for range 5 {
		again, err := Run(request)
		if err != nil {
			t.Fatal(err)
		}
		for i := range first {
			if first[i].Name != again[i].Name || !bytes.Equal(first[i].Contents, again[i].Contents) {
				t.Fatalf("%s differs between two runs", first[i].Name)
			}
		}
	}
}

func goldenFiles(t *testing.T) map[string][]byte {
	t.Helper()
	found := map[string][]byte{}
	err := filepath.WalkDir(golden, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		name, _ := filepath.Rel(golden, path)
		found[filepath.ToSlash(name)] = text
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func write(t *testing.T, files []File) {
	t.Helper()
	if err := os.RemoveAll(golden); err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		name := filepath.Join(golden, f.Name)
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, f.Contents, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// record runs sqlc with a plugin that does nothing but keep its request.
func record(t *testing.T) {
	t.Helper()
	sqlc, err := filepath.Abs("../../../../bin/sqlc")
	if err != nil {
		t.Fatal(err)
	}
	bin := t.TempDir()
	kept := filepath.Join(bin, "request.json")
	script := "#!/bin/sh\ncat >" + kept + "\necho '{}'\n"
	if err := os.WriteFile(filepath.Join(bin, "sqlc-gen-dialect"), []byte(script), 0o755); err != nil {
		t.Fatal(err)
	}
	stamp, err := Stamp("queries", "schema")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll("recorded", 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile("recorded/stamp", []byte(stamp+"\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, config := range []string{"sqlc.analyze.yaml", "sqlc.yaml"} {
		cmd := exec.Command(sqlc, "generate", "-f", config)
		cmd.Env = append(os.Environ(), "PATH="+bin+":"+os.Getenv("PATH"))
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("sqlc -f %s: %v\n%s", config, err, out)
		}
	}
	shorten(t, kept, "recorded/request.json")
	shorten(t, "recorded/mysql.json", "recorded/mysql.json")
	shorten(t, "recorded/sqlite.json", "recorded/sqlite.json")
}

// shorten leaves out the catalog, which is long and which the plugin does not read.
func shorten(t *testing.T, from, to string) {
	t.Helper()
	text, err := os.ReadFile(from)
	if err != nil {
		t.Fatal(err)
	}
	var request map[string]any
	if err := json.Unmarshal(text, &request); err != nil {
		t.Fatal(err)
	}
	delete(request, "catalog")
	text, err = json.MarshalIndent(request, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(to, append(text, '\n'), 0o644); err != nil {
		t.Fatal(err)
	}
}
