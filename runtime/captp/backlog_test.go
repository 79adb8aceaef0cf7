package captp

import (
	"bytes"
	"math/rand/v2"
	"testing"
)

// TestBacklog puts output of all lengths behind a backlog, and takes what is handed to a writer.
func TestBacklog(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	noise := make([]byte, 1<<20)
	for i := range noise {
		noise[i] = byte(r.Uint32())
	}
	for _, length := range []func() int{
		func() int { return r.IntN(100) },
		func() int { return r.IntN(2 * maxChunk) },
		func() int { return []int{10, 1000, 100_000, 300_000}[r.IntN(4)] },
	} {
		c := &conn{vat: &Vat{}, out: make(chan *chunk, 1)}
		var want, got []byte
		var wantEnds, gotEnds, told int
		least := 0 // chunks that the lengths need
		for range 100 {
			n := 1 + length()
			out := c.vat.chunk(n)
			out.buf = append(out.buf, noise[r.IntN(len(noise)-n):][:n]...)
			out.ends, out.told = append(out.ends, n/2, n), 1
			want, wantEnds, least = append(want, out.buf...), wantEnds+2, least+n
			c.unsent.Add(int64(n))
			c.add(out)
		}
		if !c.handOver() || c.backlog != nil || c.latest != nil {
			t.Fatal("the backlog is not handed over")
		}
		chunks := 0
		for out := <-c.out; out != nil; out = out.next {
			chunks++
			start := 0
			for _, end := range out.ends {
				if end < start || end > len(out.buf) {
					t.Fatalf("a message from %d to %d in %d bytes", start, end, len(out.buf))
				}
				start = end
			}
			if start != len(out.buf) {
				t.Errorf("%d bytes behind the last message", len(out.buf)-start)
			}
			if room := cap(out.buf); room > maxChunk && room > 2*maxSlack*len(out.buf) {
				t.Errorf("a buffer of %d bytes holds %d", room, len(out.buf))
			}
			got, gotEnds, told = append(got, out.buf...), gotEnds+len(out.ends), told+int(out.told)
		}
		if !bytes.Equal(got, want) || gotEnds != wantEnds || told != 100 {
			t.Errorf("%d bytes, %d ends and %d counts are handed over, want %d, %d and 100", len(got), gotEnds, told, len(want), wantEnds)
		}
		if most := 1 + 2*least/maxChunk; chunks > most {
			t.Errorf("%d chunks for %d bytes, want at most %d", chunks, least, most)
		}
	}
}

// TestBacklogIsNotCopied lets a long backlog grow, and looks how much memory that takes in all.
func TestBacklogIsNotCopied(t *testing.T) {
	const n, size = 200, 100_000
	c := &conn{vat: &Vat{}}
	var outs []*chunk
	for range n {
		outs = append(outs, &chunk{buf: make([]byte, size), ends: []int{size}})
	}
	allocated := testing.AllocsPerRun(1, func() {
		c.backlog, c.latest = nil, nil
		for _, out := range outs {
			out.next = nil
			c.add(out)
		}
	})
	if allocated > 0 {
		t.Errorf("%v allocations", allocated)
	}
}

// TestDropBacklog checks that what is dropped does not count.
func TestDropBacklog(t *testing.T) {
	c := &conn{vat: &Vat{}}
	for range 5 {
		c.unsent.Add(maxChunk)
		c.add(&chunk{buf: make([]byte, maxChunk)})
	}
	c.dropBacklog()
	if n := c.unsent.Load(); n != 0 || c.backlog != nil || c.latest != nil {
		t.Errorf("%d bytes count", n)
	}
}

// TestLongChunksFit checks that a long buffer for output is not much longer than what is asked for, whatever others have used before.
func TestLongChunksFit(t *testing.T) {
	v := &Vat{}
	for range 100 {
		v.putChunk(&chunk{buf: make([]byte, 0, maxPooledLong)})
		if room, size := cap(v.chunk(2*maxChunk).buf), 2*maxChunk; room > maxSlack*size {
			t.Fatalf("a buffer of %d bytes for %d", room, size)
		}
	}
}
