// Command sessiondb is for operators: it creates the session tables, reads and
// writes single sessions from scripts, and purges what no read needs any more,
// on any of six databases. "sessiondb demo" shows all of it and needs nothing.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
)

func main() { os.Exit(run()) }

func run() int {
	// A reader that goes away ("| head") must not end a purge or the demo in the
	// middle: notified, SIGPIPE turns into an error of the write.
	signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE)
	ctx, stop := signal.NotifyContext(context.Background(), stopSignals()...)
	defer stop()
	context.AfterFunc(ctx, stop) // a second signal ends the process at once
	a := &app{stdin: os.Stdin, stdout: os.Stdout, stderr: os.Stderr}
	return a.execute(ctx, os.Args[1:])
}

// stopSignals end a command in order: a purge between two chunks, the demo after
// it has removed its tables.
func stopSignals() []os.Signal {
	all := []os.Signal{os.Interrupt, syscall.SIGTERM}
	if !signal.Ignored(syscall.SIGHUP) { // nohup says that it is to go on
		all = append(all, syscall.SIGHUP)
	}
	return all
}
