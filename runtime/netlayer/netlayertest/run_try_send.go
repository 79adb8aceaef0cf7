package netlayertest

import (
	"bytes"
	"errors"
	"io"
	"testing"

	"github.com/ocapn-go/ocapn/runtime/netlayer"
)

// connectTrySenders is connect, and skips the check unless both ends can be sent on without waiting.
func (k *kit) connectTrySenders(t *testing.T) (dialled, accepted netlayer.TrySender) {
	t.Helper()
	near, far := k.connect(t)
	dialled, ok := near.(netlayer.TrySender)
	accepted, alike := far.(netlayer.TrySender)
	if !ok || !alike {
		t.SkipNow()
	}
	return dialled, accepted
}

// trySend calls TrySend with copies of the messages, which it changes afterwards.
func trySend(t *testing.T, c netlayer.TrySender, msgs ...[]byte) (done bool) {
	t.Helper()
	given := make([][]byte, len(msgs))
	for i := range msgs {
		given[i] = bytes.Clone(msgs[i])
	}
	within(t, "TrySend", func() {
		var err error
		if done, err = c.TrySend(given); err != nil {
			t.Errorf("TrySend: %v", err)
		}
	})
	if t.Failed() {
		t.FailNow()
	}
	for i := range given {
		clear(given[i])
		given[i] = nil
	}
	return done
}

// tryUntilKept calls TrySend while nobody receives, until it keeps something. It returns what it has sent.
func tryUntilKept(t *testing.T, c netlayer.TrySender, size int) (sent [][]byte) {
	t.Helper()
	const enough = 64 << 20 // bytes, of which a transport that buffers everything takes no more
	for total := 0; total < enough; total += 8 * size {
		msgs := messages(len(sent), 8, size)
		sent = append(sent, msgs...)
		if !trySend(t, c, msgs...) {
			break
		}
	}
	return sent
}

// checkTrySend sends short and long messages by TrySend and Send in turns.
func checkTrySend(t *testing.T, k *kit) {
	dialled, accepted := k.connectTrySenders(t)
	for _, pair := range [][2]netlayer.TrySender{{dialled, accepted}, {accepted, dialled}} {
		sender, receiver := pair[0], pair[1]
		if !trySend(t, sender) || !trySend(t, sender, nil, []byte{}) {
			t.Error("TrySend of nothing: false")
		}
		for i, sizes := range [][]int{{0}, {1, 10, 100}, {1000, 0, 5000}, {60_000}, {30_000, 40_000, 5}, {300_000, 1}} {
			var want [][]byte
			for j, size := range sizes {
				want = append(want, message(10*i+j, size))
			}
			trySend(t, sender, append([][]byte{nil}, want...)...)
			trySend(t, sender, message(10*i+8, 8))
			last := message(10*i+9, 9)
			sending := make(chan error, 1)
			go func() { sending <- sender.Send([][]byte{last}) }()
			want = append(want, message(10*i+8, 8), last)
			expectMessages(t, receiveN(t, receiver, len(want)), want...)
			if err := <-sending; err != nil {
				t.Errorf("Send: %v", err)
			}
			if !trySend(t, sender) {
				t.Error("TrySend of nothing after Send: false")
			}
		}
	}
}

// checkTrySendWaitsForNobody calls TrySend while the other side does not read, and Send without messages when it does.
func checkTrySendWaitsForNobody(t *testing.T, k *kit) {
	for _, size := range []int{100, 7000} {
		dialled, accepted := k.connectTrySenders(t)
		want := tryUntilKept(t, dialled, size)
		more := messages(len(want), 3, 10)
		trySend(t, dialled, more...)
		want = append(want, more...)
		sending := make(chan error, 1)
		go func() { sending <- dialled.Send(nil) }()
		expectMessages(t, receiveN(t, accepted, len(want)), want...)
		if err := <-sending; err != nil {
			t.Errorf("Send: %v", err)
		}
		sendAll(t, dialled, message(1, 1))
		expectMessages(t, receiveN(t, accepted, 1), message(1, 1))
	}
}

// checkTrySendHalfClose ends sending while something is kept, and again when it is sent.
func checkTrySendHalfClose(t *testing.T, k *kit) {
	dialled, accepted := k.connectTrySenders(t)
	want := tryUntilKept(t, dialled, 1000)
	if done := trySend(t, dialled); !done {
		err := dialled.CloseSend()
		if errors.Is(err, errors.ErrUnsupported) {
			t.Skip("the transport cannot end one direction alone")
		}
		if !errors.Is(err, netlayer.ErrUnsent) {
			t.Errorf("CloseSend while something is kept: %v, want an error that wraps ErrUnsent", err)
		}
	}
	sending := make(chan error, 1)
	go func() { sending <- errors.Join(dialled.Send(nil), dialled.CloseSend()) }()
	expectMessages(t, receiveN(t, accepted, len(want)), want...)
	if err := <-sending; errors.Is(err, errors.ErrUnsupported) {
		t.Skip("the transport cannot end one direction alone")
	} else if err != nil {
		t.Errorf("Send and CloseSend: %v", err)
	}
	if err := receiveEnd(t, accepted); err != io.EOF { //nolint:errorlint // io.EOF is promised as it is
		t.Errorf("Receive after the other side's CloseSend: %v, want io.EOF", err)
	}
	_, err := dialled.TrySend(messages(1, 1, 1))
	expectClosed(t, "TrySend after CloseSend", err)
}

// checkTrySendClose closes while something is kept, and calls TrySend afterwards.
func checkTrySendClose(t *testing.T, k *kit) {
	dialled, accepted := k.connectTrySenders(t)
	tryUntilKept(t, dialled, 1000)
	for _, c := range []netlayer.TrySender{dialled, accepted} {
		if err := c.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
		done, err := c.TrySend(messages(1, 1, 1))
		expectClosed(t, "TrySend after Close", err)
		if done {
			t.Error("TrySend after Close: true")
		}
		expectClosed(t, "Send after Close", c.Send(nil))
	}
}

// checkTrySendToNobody calls TrySend, and Send for what it keeps, after the other side has closed.
func checkTrySendToNobody(t *testing.T, k *kit) {
	dialled, accepted := k.connectTrySenders(t)
	if err := dialled.Close(); err != nil {
		t.Errorf("Close: %v", err)
	}
	within(t, "TrySend after the other side closed", func() {
		for {
			done, err := accepted.TrySend(messages(1, 8, 100))
			if err == nil && !done {
				err = accepted.Send(nil)
			}
			if err != nil {
				return
			}
		}
	})
	if _, err := accepted.TrySend(messages(1, 1, 1)); err == nil {
		t.Error("TrySend after an error: no error")
	}
	if err := accepted.Send(messages(1, 1, 1)); err == nil {
		t.Error("Send after an error: no error")
	}
}
