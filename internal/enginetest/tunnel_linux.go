package enginetest

import (
	"io"
	"net"
	"syscall"
)

// forward passes a connection of a tunnel on, and acknowledges at once what
// comes from the server. Derby answers in several small packets and, with
// Nagle's algorithm, holds back each one until the one before is acknowledged,
// which the kernel puts off for 40 ms: every read of a BLOB would take that long.
func (t *tunnel) forward(client, server net.Conn) {
	defer end(client, server)
	go func() {
		_, _ = io.Copy(server, t.watched(client, client, server)) // ends with either side
		_ = server.Close()
	}()
	_, _ = io.Copy(client, acknowledging{server.(*net.TCPConn)}) // ends with either side
}

// acknowledging reads a connection without putting off its acknowledgements.
type acknowledging struct{ conn *net.TCPConn }

// Read reads. The kernel forgets the option after a while.
func (a acknowledging) Read(p []byte) (int, error) {
	n, err := a.conn.Read(p)
	if raw, rawErr := a.conn.SyscallConn(); rawErr == nil {
		_ = raw.Control(func(fd uintptr) { // only slower without
			_ = syscall.SetsockoptInt(int(fd), syscall.IPPROTO_TCP, syscall.TCP_QUICKACK, 1)
		})
	}
	return n, err
}
