package noise

import (
	"io"
	"testing"
	"time"

	"github.com/ocapn-go/ocapn/runtime/netlayer/internal/tcptest"
)

func TestCloseWriteBesideWrite(t *testing.T) {
	near, far := streams(t)
	tcptest.CloseWriteBesideWrite(t, near, far)
}

// TestCloseWriteWhileFull ends sending when the socket takes nothing more. That neither waits nor is forgotten.
func TestCloseWriteWhileFull(t *testing.T) {
	tcptest.ExpectNoLeaks(t)
	near, far := streams(t)
	var sent int
	for {
		n, err := near.WriteNow(content(1000))
		if err != nil {
			t.Fatal(err)
		}
		if n < 1000 {
			break
		}
		sent += n
	}
	if sent == 0 {
		t.Skip("nothing is written without waiting")
	}
	start := time.Now()
	if err := near.CloseWrite(); err != nil {
		t.Fatal(err)
	}
	if took := time.Since(start); took > tcptest.Patience/4 {
		t.Errorf("CloseWrite took %v", took)
	}
	got, err := io.ReadAll(far)
	if len(got) < sent || err != nil {
		t.Errorf("read %d bytes, %v, want at least %d", len(got), err, sent)
	}
}

// TestCloseIsAnEnd closes a stream on which nothing is under way: the other side can tell that from a cut.
func TestCloseIsAnEnd(t *testing.T) {
	near, far := streams(t)
	if _, err := near.Write(content(10)); err != nil {
		t.Fatal(err)
	}
	if err := near.Close(); err != nil {
		t.Fatal(err)
	}
	if got, err := io.ReadAll(far); len(got) != 10 || err != nil {
		t.Errorf("read %d bytes, %v", len(got), err)
	}
}
