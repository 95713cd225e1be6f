package dialecttest

import (
	"fmt"
	"io/fs"
	"regexp"
	"testing"

	"github.com/sessiondb/sessiondb/schema"
)

var (
	createTable  = regexp.MustCompile(`(?s)CREATE TABLE (\w+) \((.*?)\n\);`)
	declaredText = regexp.MustCompile(`(?m)^ +(\w+) +(?:VARCHAR|CHAR)\((\d+)\)`)
)

// No column with text is left out, and each has the limit of its declaration.
func TestTextColumnsAreComplete(t *testing.T) {
	baseline := schema.Baseline("postgres")
	declared := map[string]string{}
	files, err := fs.Glob(baseline, "*.sql")
	must(t, err)
	for _, f := range files {
		ddl, err := fs.ReadFile(baseline, f)
		must(t, err)
		for _, table := range createTable.FindAllStringSubmatch(string(ddl), -1) {
			for _, column := range declaredText.FindAllStringSubmatch(table[2], -1) {
				declared[table[1]+"."+column[1]] = column[2]
			}
		}
	}
	tested := map[string]string{}
	for _, c := range textColumns() {
		tested[c.name] = fmt.Sprint(c.limit)
	}
	equal(t, "columns", fmt.Sprint(tested), fmt.Sprint(declared))
	equal(t, "number of columns", len(tested), 19)
}
