package enginetest

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
)

// executable reports whether path is a file that may be run.
func executable(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular() && info.Mode()&0o111 != 0
}

// beside returns the real folder of a program in PATH, if it is there: a
// distribution often links only some of a folder's programs into PATH.
func beside(program string) []string {
	path, err := exec.LookPath(program)
	if err != nil {
		return nil
	}
	if real, err := filepath.EvalSymlinks(path); err == nil {
		path = real
	}
	return []string{filepath.Dir(path)}
}

// folders takes a folder, or a program in it.
func folders(place string) []string {
	return []string{place, filepath.Dir(place)}
}

var number = regexp.MustCompile(`\d+`)

// newestFirst lists the folders that match, by the first number in their names.
func newestFirst(patterns ...string) []string {
	var all []string
	for _, p := range patterns {
		found, _ := filepath.Glob(p) // the patterns are ours, and valid
		all = append(all, found...)
	}
	version := func(path string) int {
		n, _ := strconv.Atoi(number.FindString(path))
		return n
	}
	slices.SortStableFunc(all, func(a, b string) int { return version(b) - version(a) })
	return all
}
