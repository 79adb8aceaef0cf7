package netlayertest

import (
	"testing"

	"github.com/ocapn-go/ocapn/runtime/netlayer"
)

// checkReceiveInto receives into memory that is used again, from the first message on and in turn with Receive.
func checkReceiveInto(t *testing.T, k *kit) {
	dialled, accepted := k.connect(t)
	for _, pair := range [][2]netlayer.Conn{{dialled, accepted}, {accepted, dialled}} {
		c, ok := pair[1].(netlayer.BufferReceiver)
		if !ok {
			t.Skip("the conn does not receive into memory of the receiver's")
		}
		msgs := append(messages(0, 300, 200), message(300, 200_000))
		msgs = append(msgs, messages(301, 300, 10)...)
		sending := make(chan error, 1)
		go func() { sending <- pair[0].Send(msgs) }()
		within(t, "ReceiveInto", func() { expectInto(t, c, msgs) })
		if err := <-sending; err != nil {
			t.Errorf("Send: %v", err)
		}
	}
}

// expectInto receives the messages, of which those that are received into memory are looked at before that is used again.
func expectInto(t *testing.T, c netlayer.BufferReceiver, want [][]byte) {
	var buf []byte
	for round := 0; len(want) > 0; round++ {
		asked := 0
		receive := func() ([][]byte, error) {
			return c.ReceiveInto(nil, func(size int) []byte {
				if asked++; cap(buf) < size {
					buf = make([]byte, 0, size)
				}
				return buf
			})
		}
		if round%3 == 2 {
			receive = func() ([][]byte, error) { return c.Receive(nil) }
		}
		got, err := receive()
		switch {
		case err != nil || len(got) == 0:
			t.Errorf("%d messages and %v with %d to come", len(got), err, len(want))
			return
		case asked > 1:
			t.Errorf("memory was asked for %d times", asked)
		case len(got) > len(want):
			t.Errorf("%d messages, want %d", len(got), len(want))
			return
		}
		for i, msg := range got {
			if string(msg) != string(want[i]) {
				t.Errorf("message %s, want %s", excerpt(msg), excerpt(want[i]))
				return
			}
		}
		want = want[len(got):]
		clear(buf[:cap(buf)])
	}
}
