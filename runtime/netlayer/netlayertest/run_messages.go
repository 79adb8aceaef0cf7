package netlayertest

import (
	"bytes"
	"errors"
	"io"
	"sync/atomic"
	"testing"

	"github.com/ocapn-go/ocapn/runtime/netlayer"
	"github.com/ocapn-go/ocapn/runtime/syrup"
)

// message returns a record that holds a number and so many bytes.
func message(number, size int) []byte {
	msg := append([]byte(nil), syrup.RecordStart)
	msg = syrup.AppendSymbol(msg, "message")
	msg = syrup.AppendInt(msg, int64(number))
	content := make([]byte, size)
	for i := range content {
		content[i] = byte(number + i)
	}
	msg = syrup.AppendBytes(msg, content)
	return append(msg, syrup.RecordEnd)
}

// messages returns n messages with the numbers from first.
func messages(first, n, size int) [][]byte {
	msgs := make([][]byte, n)
	for i := range msgs {
		msgs[i] = message(first+i, size)
	}
	return msgs
}

// sendAll sends the messages at once.
func sendAll(t *testing.T, c netlayer.Conn, msgs ...[]byte) {
	t.Helper()
	within(t, "Send", func() {
		if err := c.Send(msgs); err != nil {
			t.Errorf("Send: %v", err)
		}
	})
}

// receiveN receives n messages.
func receiveN(t *testing.T, c netlayer.Conn, n int) [][]byte {
	t.Helper()
	var msgs [][]byte
	within(t, "Receive", func() {
		for len(msgs) < n {
			before := len(msgs)
			var err error
			if msgs, err = c.Receive(msgs); err != nil {
				t.Errorf("Receive after %d of %d messages: %v", len(msgs), n, err)
				return
			}
			if len(msgs) == before {
				t.Errorf("Receive appended nothing, without an error")
				return
			}
		}
	})
	if t.Failed() {
		t.FailNow()
	}
	return msgs
}

// receiveEnd receives the error that ends the conn, and fails on a message.
func receiveEnd(t *testing.T, c netlayer.Conn) error {
	t.Helper()
	var end error
	within(t, "Receive", func() {
		msgs, err := c.Receive(nil)
		if len(msgs) > 0 {
			t.Errorf("Receive: %d messages, want the end", len(msgs))
		}
		end = err
	})
	if t.Failed() {
		t.FailNow()
	}
	return end
}

// expectMessages compares messages.
func expectMessages(t *testing.T, got [][]byte, want ...[]byte) {
	t.Helper()
	for i := range min(len(got), len(want)) {
		if !bytes.Equal(got[i], want[i]) {
			t.Fatalf("message %d of %d: %s, want %s", i, len(want), excerpt(got[i]), excerpt(want[i]))
		}
	}
	if len(got) != len(want) {
		t.Fatalf("%d messages, want %d", len(got), len(want))
	}
}

// excerpt returns the beginning of a message for an error.
func excerpt(msg []byte) string {
	const enough = 40
	if len(msg) <= enough {
		return string(msg)
	}
	return string(msg[:enough]) + "…"
}

// checkOrder sends in both directions at once, in calls of different sizes.
func checkOrder(t *testing.T, k *kit) {
	dialled, accepted := k.connect(t)
	const n = 2000
	for _, c := range []netlayer.Conn{dialled, accepted} {
		go func() {
			for sent, step := 0, 1; sent < n; sent, step = sent+step, step%70+1 {
				if err := c.Send(messages(sent, min(step, n-sent), sent%300)); err != nil {
					t.Errorf("Send: %v", err)
					return
				}
			}
		}()
	}
	var want [][]byte
	for sent, step := 0, 1; sent < n; sent, step = sent+step, step%70+1 {
		want = append(want, messages(sent, min(step, n-sent), sent%300)...)
	}
	expectMessages(t, receiveN(t, accepted, n), want...)
	expectMessages(t, receiveN(t, dialled, n), want...)
}

// checkSizes sends messages from nothing to a mebibyte, one by one and all at once.
func checkSizes(t *testing.T, k *kit) {
	dialled, accepted := k.connect(t)
	var msgs [][]byte
	for i, size := range []int{
		0, 1, 9, 10, 100, 1000, 4095, 4096, 16 << 10, 32<<10 - 30, 32 << 10, 64<<10 - 1, 64 << 10, 64<<10 + 1, 200_000, 1 << 20, 3,
	} {
		msgs = append(msgs, message(i, size))
	}
	for _, pair := range [][2]netlayer.Conn{{dialled, accepted}, {accepted, dialled}} {
		sending := make(chan error, 1)
		go func() {
			for i := range msgs {
				if err := pair[0].Send(msgs[i : i+1]); err != nil {
					sending <- err
					return
				}
			}
			sending <- pair[0].Send(msgs)
		}()
		expectMessages(t, receiveN(t, pair[1], 2*len(msgs)), append(msgs[:len(msgs):len(msgs)], msgs...)...)
		if err := <-sending; err != nil {
			t.Errorf("Send: %v", err)
		}
	}
}

// checkBatch sends many messages at once, and receives behind messages that are there already.
func checkBatch(t *testing.T, k *kit) {
	dialled, accepted := k.connect(t)
	msgs := messages(1, 64, 80)
	sendAll(t, dialled, msgs...)
	kept := []byte("kept")
	got := [][]byte{kept}
	within(t, "Receive", func() {
		for len(got) < 65 {
			var err error
			if got, err = accepted.Receive(got); err != nil {
				t.Errorf("Receive: %v", err)
				return
			}
		}
	})
	expectMessages(t, got, append([][]byte{kept}, msgs...)...)
}

// checkEmpty sends empty messages among others.
func checkEmpty(t *testing.T, k *kit) {
	dialled, accepted := k.connect(t)
	sendAll(t, dialled)
	sendAll(t, dialled, nil)
	sendAll(t, dialled, nil, message(1, 1), []byte{}, message(2, 2), nil)
	expectMessages(t, receiveN(t, accepted, 2), message(1, 1), message(2, 2))
}

// checkOwnership changes what was sent, and what was received.
func checkOwnership(t *testing.T, k *kit) {
	dialled, accepted := k.connect(t)
	want := [][]byte{message(1, 50), message(2, 100_000), message(3, 1), message(4, 50), message(5, 40_000)}
	sent := make([][]byte, len(want))
	for i := range want {
		sent[i] = bytes.Clone(want[i])
	}
	sending := make(chan error, 1)
	go func() {
		err := dialled.Send(sent)
		for i := range sent {
			clear(sent[i])
			sent[i] = nil
		}
		sending <- err
	}()
	got := receiveN(t, accepted, len(want))
	if err := <-sending; err != nil {
		t.Errorf("Send: %v", err)
	}
	sendAll(t, dialled, messages(6, 10, 1000)...)
	receiveN(t, accepted, 10)
	for i, msg := range got {
		if !bytes.Equal(msg, want[i]) {
			t.Fatalf("message %d: %s, want %s", i, excerpt(msg), excerpt(want[i]))
		}
		clear(append(msg, "more"...))
	}
}

// checkReadLimit receives messages up to a limit, and one beyond.
func checkReadLimit(t *testing.T, k *kit) {
	dialled, accepted := k.connect(t)
	exact := message(1, 1000)
	accepted.SetReadLimit(len(exact))
	sendAll(t, dialled, message(0, 10), exact, message(2, 1001), message(3, 1))
	expectMessages(t, receiveN(t, accepted, 2), message(0, 10), exact)
	for range 2 {
		var tooLarge *netlayer.MessageTooLargeError
		if err := receiveEnd(t, accepted); !errors.As(err, &tooLarge) {
			t.Errorf("Receive of a message beyond the limit: %v, want a *MessageTooLargeError", err)
		} else if tooLarge.Limit != len(exact) {
			t.Errorf("Limit of the error: %d, want %d", tooLarge.Limit, len(exact))
		}
	}
}

// checkReadLimitRaised raises the limit between two messages that are sent at once.
func checkReadLimitRaised(t *testing.T, k *kit) {
	dialled, accepted := k.connect(t)
	first, second := message(1, 100), message(2, 200_000)
	accepted.SetReadLimit(len(first))
	sending := make(chan error, 1)
	go func() { sending <- dialled.Send([][]byte{first, second}) }()
	expectMessages(t, receiveN(t, accepted, 1), first)
	accepted.SetReadLimit(len(second))
	expectMessages(t, receiveN(t, accepted, 1), second)
	if err := <-sending; err != nil {
		t.Errorf("Send: %v", err)
	}
	accepted.SetReadLimit(0)
	sendAll(t, dialled, message(3, len(second)))
	receiveN(t, accepted, 1)
}

// checkHalfClose ends one direction, then the other.
func checkHalfClose(t *testing.T, k *kit) {
	dialled, accepted := k.connect(t)
	sendAll(t, dialled, messages(1, 100, 500)...)
	if err := dialled.CloseSend(); errors.Is(err, errors.ErrUnsupported) {
		t.Skip("the transport cannot end one direction alone")
	} else if err != nil {
		t.Fatalf("CloseSend: %v", err)
	}
	expectMessages(t, receiveN(t, accepted, 100), messages(1, 100, 500)...)
	for range 2 {
		if err := receiveEnd(t, accepted); err != io.EOF { //nolint:errorlint // io.EOF is promised as it is
			t.Errorf("Receive after the other side's CloseSend: %v, want io.EOF", err)
		}
	}
	sendAll(t, accepted, messages(1, 100, 500)...)
	expectMessages(t, receiveN(t, dialled, 100), messages(1, 100, 500)...)
	if err := dialled.CloseSend(); err != nil {
		t.Errorf("second CloseSend: %v", err)
	}
	expectClosed(t, "Send after CloseSend", dialled.Send(messages(1, 1, 1)))
	if err := accepted.CloseSend(); err != nil {
		t.Errorf("CloseSend of the other side: %v", err)
	}
	if err := receiveEnd(t, dialled); err != io.EOF { //nolint:errorlint // io.EOF is promised as it is
		t.Errorf("Receive after both ended: %v, want io.EOF", err)
	}
}

// checkCounter looks at how much has arrived, where that is counted.
func checkCounter(t *testing.T, k *kit) {
	dialled, accepted := k.connect(t)
	counter, ok := accepted.(netlayer.Counter)
	if !ok {
		return
	}
	want := int64(len(message(0, 5)))
	for _, msg := range messages(1, 3, 10_000) {
		sendAll(t, dialled, msg)
		receiveN(t, accepted, 1)
		want += int64(len(msg))
		if got := counter.Received(); got < want {
			t.Errorf("Received: %d after messages of %d bytes", got, want)
		}
	}
}

// checkHolder looks at what is held for messages that are not whole, where that is told.
func checkHolder(t *testing.T, k *kit) {
	dialled, accepted := k.connect(t)
	holder, ok := accepted.(netlayer.Holder)
	if !ok {
		return
	}
	var held, most atomic.Int64
	holder.OnHolding(func(change int) { most.Store(max(most.Load(), held.Add(int64(change)))) })
	for _, size := range []int{10, 1 << 20, 100, 300_000} {
		most.Store(0)
		msg := message(0, size)
		sent := make(chan error, 1)
		go func() { sent <- dialled.Send([][]byte{msg}) }()
		receiveN(t, accepted, 1)
		if err := <-sent; err != nil {
			t.Fatal(err)
		}
		if n := held.Load(); n != 0 {
			t.Errorf("%d bytes are held after a message of %d bytes", n, len(msg))
		}
		if n := most.Load(); size < 1000 && n != 0 || size >= 1000 && (n < int64(size/8) || n > int64(8*size)) {
			t.Errorf("%d bytes were held at most for a message of %d bytes", n, len(msg))
		}
	}
}
