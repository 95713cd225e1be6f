package dialects

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// ours is the prefix of the URL parameters that sessiondb keeps for itself;
// all others go to the driver.
const ours = "sessiondb."

// Target is a database URL, taken apart: what the driver needs and what
// sessiondb keeps for itself.
type Target struct {
	// Scheme is the URL's scheme in lower case.
	Scheme string
	// URL has our own parameters removed. For "sqlite:PATH" Opaque or Path holds
	// the file.
	URL *url.URL
	// Schema is a DBA's other schema (sessiondb.schema); default none.
	Schema string
	// Prefix stands before every table name (sessiondb.prefix); default none.
	Prefix string
	// MaxOpenConns limits the pool (sessiondb.max_open_conns); default 20.
	MaxOpenConns int
	// MaxIdleConns (sessiondb.max_idle_conns); default 5.
	MaxIdleConns int
	// ConnMaxLifetime (sessiondb.conn_max_lifetime, as 30m); default 30 minutes.
	ConnMaxLifetime time.Duration
	// ConnMaxIdleTime (sessiondb.conn_max_idle_time); default 5 minutes.
	ConnMaxIdleTime time.Duration
	// ConnectTimeout bounds reaching the server (sessiondb.connect_timeout);
	// default 10 seconds.
	ConnectTimeout time.Duration
}

// ParseURL takes a database URL apart. It returns ErrInvalidURL, naming the
// parameter, its limit and what to write instead; the password is never shown.
func ParseURL(raw string) (*Target, error) {
	u, err := url.Parse(raw)
	if err != nil || u.Scheme == "" {
		return nil, fmt.Errorf("%w %q: want SCHEME:..., for example sqlite:sessions.db or postgres://user@host/database (write @ / ? # %% in a password as %%40 %%2F %%3F %%23 %%25)",
			ErrInvalidURL, Redact(raw))
	}
	if u.Host != "" && strayAt(u) || strings.Contains(u.RawQuery, "@") {
		return nil, fmt.Errorf("%w %q: write @ / ? # %% in a password as %%40 %%2F %%3F %%23 %%25, and any other @ as %%40", ErrInvalidURL, Redact(raw))
	}
	if u.Fragment != "" {
		return nil, fmt.Errorf("%w %q: write # as %%23", ErrInvalidURL, Redact(raw))
	}
	t := &Target{
		Scheme: strings.ToLower(u.Scheme), URL: u,
		MaxOpenConns: 20, MaxIdleConns: 5,
		ConnMaxLifetime: 30 * time.Minute, ConnMaxIdleTime: 5 * time.Minute, ConnectTimeout: 10 * time.Second,
	}
	q, err := url.ParseQuery(u.RawQuery)
	if err != nil {
		return nil, fmt.Errorf("%w %q: the part after ? is not name=value&name=value", ErrInvalidURL, Redact(raw))
	}
	if err := t.take(q); err != nil {
		return nil, fmt.Errorf("%w %q: %w", ErrInvalidURL, Redact(raw), err)
	}
	// Not every driver reads + as a blank, as net/url writes it.
	u.RawQuery = strings.ReplaceAll(q.Encode(), "+", "%20")
	return t, nil
}

// take moves our own parameters from q into the target.
func (t *Target) take(q url.Values) error {
	set := map[string]func(string) error{
		"schema":             func(v string) error { t.Schema = v; return nil },
		"prefix":             func(v string) error { t.Prefix = v; return nil },
		"max_open_conns":     number(&t.MaxOpenConns, 1),
		"max_idle_conns":     number(&t.MaxIdleConns, 0),
		"conn_max_lifetime":  duration(&t.ConnMaxLifetime),
		"conn_max_idle_time": duration(&t.ConnMaxIdleTime),
		"connect_timeout":    duration(&t.ConnectTimeout),
	}
	for name, values := range q {
		if !strings.HasPrefix(name, ours) {
			continue
		}
		f, known := set[strings.TrimPrefix(name, ours)]
		if !known {
			return fmt.Errorf("unknown parameter %s; known are %s", name, knownParameters(set))
		}
		if len(values) != 1 {
			return fmt.Errorf("parameter %s is given %d times; give it once", name, len(values))
		}
		if err := f(values[0]); err != nil {
			return fmt.Errorf("parameter %s: %w", name, err)
		}
		q.Del(name)
	}
	return nil
}

func knownParameters(set map[string]func(string) error) string {
	var names []string
	for n := range set {
		names = append(names, ours+n)
	}
	slices.Sort(names)
	return strings.Join(names, ", ")
}

func number(to *int, least int) func(string) error {
	return func(v string) error {
		n, err := strconv.Atoi(v)
		if err != nil || n < least {
			return fmt.Errorf("%q is not a whole number of at least %d", v, least)
		}
		*to = n
		return nil
	}
}

func duration(to *time.Duration) func(string) error {
	return func(v string) error {
		d, err := time.ParseDuration(v)
		if err != nil || d <= 0 {
			return fmt.Errorf("%q is not a positive duration such as 30s or 10m", v)
		}
		*to = d
		return nil
	}
}

// Apply sets the target's limits on a pool.
func (t *Target) Apply(db *sql.DB) {
	db.SetMaxOpenConns(t.MaxOpenConns)
	db.SetMaxIdleConns(min(t.MaxIdleConns, t.MaxOpenConns))
	db.SetConnMaxLifetime(t.ConnMaxLifetime)
	db.SetConnMaxIdleTime(t.ConnMaxIdleTime)
}

// Open finds the dialect of a URL, opens a pool and reaches the server once,
// within the connect timeout. It returns ErrInvalidURL, ErrUnknownDialect, or
// the driver's error classified; none of them shows the password.
func Open(ctx context.Context, rawURL string) (*sql.DB, Dialect, *Target, error) {
	t, err := ParseURL(rawURL)
	if err != nil {
		return nil, nil, nil, err
	}
	d, err := ByName(t.Scheme)
	if err != nil {
		return nil, nil, nil, err
	}
	o, ok := d.(Opener)
	if !ok {
		return nil, nil, nil, fmt.Errorf("%w: dialect %s opens no URLs; open a *sql.DB with its driver and use sessionstore.New", ErrInvalidURL, d.Name())
	}
	db, err := o.Open(ctx, t)
	if err != nil {
		return nil, nil, nil, fmt.Errorf("open %s: %w", Redact(rawURL), Classified(d, err))
	}
	if err := t.ping(ctx, db); err != nil {
		_ = db.Close() // the ping's error is the one that explains
		return nil, nil, nil, fmt.Errorf("reach %s: %w", Redact(rawURL), Classified(d, err))
	}
	return db, d, t, nil
}

func (t *Target) ping(ctx context.Context, db *sql.DB) error {
	limited, cancel := context.WithTimeout(ctx, t.ConnectTimeout)
	defer cancel()
	err := db.PingContext(limited)
	if err != nil && limited.Err() != nil && ctx.Err() == nil {
		err = fmt.Errorf("no answer within %s (%sconnect_timeout): %w", t.ConnectTimeout, ours, err)
		return &ClassifiedError{Class: ErrUnavailable, Err: err}
	}
	return err
}
