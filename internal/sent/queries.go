// Package sent is for tests of databases of which no server is at hand: it has
// every query and migration sent to a driver that only records, and writes down
// what that driver was handed.
package sent

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"time"

	"github.com/sessiondb/sessiondb/gen"
)

// Form is one way to call the queries.
type Form struct {
	Name     string
	Optional bool // optional and nullable arguments are there
	List     int  // the length of lists
}

// Full and Bare are the two extremes. Lists are padded to a power of two: three
// elements are sent as four.
var (
	Full = Form{"everything given, lists of 1", true, 1}
	Bare = Form{"nothing optional given, lists of 3", false, 3}
)

// When is the instant of all time arguments. It comes in a zone that is not UTC.
var When = time.Date(2026, 1, 2, 8, 34, 5, 678_000_000, time.FixedZone("+05:30", 5*3600+1800))

// Call runs the query of that name with made-up arguments; their values tell
// which parameter they are. That no row comes back is no error.
func Call(ctx context.Context, q gen.Querier, query string, f Form) error {
	method := reflect.ValueOf(q).MethodByName(query)
	if !method.IsValid() {
		return fmt.Errorf("no query %s", query)
	}
	args := []reflect.Value{reflect.ValueOf(ctx)}
	for i := 1; i < method.Type().NumIn(); i++ {
		arg, err := f.value(method.Type().In(i), "argument", i)
		if err != nil {
			return fmt.Errorf("%s: %w", query, err)
		}
		args = append(args, arg)
	}
	out := method.Call(args)
	err, _ := out[len(out)-1].Interface().(error)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	return err
}

// value makes one argument; n tells apart those that are no text.
func (f Form) value(t reflect.Type, name string, n int) (reflect.Value, error) {
	v := reflect.New(t).Elem()
	switch p := v.Addr().Interface().(type) {
	case *string:
		*p = strings.ToLower(name)
	case *[]string:
		for i := range f.List {
			*p = append(*p, fmt.Sprintf("%s %d", strings.ToLower(name), i+1))
		}
	case *int32:
		*p = int32(100 + n)
	case *int64:
		*p = int64(1000 + n)
	case *[]byte:
		if f.Optional {
			*p = []byte{1, 2, 3}
		}
	case *time.Time:
		*p = When
	case *sql.NullInt64:
		*p = sql.NullInt64{Int64: int64(2000 + n), Valid: f.Optional}
	case *sql.NullInt32:
		*p = sql.NullInt32{Int32: int32(200 + n), Valid: f.Optional}
	case *sql.NullString:
		*p = sql.NullString{String: strings.ToLower(name), Valid: f.Optional}
	default:
		return v, f.fields(v, name)
	}
	return v, nil
}

func (f Form) fields(v reflect.Value, name string) error {
	if v.Kind() != reflect.Struct {
		return fmt.Errorf("%s: no argument for type %s", name, v.Type())
	}
	for i := range v.NumField() {
		field := v.Type().Field(i)
		value, err := f.value(field.Type, field.Name, i+1)
		if err != nil {
			return err
		}
		v.Field(i).Set(value)
	}
	return nil
}
