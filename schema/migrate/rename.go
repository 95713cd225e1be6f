package migrate

import (
	"fmt"
	"io/fs"
	"regexp"
	"strings"
)

// kind is what a name in the files stands for.
type kind int

const (
	table kind = iota
	index
	sequence
	trigger
	constraint
)

var kindOf = map[string]kind{
	"TABLE": table, "INDEX": index, "SEQUENCE": sequence, "TRIGGER": trigger, "CONSTRAINT": constraint,
}

var (
	word   = regexp.MustCompile(`[A-Za-z_][A-Za-z0-9_$]*`)
	object = regexp.MustCompile(`(?i)\b(?:CREATE\s+(?:UNIQUE\s+)?(TABLE|INDEX|SEQUENCE|TRIGGER)|(CONSTRAINT))\s+([A-Za-z_][A-Za-z0-9_$]*)`)
)

// renamer gives the objects of the files a prefix and a schema name. It knows
// the names from the files' own CREATE and CONSTRAINT clauses and replaces them
// wherever they stand as a whole word: also in NEXTVAL('...') and in trigger
// bodies.
type renamer struct {
	schema, prefix string
	flavour        flavour
	kinds          map[string]kind
}

// learn collects the names that the files of a folder create.
func (r *renamer) learn(fsys fs.FS) error {
	names, err := fs.Glob(fsys, "*.sql")
	if err != nil {
		return err
	}
	if len(names) == 0 {
		if _, err := fs.ReadDir(fsys, "."); err != nil { // Glob is silent about it
			return err
		}
		return fmt.Errorf("no .sql files")
	}
	for _, n := range names {
		text, err := fs.ReadFile(fsys, n)
		if err != nil {
			return err
		}
		for _, found := range object.FindAllStringSubmatch(string(text), -1) {
			r.kinds[found[3]] = kindOf[strings.ToUpper(found[1]+found[2])]
		}
	}
	return nil
}

// object is the full name of an object that takes both prefix and schema name.
func (r *renamer) object(name string) string {
	if r.schema == "" {
		return r.prefix + name
	}
	return r.schema + "." + r.prefix + name
}

// text renames the objects in a file.
func (r *renamer) text(s string) string {
	var out strings.Builder
	end := 0
	var before [2]string
	for _, at := range word.FindAllStringIndex(s, -1) {
		w := s[at[0]:at[1]]
		out.WriteString(s[end:at[0]])
		out.WriteString(r.name(w, strings.EqualFold(before[0]+" "+before[1], "DROP INDEX")))
		before[0], before[1], end = before[1], w, at[1]
	}
	out.WriteString(s[end:])
	return out.String()
}

func (r *renamer) name(w string, dropped bool) string {
	k, ours := r.kinds[w]
	if !ours {
		return w
	}
	if r.qualified(k, dropped) {
		return r.object(w)
	}
	return r.prefix + w
}

func (r *renamer) qualified(k kind, dropped bool) bool {
	switch k {
	case constraint:
		return false
	case trigger:
		return r.flavour.triggers
	case index:
		return r.flavour.index == always || r.flavour.index == onDrop && dropped
	}
	return true
}

// wrap returns the folder under the new names.
func (r *renamer) wrap(fsys fs.FS) fs.FS {
	if r.schema == "" && r.prefix == "" {
		return fsys
	}
	return renamed{fsys, r}
}

type renamed struct {
	fs.FS
	renamer *renamer
}

var _ fs.ReadDirFS = renamed{}

// ReadDir lists the folder as it is: files keep their names.
func (f renamed) ReadDir(name string) ([]fs.DirEntry, error) { return fs.ReadDir(f.FS, name) }

// Open opens a file with its objects renamed.
func (f renamed) Open(name string) (fs.File, error) {
	opened, err := f.FS.Open(name)
	if err != nil {
		return nil, err
	}
	if info, err := opened.Stat(); err != nil || info.IsDir() {
		return opened, err
	}
	text, err := fs.ReadFile(f.FS, name)
	if err != nil {
		_ = opened.Close() // the read's error is the one that explains
		return nil, err
	}
	return renamedFile{opened, strings.NewReader(f.renamer.text(string(text)))}, nil
}

// renamedFile has the original's file info, whose size is only a hint.
type renamedFile struct {
	fs.File
	text *strings.Reader
}

// Read reads the renamed text.
func (f renamedFile) Read(p []byte) (int, error) { return f.text.Read(p) }
