//go:build !linux

package enginetest

import (
	"io"
	"net"
)

// forward passes a connection of a tunnel on.
func (t *tunnel) forward(client, server net.Conn) {
	defer end(client, server)
	go func() {
		_, _ = io.Copy(server, t.watched(client, client, server)) // ends with either side
		_ = server.Close()
	}()
	_, _ = io.Copy(client, server) // ends with either side
}
