package mysql

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/sessiondb/sessiondb/cleanup"
	"github.com/sessiondb/sessiondb/dialects"
	"github.com/sessiondb/sessiondb/dialects/dialecttest"
	"github.com/sessiondb/sessiondb/internal/enginetest"
	"github.com/sessiondb/sessiondb/sessionstore"
)

// TestGaleraConformance runs the suite through one node of a cluster, whose
// commits the others must certify.
func TestGaleraConformance(t *testing.T) {
	engine := enginetest.For(t, enginetest.NameGalera)
	t.Log(engine.Version)
	dialecttest.Run(t, harness(engine))
}

// TestGaleraHistories stays on one node too. A history knows which task waits
// for which, and on a cluster tasks of two nodes do not wait: the later commit
// fails. And child rows that are upserted are not safe between nodes, see
// TestGaleraSessionThatComesBackDuringAPurge.
func TestGaleraHistories(t *testing.T) {
	dialecttest.RunHistories(t, harness(enginetest.For(t, enginetest.NameGalera)), nil)
}

// TestGaleraWritersOnAllNodes has users log in and out on every node while two
// nodes purge: no login is lost, no child row with its session alive unless that
// had ended before, and in the end all nodes hold the same.
func TestGaleraWritersOnAllNodes(t *testing.T) {
	c := newCluster(t)
	const rounds = 25
	c.past(t, rounds)
	before := c.conflicts(t)
	var round atomic.Int64
	working := make(chan struct{})
	var purges sync.WaitGroup
	var purged atomic.Int64
	for _, node := range c.nodes[:2] { // the lock is a node's: both are at work
		purges.Go(func() {
			purged.Add(purgeUntil(t, node, working, func() time.Time { return c.goes(int(round.Load())) }))
		})
	}
	for r := range rounds {
		round.Store(int64(r))
		var writers sync.WaitGroup
		for n := range c.nodes {
			writers.Go(func() {
				if err := c.round(t, n, r); err != nil {
					t.Errorf("node %d: %v", n, err)
				}
			})
		}
		writers.Wait()
	}
	close(working)
	purges.Wait()
	lost := c.conflicts(t) - before
	t.Logf("%d conflicts between nodes; %d rows purged meanwhile", lost, purged.Load())
	if lost == 0 || purged.Load() == 0 {
		t.Error("nothing was in the way of the writers")
	}
	c.quiet(t, rounds)
}

// past has the sessions that are over, some more in each round.
func (c *cluster) past(t *testing.T, rounds int) {
	t.Helper()
	for n := range c.nodes {
		for r := range rounds {
			for _, kind := range []string{"ended", "back"} {
				if err := ended(t.Context(), c.nodes[0], fmt.Sprintf("%s %d-%d", kind, n, r), c.goes(r)); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
}

// goes is when the sessions of a round may go that are over.
func (c *cluster) goes(round int) time.Time {
	return c.began.Add(time.Duration(round) * time.Minute)
}

// round is what the users of a node do. Those of "shared" do it on all nodes at
// once; those of "back" come back while their session is purged.
func (c *cluster) round(t *testing.T, n, r int) error {
	node, ctx := c.nodes[n], t.Context()
	name := func(kind string) string { return fmt.Sprintf("%s %d-%d", kind, n, r) }
	return errors.Join(
		login(ctx, node, fmt.Sprint("shared ", r), upserted),
		login(ctx, node, name("back"), touched),
		login(ctx, node, name("new"), upserted),
		login(ctx, node, name("out"), upserted),
		node.Delete(ctx, sso(name("out"))),
	)
}

// purgeUntil purges over and over, in small chunks.
func purgeUntil(t *testing.T, node *sessionstore.Store, done <-chan struct{}, now func() time.Time) (deleted int64) {
	for {
		report, err := cleanup.Run(t.Context(), node, &cleanup.Options{ChunkSize: 5, Now: now()})
		if err != nil {
			t.Errorf("purge: %v", err)
			return deleted
		}
		deleted += report.Deleted
		select {
		case <-done:
			return deleted
		default:
		}
	}
}

// quiet looks at what is left when nobody writes any more.
func (c *cluster) quiet(t *testing.T, rounds int) {
	t.Helper()
	if _, err := cleanup.Run(t.Context(), c.nodes[2], &cleanup.Options{Now: c.goes(rounds)}); err != nil {
		t.Fatal(err)
	}
	for i, node := range c.nodes {
		for r := range rounds {
			live := []string{fmt.Sprint("shared ", r)}
			for n := range c.nodes {
				live = append(live, fmt.Sprintf("new %d-%d", n, r), fmt.Sprintf("back %d-%d", n, r))
				id := fmt.Sprintf("out %d-%d", n, r)
				if _, err := node.Get(t.Context(), sso(id)); !errors.Is(err, sessionstore.ErrNotFound) {
					t.Errorf("node %d: session %q, logged out: %v", i, id, err)
				}
				if id := fmt.Sprintf("ended %d-%d", n, r); childrenOf(t, node, id) != 0 {
					t.Errorf("node %d: session %q, which has ended, has child rows", i, id)
				}
			}
			for _, id := range live {
				s, err := node.Get(t.Context(), sso(id))
				if err != nil || string(s.Payload) != id {
					t.Errorf("node %d: session %q: %v", i, id, err)
				}
				if rows := childrenOf(t, node, id); rows != 3 && !strings.HasPrefix(id, "back ") { // those may lose some, see docs
					t.Errorf("node %d: session %q has %d child rows, want 3", i, id, rows)
				}
			}
		}
	}
	c.agree(t)
}

// TestGaleraSessionThatComesBackDuringAPurge has a user whose session was over
// log in on one node while another node's purge, which has looked for the last
// time, is about to commit. Galera compares what was written: an upsert that finds
// its row has written nothing, and both commit. docs/databases/mysql.md says what
// to do about it; this is the proof.
func TestGaleraSessionThatComesBackDuringAPurge(t *testing.T) {
	for _, c := range []struct {
		name string
		add  children
		rows int
	}{
		{"upserted children are lost", upserted, 0},
		{"upserted children are kept when one of them changes", touched, 3},
		{"children written anew are kept", written, 3},
	} {
		t.Run(c.name, func(t *testing.T) {
			cluster := newCluster(t)
			if err := ended(t.Context(), cluster.nodes[0], "back", cluster.began); err != nil {
				t.Fatal(err)
			}
			var looks int
			d := watched{looks: &looks, afterLast: func() {
				if err := login(t.Context(), cluster.nodes[1], "back", c.add); err != nil {
					t.Error(err)
				}
			}}
			purger, err := sessionstore.New(cluster.nodes[0].DB(), d, nil)
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = purger.Close() }()
			if _, err := cleanup.Run(t.Context(), purger, nil); err != nil {
				t.Fatal(err)
			}
			for i, node := range cluster.nodes {
				if _, err := node.Get(t.Context(), sso("back")); err != nil {
					t.Errorf("node %d: %v", i, err)
				}
				if n := childrenOf(t, node, "back"); n != c.rows {
					t.Errorf("node %d: %d child rows, want %d", i, n, c.rows)
				}
			}
			cluster.agree(t)
		})
	}
}

// TestGaleraPurgeLockIsTheNodes: a second purge is kept away on one node only.
func TestGaleraPurgeLockIsTheNodes(t *testing.T) {
	c := newCluster(t)
	nothing := func(node *sessionstore.Store) error {
		_, err := cleanup.Run(t.Context(), node, nil)
		return err
	}
	if err := ended(t.Context(), c.nodes[0], "a", c.began); err != nil {
		t.Fatal(err)
	}
	var same, other error
	_, err := cleanup.Run(t.Context(), c.nodes[0], &cleanup.Options{Progress: func(cleanup.Progress) {
		same, other = errors.Join(same, nothing(c.nodes[0])), errors.Join(other, nothing(c.nodes[1]))
	}})
	if err != nil || !errors.Is(same, dialects.ErrLocked) || other != nil {
		t.Errorf("purge: %v; a second one on its node: %v; on another node: %v", err, same, other)
	}
}

// TestGaleraNodeThatIsNotReady refuses every statement with error 1047, as a node
// does that has lost the others: a write waits for it, a transaction says so.
func TestGaleraNodeThatIsNotReady(t *testing.T) {
	c := newCluster(t)
	node, key := c.nodes[2], sso("a")
	set := func(to string) {
		conn, err := c.nodes[2].DB().Conn(t.Context())
		if err == nil {
			_, err = conn.ExecContext(t.Context(), "SET GLOBAL wsrep_reject_queries = "+to)
			err = errors.Join(err, conn.Close())
		}
		if err != nil {
			t.Error(err)
		}
	}
	set("ALL")
	time.AfterFunc(50*time.Millisecond, func() { set("NONE") })
	err := node.InTx(t.Context(), func(context.Context, *sessionstore.Tx) error { return nil })
	if !errors.Is(err, dialects.ErrUnavailable) {
		t.Errorf("a transaction on a node that refuses: %v", err)
	}
	if err := node.Put(t.Context(), key, []byte("x")); err != nil {
		t.Error(err)
	}
	if _, err := c.nodes[0].Get(t.Context(), key); err != nil {
		t.Error(err)
	}
}
