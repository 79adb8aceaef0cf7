package tls

import (
	"crypto/tls"
	"encoding/binary"
	"io"
	"net"
	"strings"
	"testing"

	"github.com/ocapn-go/ocapn/runtime/netlayer/internal/tcptest"
)

// hello returns the record with which a dialler begins.
func hello(t *testing.T) []byte {
	t.Helper()
	near, far := net.Pipe()
	go func() { _ = tls.Client(near, fresh(t).config(nil)).Handshake() }()
	defer far.Close()
	record := make([]byte, headSize)
	if _, err := io.ReadFull(far, record); err != nil {
		t.Fatal(err)
	}
	record = append(record, make([]byte, binary.BigEndian.Uint16(record[3:]))...)
	if _, err := io.ReadFull(far, record[headSize:]); err != nil {
		t.Fatal(err)
	}
	return record
}

// withExtension returns the hello with another extension behind the others.
func withExtension(hello []byte, kind uint16, content []byte) []byte {
	extension := append(binary.BigEndian.AppendUint16(nil, kind), byte(len(content)>>8), byte(len(content)))
	extension = append(extension, content...)
	hello = append(append([]byte(nil), hello...), extension...)
	grow := func(at int) {
		binary.BigEndian.PutUint16(hello[at:], binary.BigEndian.Uint16(hello[at:])+uint16(len(extension)))
	}
	grow(3)                     // the record
	grow(headSize + 2)          // the message, whose length has three bytes
	at := headSize + 4 + 2 + 32 // the session, of one byte of length
	at += 1 + int(hello[at])    // the ciphers, of two
	at += 2 + int(hello[at+1])  // no more than 127 of them
	at += 1 + int(hello[at])    // now the extensions, of two
	grow(at)
	return hello
}

// TestEarlyData sends data before the handshake, which a dialler could have recorded from another: it is refused, whether or not it is
// announced. Renegotiation, the other way to more than one handshake, is none of version 1.3. An honest dialler gets through afterwards.
func TestEarlyData(t *testing.T) {
	const earlyData = 42
	v := newVictim(t, Options{})
	for name, test := range map[string]struct {
		hello []byte
		want  string
	}{
		"announced":     {withExtension(hello(t), earlyData, nil), "early data"},
		"not announced": {hello(t), "bad record MAC"},
	} {
		t.Run(name, func(t *testing.T) {
			c := tcptest.Dial(t, v.Location())
			if _, err := c.Write(append(test.hello, "\x17\x03\x03\x00\x15"+strings.Repeat("x", 21)...)); err != nil {
				t.Fatal(err)
			}
			if err := <-v.refused; !strings.Contains(err.Error(), test.want) {
				t.Errorf("refused: %v, want something about %q", err, test.want)
			}
		})
	}
	accepted := make(chan error, 1)
	go func() {
		c, err := v.Accept()
		if err == nil {
			_ = c.Close()
		}
		accepted <- err
	}()
	c, err := newNetlayerOf(t, Options{}).Dial(t.Context(), v.Location())
	if err != nil {
		t.Fatal(err)
	}
	_ = c.Close()
	if err := <-accepted; err != nil {
		t.Error(err)
	}
}
