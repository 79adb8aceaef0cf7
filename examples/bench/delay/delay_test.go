package delay_test

import (
	"io"
	"net"
	"testing"
	"time"

	"github.com/ocapn-go/ocapn/examples/bench/delay"
)

// TestLine sends a byte there and back.
func TestLine(t *testing.T) {
	far, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer far.Close()
	go func() {
		c, err := far.Accept()
		if err != nil {
			return
		}
		defer c.Close()
		_, _ = io.Copy(struct{ io.Writer }{c}, c)
	}()
	const oneWay = 5 * time.Millisecond
	line, err := delay.Listen(far.Addr().String(), oneWay)
	if err != nil {
		t.Fatal(err)
	}
	c, err := net.Dial("tcp", line.Address())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	for i := range byte(3) {
		start := time.Now()
		if _, err := c.Write([]byte{i}); err != nil {
			t.Fatal(err)
		}
		got := make([]byte, 1)
		if _, err := io.ReadFull(c, got); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(start); took < 2*oneWay {
			t.Errorf("there and back in %v", took)
		}
		if got[0] != i {
			t.Errorf("%d came back as %d", i, got[0])
		}
	}
	line.Stop()
	if _, err := c.Write([]byte("ab")); err != nil { // of which the first read may take something along
		t.Fatal(err)
	}
	time.Sleep(2 * oneWay)
	if _, err := c.Write([]byte("cd")); err != nil {
		t.Fatal(err)
	}
	_ = c.SetReadDeadline(time.Now().Add(10 * oneWay))
	if n, err := io.ReadFull(c, make([]byte, 4)); err == nil || n > 2 {
		t.Errorf("%d bytes came through a line that stands still", n)
	}
	_ = c.SetReadDeadline(time.Time{})
	line.GoOn()
	if _, err := io.ReadFull(c, make([]byte, 2)); err != nil {
		t.Error(err)
	}
	line.Stop()
	if err := line.Close(); err != nil {
		t.Error(err)
	}
	if _, err := c.Read(make([]byte, 1)); err == nil {
		t.Error("the connection outlives the line")
	}
}
