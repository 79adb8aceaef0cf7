package captp

import (
	"errors"
	"time"

	"github.com/ocapn-go/ocapn/runtime/captp/internal/core"
)

// buffer returns empty buffers for the session to write to.
func (c *conn) buffer(size int) ([]byte, []int) {
	c.filling = c.vat.chunk(size)
	return c.filling.buf, c.filling.ends
}

// flush hands what the session has to send to the writer. If that is busy, the output stays here, and the writer says when
// it is not. It runs on the loop, after each batch in which there was output.
func (c *conn) flush() {
	fresh := c.filling
	c.filling = nil
	fresh.buf, fresh.ends = c.session.Take()
	fresh.told, c.told = c.told, 0
	c.vat.traceSent(c, fresh.buf, fresh.ends)
	if c.unheard {
		c.counted(fresh.told)
		c.vat.putChunk(fresh)
		return
	}
	if c.vat.calm && c.sendNow(fresh) {
		return
	}
	unsent := c.unsent.Add(int64(len(fresh.buf)))
	c.countOutput()
	c.add(fresh)
	c.pass()
	if unsent > int64(c.vat.limits.OutputSoft) {
		c.hold(heldByOutput)
		c.outputShrank()
	}
	if unsent > int64(c.vat.limits.OutputHard) && c.stall == nil && !c.ended {
		c.watchStall()
	}
}

// goUnheard says that the connection takes no more output. What is said to the peer from now on is dropped, so nothing waits for that to
// be sent. It runs on the loop.
func (c *conn) goUnheard() {
	c.unheard = true
	c.unsent.Store(0)
	c.countOutput()
	c.release(heldByOutput)
	c.unpark()
}

// add puts output behind the backlog. Little is copied together, so that much of it is written at once; what is not little stays where it
// is: to copy a long backlog whenever it outgrows its buffer would keep the loop busy for the sake of a peer that does not read.
func (c *conn) add(fresh *chunk) {
	last := c.latest
	switch {
	case c.backlog == nil:
		c.backlog, c.latest = fresh, fresh
		return
	case len(last.buf)+len(fresh.buf) > maxChunk:
		last.next, c.latest = fresh, fresh
		return
	}
	base := len(last.buf)
	last.buf = append(last.buf, fresh.buf...)
	for _, end := range fresh.ends {
		last.ends = append(last.ends, base+end)
	}
	last.told += fresh.told
	c.vat.putChunk(fresh)
}

// dropBacklog gives the output up that the writer was not ready for.
func (c *conn) dropBacklog() {
	for out := c.backlog; out != nil; {
		next := out.next
		c.unsent.Add(-int64(len(out.buf)))
		c.vat.putChunk(out)
		out = next
	}
	c.backlog, c.latest = nil, nil
}

// sendNow sends short output, and a message that is alone and not very long, from the loop, if there is none that comes before it, and
// reports whether that is done. When one call follows the other, waking the writer takes longer than the writing; when many are in flight,
// the loop has better things to do.
// It never waits: what the connection does not take at once, or refuses, is left to the writer.
func (c *conn) sendNow(out *chunk) bool {
	n := len(out.buf)
	if c.trier == nil || c.ended || n > sentAlone || n > sentNow && len(out.ends) > 1 || c.unsent.Load() != 0 {
		return false
	}
	start := 0
	for _, end := range out.ends {
		c.direct = append(c.direct, out.buf[start:end])
		start = end
	}
	done, err := c.trier.TrySend(c.direct)
	clear(c.direct)
	c.direct = c.direct[:0]
	told := out.told
	c.vat.putChunk(out)
	if done && err == nil {
		c.sent.Add(int64(n))
		c.counted(told)
		return true
	}
	c.unsent.Add(int64(n))
	c.countOutput()
	c.startWriter()
	c.out <- &chunk{told: told, begun: n} // nothing is unsent, so the writer has nothing and waits
	return true
}

// counted counts messages out that the connection was given and nobody answers.
func (c *conn) counted(told core.Charge) {
	if told > 0 {
		c.vat.leave(c.session.Load(), told)
	}
}

// pass gives the backlog to the writer if that can take it.
func (c *conn) pass() {
	if c.backlog == nil {
		return
	}
	c.startWriter()
	if c.handOver() {
		return
	}
	c.waiting.Store(true)
	c.handOver() // it may have become free before it could see that somebody waits
}

// handOver gives the backlog to the writer and reports whether that has taken it.
func (c *conn) handOver() bool {
	select {
	case c.out <- c.backlog:
		c.backlog, c.latest = nil, nil
		return true
	default:
		return false
	}
}

// passOn gives the writer, which asked for it, what there is. It runs on the loop.
func (c *conn) passOn() {
	c.pass()
	if c.ended {
		c.vat.ending = append(c.vat.ending, c) // this batch may have more to send before the end
	}
}

// flushLast tells the writer that there will be no more output, once it has what there is. It runs on the loop, at the end of
// a batch.
func (c *conn) flushLast() {
	c.pass()
	if c.ended && !c.last && c.backlog == nil {
		c.last = true
		c.startWriter()
		close(c.out)
	}
}

// watchStall aborts the session if hardly anything is sent for a while although there is too much to send.
func (c *conn) watchStall() {
	v := c.vat
	c.stalled = c.sent.Load()
	c.stall = time.AfterFunc(v.limits.OutputStall, func() {
		v.do(func() {
			c.stall = nil
			switch {
			case c.ended || c.unsent.Load() <= int64(v.limits.OutputHard):
			case c.sent.Load()-c.stalled >= int64(v.limits.OutputHard/64):
				c.watchStall()
			default:
				v.core.Fail(c.session, &LimitError{Limit: "OutputHard", Max: v.limits.OutputHard})
			}
		})
	})
}

// startWriter starts the writer, unless that was done. It runs on the loop.
func (c *conn) startWriter() {
	if !c.writing {
		c.writing = true
		go c.write()
	}
}

// write sends what the loop hands over until there is no more. It is started by the loop, with the first output that it hands over or to
// end the connection, and ended by flushLast, or, if the connection does not take the output, by its closing.
func (c *conn) write() {
	defer c.vat.goroutines.Done()
	defer c.partDone()
	var msgs [][]byte
	var failed error
	for out := range c.out {
		if c.waiting.CompareAndSwap(true, false) {
			c.vat.do(c.passOn)
		}
		for out != nil {
			if failed == nil {
				if msgs, failed = c.send(out, msgs); failed != nil {
					c.sendingFailed(failed)
				}
			}
			next := out.next
			c.counted(out.told)
			c.vat.putChunk(out)
			out = next
		}
	}
	if failed == nil && errors.Is(c.nc.CloseSend(), errors.ErrUnsupported) {
		c.nc.Close() // which says as well that there is no more
	}
}

// sendingFailed ends the session once what has arrived was handled.
func (c *conn) sendingFailed(err error) {
	c.vat.do(func() {
		c.goUnheard()
		c.afterUnread(func() { c.vat.core.Lost(c.session, err) })
	})
	c.nc.Close()
}

// send sends the operations of a chunk, one message each.
func (c *conn) send(out *chunk, msgs [][]byte) ([][]byte, error) {
	if out.begun > 0 {
		err := c.nc.Send(nil)
		c.sent.Add(int64(out.begun))
		c.unsent.Add(-int64(out.begun))
		return msgs, err
	}
	start, ends := 0, out.ends
	for len(ends) > 0 {
		msgs = msgs[:0]
		first := start
		for len(ends) > 0 && (len(msgs) == 0 || ends[0]-first <= sendAtOnce) {
			end := ends[0]
			msgs = append(msgs, out.buf[start:end])
			start, ends = end, ends[1:]
		}
		if err := c.nc.Send(msgs); err != nil {
			return msgs, err
		}
		c.sent.Add(int64(start - first))
		c.unsent.Add(int64(first - start))
		c.outputShrank()
	}
	clear(msgs)
	return msgs, nil
}
