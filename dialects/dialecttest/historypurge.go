package dialecttest

import (
	"context"
	"fmt"

	"pgregory.net/rapid"

	"github.com/sessiondb/sessiondb/cleanup"
)

var policySets = [][]cleanup.Policy{
	nil, nil, nil, {cleanup.Expired}, {cleanup.Expired}, {cleanup.Expired, cleanup.Temp}, {cleanup.LoggedOut}, {cleanup.Superseded}, {cleanup.Temp},
	{cleanup.Superseded, cleanup.Expired}, {cleanup.LoggedOut, cleanup.Expired},
}

// purge starts one that stops before its first statement; two may be at work.
func (h *history) purge(rt *rapid.T) {
	if purges := len(h.crew.tasks) - h.writers(); purges < 2 {
		h.startPurge(rt, rapid.IntRange(1, 10).Draw(rt, "statements"))
	}
}

func (h *history) purgeToTheEnd(rt *rapid.T) {
	if purges := len(h.crew.tasks) - h.writers(); purges < 2 {
		h.startPurge(rt, unstopped)
	}
}

func (h *history) startPurge(rt *rapid.T, left int) {
	o := cleanup.Options{
		Policies:  rapid.SampledFrom(policySets).Draw(rt, "policies"),
		ChunkSize: rapid.SampledFrom([]int{0, 1, 2, 3, 7}).Draw(rt, "chunk size"),
		Unlocked:  true,
	}
	node := rapid.IntRange(0, len(h.ours)-1).Draw(rt, "node")
	h.beginPurge(node, o, left)
}

func (h *history) beginPurge(node int, o cleanup.Options, left int) {
	cutoff := h.time() + h.offsets[node]
	o.Now = epoch.Add(cutoff)
	p := &purgeRun{policies: o.Policies, cutoff: cutoff, before: cutoff - grace}
	if o.Policies == nil {
		p.policies = cleanup.Policies()
	}
	h.active = append(h.active, p)
	t := &task{name: fmt.Sprintf("purge %v in chunks of %d", p.policies, o.ChunkSize), purge: p}
	h.tell("%s", t.name)
	h.place.did.purges++
	h.crew.start(t, left, func(ctx context.Context) error {
		_, err := cleanup.Run(ctx, h.ours[node], &o)
		return err
	})
}
