package generate

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"path/filepath"
	"strings"
)

// existing is a shared package that is there already: another project generated it, perhaps of more dialects than are
// known here, whose schemas decided what can be NULL. Its source is asked for the types, so that new dialects fit it.
type existing struct {
	folder  string
	methods map[string]string   // "(context.Context, string) (int64, error)"
	results map[string]string   // type of the first result
	structs map[string][]string // "ID int32"
}

// readExisting reads the Go files of a folder.
func readExisting(folder, pkg string) (*existing, error) {
	e := &existing{folder: folder, methods: map[string]string{}, results: map[string]string{}, structs: map[string][]string{}}
	files, err := filepath.Glob(filepath.Join(folder, "*.go"))
	if err != nil {
		return nil, fmt.Errorf("sqlc.yaml: option existing: %w", err)
	}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		source, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, source, parser.SkipObjectResolution)
		if err != nil {
			return nil, fmt.Errorf("option existing: %w", err)
		}
		if file.Name.Name != pkg {
			return nil, fmt.Errorf("%s: package is %s, option package says %s: correct one of options existing and package", filepath.ToSlash(name), file.Name.Name, pkg)
		}
		e.read(file)
	}
	if len(e.methods) == 0 {
		return nil, fmt.Errorf("sqlc.yaml: option existing: %s has no package that sqlc-gen-dialect made: name the folder with its querier.go", folder)
	}
	return e, nil
}

// read takes the types of a file.
func (e *existing) read(file *ast.File) {
	for _, d := range file.Decls {
		decl, ok := d.(*ast.GenDecl)
		if !ok || decl.Tok != token.TYPE {
			continue
		}
		for _, s := range decl.Specs {
			spec := s.(*ast.TypeSpec)
			switch t := spec.Type.(type) {
			case *ast.StructType:
				e.structs[spec.Name.Name] = fields(t.Fields, true)
			case *ast.InterfaceType:
				if strings.HasSuffix(spec.Name.Name, "Querier") {
					e.readMethods(t)
				}
			}
		}
	}
}

func (e *existing) readMethods(t *ast.InterfaceType) {
	for _, f := range t.Methods.List {
		method, ok := f.Type.(*ast.FuncType)
		if !ok || len(f.Names) == 0 || f.Names[0].Name == "WithDB" {
			continue
		}
		results := fields(method.Results, false)
		e.methods[f.Names[0].Name] = signature(fields(method.Params, false), results)
		e.results[f.Names[0].Name] = results[0]
	}
}

func signature(params, results []string) string {
	return "(" + strings.Join(params, ", ") + ") (" + strings.Join(results, ", ") + ")"
}

// fields lists the types, with the names before them if wanted.
func fields(list *ast.FieldList, named bool) []string {
	if list == nil {
		return []string{""}
	}
	var all []string
	for _, f := range list.List {
		kind := types.ExprString(f.Type)
		for _, name := range f.Names {
			if named {
				kind = name.Name + " " + types.ExprString(f.Type)
			}
			all = append(all, kind)
		}
		if len(f.Names) == 0 {
			all = append(all, kind)
		}
	}
	return all
}
