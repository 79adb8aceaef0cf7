package netlayer

import (
	"bytes"
	"slices"
)

// TrySend implements TrySender. Over an ImmediateWriter, and over a *net.TCPConn or *net.UnixConn on systems that are like
// Unix, it writes once for all messages, or, raw and without StreamOptions.Together, once for each until one does not go out
// whole. Over anything else, and with Detect before the framing is known, it keeps everything.
func (s *Stream) TrySend(msgs [][]byte) (done bool, err error) {
	if s.isClosed() || s.sendingOver.Load() {
		return false, errClosed
	}
	select {
	case <-s.framed:
		err = s.out.trySend(msgs, s.framing)
	default:
		s.out.keep(msgs)
	}
	s.noteKept()
	switch {
	case err != nil && s.isClosed():
		return false, errClosed
	case err != nil:
		return false, err
	default:
		return !s.kept.Load(), nil
	}
}

// noteKept tells CloseSend whether anything is kept.
func (s *Stream) noteKept() {
	if kept := s.out.keeps(); kept != s.kept.Load() {
		s.kept.Store(kept)
	}
}

// trySend writes what can be written without waiting, and keeps the rest.
func (out *streamWriter) trySend(msgs [][]byte, framing Framing) error {
	if out.err != nil {
		return out.err
	}
	fresh := len(out.kept) == 0
	if !fresh {
		out.keep(msgs)
		msgs = out.kept
	}
	sent := 0
	if out.size(msgs) <= maxCoalesced {
		if framing == Raw && !out.together {
			sent, out.err = out.tryEach(msgs)
		} else {
			sent, out.err = out.tryAll(msgs, framing)
		}
	}
	switch {
	case out.err != nil:
		out.forget()
	case fresh:
		out.keep(msgs[sent:])
	default:
		out.kept = slices.Delete(msgs, 0, sent)
	}
	return out.err
}

// tryEach writes once for each message, until one does not go out whole; of that, rest is what is left. It returns how many
// messages are sent or in rest.
func (out *streamWriter) tryEach(msgs [][]byte) (int, error) {
	if len(out.rest) > 0 {
		n, err := out.now.WriteNow(out.rest)
		if out.rest = out.rest[n:]; err != nil || len(out.rest) > 0 {
			return 0, err
		}
	}
	for i, m := range msgs {
		if len(m) == 0 {
			continue
		}
		n, err := out.now.WriteNow(m)
		switch {
		case err != nil || n == 0:
			return i, err
		case n < len(m):
			out.rest = bytes.Clone(m[n:])
			return i + 1, nil
		}
	}
	return len(msgs), nil
}

// tryAll writes all messages at once; rest is what is left. It returns how many messages are sent or in rest.
func (out *streamWriter) tryAll(msgs [][]byte, framing Framing) (int, error) {
	defer out.finish()
	out.compose(msgs, framing)
	if len(out.buf) == 0 {
		return len(msgs), nil
	}
	n, err := out.now.WriteNow(out.buf)
	out.rest = bytes.Clone(out.buf[n:]) // what was in rest is in buf as well
	return len(msgs), err
}

// keep keeps copies of the messages, to be sent after what is kept already.
func (out *streamWriter) keep(msgs [][]byte) {
	for _, m := range msgs {
		if len(m) > 0 {
			out.kept = append(out.kept, bytes.Clone(m))
		}
	}
}

// keeps reports whether anything is kept.
func (out *streamWriter) keeps() bool { return len(out.rest) > 0 || len(out.kept) > 0 }

// forget keeps nothing any more: it is sent, or never will be.
func (out *streamWriter) forget() { out.rest, out.kept = nil, nil }
