package main

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"github.com/sessiondb/sessiondb/sessionstore"
)

// cookieFlag is --cookie: the other way to name a single sign-on session.
type cookieFlag struct {
	value string
	flag  interface{ Changed(name string) bool }
}

func (f *cookieFlag) bind(c *cobra.Command) {
	c.Flags().StringVar(&f.value, "cookie", "", "instead of the id, the value of the browser's commonAuthId cookie, whose hash the id is; - reads it from stdin, where nobody else sees it")
	f.flag = c.Flags()
}

func (f *cookieFlag) given() bool { return f.flag.Changed("cookie") }

// ids are the arguments, or the one of the cookie.
func (f *cookieFlag) ids(ctx context.Context, a *app, args []string) ([]string, error) {
	switch {
	case f.given() && len(args) > 0:
		return nil, usage("session id %q and --cookie: give one of them", args[0])
	case f.given():
		id, err := f.id(ctx, a)
		return []string{id}, err
	case len(args) == 0:
		return nil, usage("no session: give its id, or --cookie with the browser's cookie")
	}
	return args, nil
}

func (f *cookieFlag) id(ctx context.Context, a *app) (string, error) {
	value := f.value
	if value == "-" {
		read, err := a.payload(ctx, "-")
		if err != nil {
			return "", err
		}
		value = strings.TrimRight(string(read), "\r\n")
	}
	if value == "" {
		return "", usage("--cookie is empty: give the value of the cookie commonAuthId")
	}
	return sessionstore.SessionIDOfCookie(value), nil
}
