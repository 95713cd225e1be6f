// Package rt is the run time of generated code. The generator copies its files, except this one, into the shared
// package; here they stand on their own so that they compile and can be tested.
package rt

import "embed"

//go:embed db.go template.go dynamic.go writer.go variants.go prepared.go instant.go
var source embed.FS

// Files lists the files that generated code needs.
func Files() []string {
	return []string{"db.go", "template.go", "dynamic.go", "writer.go", "variants.go", "prepared.go", "instant.go"}
}

// Source returns the text of a file.
func Source(name string) (string, error) {
	text, err := source.ReadFile(name)
	return "\n" + string(text), err
}
