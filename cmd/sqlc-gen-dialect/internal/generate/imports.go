package generate

import (
	"strconv"
	"strings"
)

// imports lists the packages that types need.
func imports(types []string, always ...string) []string {
	uses := func(name string) bool {
		for _, t := range types {
			if strings.Contains(t, name+".") {
				return true
			}
		}
		return false
	}
	lines := make([]string, 0, 4)
	for _, path := range always {
		lines = append(lines, strconv.Quote(path))
	}
	if uses("sql") {
		lines = append(lines, `"database/sql"`)
	}
	if uses("time") {
		lines = append(lines, `"time"`)
	}
	return lines
}

// typeImports is for the structs of a file.
func typeImports(methods []view) []string {
	var types []string
	for _, v := range methods {
		if v.ParamsStruct() != "" {
			for _, p := range v.Params {
				types = append(types, p.GoType())
			}
		}
		if v.RowStruct() != "" {
			for _, c := range v.Columns {
				types = append(types, c.GoType())
			}
		}
	}
	return imports(types)
}

// signatureTypes are the types that the signatures of methods name.
func signatureTypes(methods []view) []string {
	var types []string
	for _, v := range methods {
		_, kind := v.argument("")
		types = append(types, kind, v.Returns(""))
	}
	return types
}

func querierImports(files []queryFile) []string {
	var types []string
	for _, f := range files {
		types = append(types, signatureTypes(f.Methods)...)
	}
	return imports(types, "context", "fmt")
}

// methodImports is for the methods of a dialect.
func (e *emitter) methodImports(methods []view) []string {
	types := signatureTypes(methods)
	shared := false
	for _, v := range methods {
		if v.Cmd == ":many" {
			types = append(types, "sql.Rows")
		}
		shared = shared || v.ParamsStruct() != "" || v.RowStruct() != "" || v.Loops() || v.sendsInstants()
	}
	lines := imports(types, "context")
	if shared {
		lines = append(lines, "", e.options.Package+" "+strconv.Quote(e.options.Import))
	}
	return lines
}
