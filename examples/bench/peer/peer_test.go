package peer_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ocapn-go/ocapn/examples/bench/peer"
)

// TestPeers calls every method of every peer, and checks what comes back.
func TestPeers(t *testing.T) {
	for _, p := range peer.All() {
		t.Run(p.Name(), func(t *testing.T) {
			s, err := p.Serve()
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() {
				if err := s.Close(); err != nil {
					t.Error(err)
				}
			})
			c, err := s.Dial(t.Context(), s.Address())
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() {
				if err := c.Close(); err != nil {
					t.Error(err)
				}
			})
			testConn(t, c)
		})
	}
}

func testConn(t *testing.T, c peer.Conn) {
	t.Helper()
	ctx := t.Context()
	for name, call := range map[string]func() error{
		"null": func() error { return c.Null(ctx) },
		"begin": func() error {
			pending, err := c.Begin(ctx)
			if err != nil {
				return err
			}
			return pending.Wait(ctx)
		},
		"chain":    func() error { return c.Chain(ctx, 10) },
		"callback": func() error { return c.CallBack(ctx) },
		"objects": func() error {
			held, err := c.Objects(ctx, 3)
			if err == nil && held == nil {
				t.Error("no object")
			}
			return err
		},
	} {
		if err := call(); err != nil && !errors.Is(err, peer.ErrCannot) {
			t.Errorf("%s: %v", name, err)
		}
	}
	want := peer.Record{Name: "file", ID: 7919, Tags: []string{"red", "green"}, Blob: []byte{0, 1, 2}}
	got, err := c.Swap(ctx, want)
	if err != nil && !errors.Is(err, peer.ErrCannot) {
		t.Errorf("swap: %v", err)
	}
	if diff := cmp.Diff(want, got); err == nil && diff != "" {
		t.Errorf("swap (-want +got):\n%s", diff)
	}
	for _, size := range []int{0, 1, 64 << 10, 1 << 20, 5 << 20} {
		data := make([]byte, size)
		for i := range data {
			data[i] = byte(i * 7)
		}
		echo, err := c.Echo(ctx, data)
		if err != nil {
			t.Fatalf("echo of %d bytes: %v", size, err)
		}
		if string(echo) != string(data) {
			t.Errorf("echo of %d bytes: other bytes came back", size)
		}
	}
}

// TestIntroduction hands an object on, twice along a connection that is there and twice along a new one.
func TestIntroduction(t *testing.T) {
	in, err := peer.NewOCapN(peer.Defaults).Introduce(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := in.Close(); err != nil {
			t.Error(err)
		}
	})
	for _, apart := range []bool{false, false, true, true} {
		if err := in.Prepare(t.Context(), apart); err != nil {
			t.Fatal(err)
		}
		if err := in.Give(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
}

// TestMesh calls all ends from all others.
func TestMesh(t *testing.T) {
	conns, closeAll, err := peer.NewOCapN(peer.Defaults).Mesh(t.Context(), 4)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := closeAll(); err != nil {
			t.Error(err)
		}
	})
	for i, of := range conns {
		if len(of) != 3 {
			t.Errorf("end %d has %d connections", i, len(of))
		}
		for _, c := range of {
			if err := c.Null(t.Context()); err != nil {
				t.Error(err)
			}
		}
	}
}
