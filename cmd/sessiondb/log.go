package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"strings"
)

// logger writes warnings to stderr, with --verbose everything.
func (a *app) logger() *slog.Logger {
	level := slog.LevelWarn
	if a.verbose {
		level = slog.LevelDebug
	}
	if a.json {
		return slog.New(slog.NewJSONHandler(a.stderr, &slog.HandlerOptions{Level: level}))
	}
	return slog.New(&lines{to: a.stderr, level: level})
}

// lines is a handler for people: "sessiondb: warning: message (name value, ...)".
type lines struct {
	to    io.Writer
	level slog.Level
	held  []slog.Attr
}

var _ slog.Handler = (*lines)(nil)

// Enabled compares with the level.
func (l *lines) Enabled(_ context.Context, level slog.Level) bool { return level >= l.level }

// Handle writes one line.
func (l *lines) Handle(_ context.Context, r slog.Record) error {
	var facts []string
	add := func(attr slog.Attr) bool {
		facts = append(facts, attr.Key+" "+attr.Value.String())
		return true
	}
	for _, attr := range l.held {
		add(attr)
	}
	r.Attrs(add)
	line := "sessiondb: " + r.Message
	if r.Level >= slog.LevelWarn {
		line = "sessiondb: warning: " + r.Message
	}
	if len(facts) > 0 {
		line += " (" + strings.Join(facts, ", ") + ")"
	}
	_, err := fmt.Fprintln(l.to, harmless(line))
	return err
}

// WithAttrs keeps attributes for every line.
func (l *lines) WithAttrs(attrs []slog.Attr) slog.Handler {
	return &lines{to: l.to, level: l.level, held: append(l.held[:len(l.held):len(l.held)], attrs...)}
}

// WithGroup is not used by this project; names stay as they are.
func (l *lines) WithGroup(string) slog.Handler { return l }
