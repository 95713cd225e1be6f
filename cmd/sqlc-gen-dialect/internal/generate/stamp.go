package generate

import (
	"crypto/sha256"
	"fmt"
	"os"
	"strings"
)

// Stamp is a hash over the names and contents of all *.sql files below folders, whatever their order.
func Stamp(folders ...string) (string, error) {
	files, err := sqlFiles(folders...)
	if err != nil {
		return "", err
	}
	hash := sha256.New()
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return "", err
		}
		fmt.Fprintf(hash, "%s %d\n%s\n", file, len(text), text)
	}
	return fmt.Sprintf("%x", hash.Sum(nil)), nil
}

// checkStamp refuses analyses that were made of other files than there are now.
func (o *Options) checkStamp() error {
	if o.Stamp == "" {
		return nil
	}
	text, err := os.ReadFile(o.Stamp)
	if err != nil {
		return fmt.Errorf("%s: stamp of the analyses is missing: run `make generate`", o.Stamp)
	}
	var folders []string
	for _, d := range o.Dialects {
		folders = append(append(folders, d.Queries), d.Schema...)
	}
	now, err := Stamp(folders...)
	if err != nil {
		return err
	}
	if now != strings.TrimSpace(string(text)) {
		return fmt.Errorf("%s: the analyses are stale, queries or schema changed since: run `make generate`", o.Stamp)
	}
	return nil
}
