package enginetest

import (
	"bytes"
	"errors"
	"io"
	"net"
	"sync"
)

// tunnel stands between the tests and a server, and can cut a connection.
type tunnel struct {
	listener net.Listener
	mu       sync.Mutex
	// marks are texts to look for, with what ends the connection that sent one.
	marks map[string]func()
}

// newTunnel runs as long as this process lives.
func newTunnel(server string) (*tunnel, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	t := &tunnel{listener: listener, marks: map[string]func(){}}
	go func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			far, err := net.Dial("tcp", server)
			if err != nil {
				_ = client.Close() // which is what it would have seen
				continue
			}
			go t.forward(client, far)
		}
	}()
	return t, nil
}

// Cut ends one connection to the server as a network failure does: the one on
// which ask runs a statement that holds the marker. Only a server that was
// started here can do it.
func (s *Server) Cut(ask func(marker string) error) error {
	if s.tunnel == nil {
		return errors.New("connections to this server do not pass through a tunnel")
	}
	marker := random(8)
	s.tunnel.mark(marker, nil)
	if err := ask(marker); err != nil {
		return err
	}
	cut := s.tunnel.take(marker)
	if cut == nil {
		return errors.New("the statement with the marker was not seen")
	}
	cut()
	return nil
}

func (t *tunnel) mark(marker string, end func()) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.marks[marker] = end
}

func (t *tunnel) take(marker string) func() {
	t.mu.Lock()
	defer t.mu.Unlock()
	end := t.marks[marker]
	delete(t.marks, marker)
	return end
}

// look notes the connection that sends a marker.
func (t *tunnel) look(data []byte, end func()) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for marker := range t.marks {
		if bytes.Contains(data, []byte(marker)) {
			t.marks[marker] = end
		}
	}
}

// watched looks for markers in what is read from one side of a connection.
func (t *tunnel) watched(from io.Reader, sides ...net.Conn) io.Reader {
	return watched{from, t, func() { end(sides...) }}
}

// end closes both sides of a connection; who reads there sees it.
func end(sides ...net.Conn) {
	for _, side := range sides {
		_ = side.Close()
	}
}

type watched struct {
	io.Reader
	tunnel *tunnel
	end    func()
}

// Read reads, in pieces that hold a whole request of the size that tests send
// as a marker.
func (w watched) Read(p []byte) (int, error) {
	n, err := w.Reader.Read(p)
	w.tunnel.look(p[:n], w.end)
	return n, err
}
