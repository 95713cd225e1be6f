package cleanup

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"
	"unicode/utf8"
)

// The first line of a state file says what it is. A line is a JSON document: this
// head, then the session ids, then the foot.
const (
	stateFormat  = "sessiondb orphan sweep"
	stateVersion = 1
)

// origin is the database, and the tables in it, that a state file was made for.
type origin struct {
	Dialect  string `json:"dialect"`
	Database string `json:"database"`
	Schema   string `json:"schema"`
	Prefix   string `json:"prefix"`
	SSOType  string `json:"sso_type"`
}

// instants are one instant by two clocks.
type instants struct {
	Host     time.Time `json:"host"`
	Database time.Time `json:"database"`
}

// since is the time that has passed by the clock that makes it shorter.
func (i instants) since(then instants) time.Duration {
	return min(i.Host.Sub(then.Host), i.Database.Sub(then.Database))
}

// orphanState is what a look has found.
type orphanState struct {
	Origin origin
	Looked instants // when the look ended
	ids    []string
}

type stateHead struct {
	Format  string   `json:"format"`
	Version int      `json:"version"`
	Origin  origin   `json:"origin"`
	Looked  instants `json:"looked"`
	IDs     int      `json:"ids"`
}

// stateFoot ends the file, so that one that was cut off is found out.
type stateFoot struct {
	SHA256 string `json:"sha256"`
}

// rawID is an id that is no UTF-8, which JSON has no strings for.
type rawID struct {
	Base64 []byte `json:"base64"`
}

// mayWriteState finds out before a look, which may take hours, whether its file can
// be written.
func mayWriteState(path string) error {
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*")
	if err != nil {
		return fmt.Errorf("%w: it cannot be written: %w", ErrState, err)
	}
	return errors.Join(f.Close(), os.Remove(f.Name()))
}

// saveState writes the file as a whole or leaves the old one: under another name
// first.
func saveState(path string, s *orphanState) (err error) {
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*")
	if err != nil {
		return fmt.Errorf("write the state file: %w", err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(fmt.Errorf("write the state file: %w", err), os.Remove(f.Name()))
		}
	}()
	if err := errors.Join(writeState(f, s), f.Sync(), f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}

func writeState(w io.Writer, s *orphanState) error {
	sum := sha256.New()
	to := bufio.NewWriter(io.MultiWriter(w, sum))
	lines := json.NewEncoder(to)
	lines.SetEscapeHTML(false)
	err := lines.Encode(stateHead{stateFormat, stateVersion, s.Origin, s.Looked, len(s.ids)})
	for _, id := range s.ids {
		if utf8.ValidString(id) {
			err = errors.Join(err, lines.Encode(id))
		} else {
			err = errors.Join(err, lines.Encode(rawID{[]byte(id)}))
		}
	}
	if err := errors.Join(err, to.Flush()); err != nil {
		return err
	}
	return json.NewEncoder(w).Encode(stateFoot{hex.EncodeToString(sum.Sum(nil))})
}

// loadState reads a file that was made for the same tables. A file that is not
// there is the state before the first look, nil.
func loadState(path string, want origin) (*orphanState, error) {
	// A device may have no end and no line in it, and a pipe would be waited for.
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%w: %s is no regular file: name another file", ErrState, path)
	}
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil //nolint:nilnil // no file is no state
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrState, err)
	}
	defer func() { _ = f.Close() }() // it was only read
	s, err := readState(bufio.NewReaderSize(f, 1<<16), want)
	if err != nil {
		return nil, fmt.Errorf("%w: %s: %w", ErrState, path, err)
	}
	return s, nil
}

// stateReader reads lines and adds them up.
type stateReader struct {
	from *bufio.Reader
	sum  interface {
		io.Writer
		Sum([]byte) []byte
	}
	line int
}

// errDamaged has the remedy for a file that is not as it was written.
var errDamaged = errors.New("it is damaged: remove it, and the next run begins again with its first look")

func readState(from *bufio.Reader, want origin) (*orphanState, error) {
	r := &stateReader{from: from, sum: sha256.New()}
	var head stateHead
	if err := r.next(&head); err != nil || head.Format != stateFormat {
		return nil, fmt.Errorf("it is no state file of an orphan sweep: name another file, or remove it (%w)", errors.Join(err, errDamaged))
	}
	if head.Version != stateVersion {
		return nil, fmt.Errorf("it has version %d, and this program reads version %d: remove it, and the next run begins again with its first look", head.Version, stateVersion)
	}
	if head.Origin != want {
		return nil, fmt.Errorf("it was made for %s, and this is %s: name another file", head.Origin, want)
	}
	s := &orphanState{Origin: head.Origin, Looked: head.Looked}
	for range head.IDs {
		id, err := r.id()
		if err != nil {
			return nil, err
		}
		s.ids = append(s.ids, id)
	}
	sum := hex.EncodeToString(r.sum.Sum(nil))
	var foot stateFoot
	if err := r.next(&foot); err != nil || foot.SHA256 != sum {
		return nil, errors.Join(errDamaged, err)
	}
	if _, err := r.from.ReadByte(); !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("%w (more follows its last line)", errDamaged)
	}
	return s, nil
}

func (r *stateReader) next(to any) error {
	line, err := r.from.ReadSlice('\n') // as long as the buffer at most: what is longer was not written by us
	r.line++
	if err != nil {
		return fmt.Errorf("line %d: %w", r.line, err)
	}
	if _, err := r.sum.Write(line); err != nil {
		return err
	}
	if err := json.Unmarshal(line, to); err != nil {
		return fmt.Errorf("line %d: %w", r.line, err)
	}
	return nil
}

func (r *stateReader) id() (string, error) {
	var raw json.RawMessage
	if err := r.next(&raw); err != nil {
		return "", errors.Join(errDamaged, err)
	}
	if bytes.HasPrefix(raw, []byte("{")) {
		var id rawID
		if err := json.Unmarshal(raw, &id); err != nil || len(id.Base64) == 0 {
			return "", errors.Join(errDamaged, err)
		}
		return string(id.Base64), nil
	}
	var id string
	if err := json.Unmarshal(raw, &id); err != nil {
		return "", errors.Join(errDamaged, err)
	}
	return id, nil
}

// String names the origin in messages.
func (o origin) String() string {
	return fmt.Sprintf("%s %q, schema %q, prefix %q, session type %q", o.Dialect, o.Database, o.Schema, o.Prefix, o.SSOType)
}
