package onion_test

import (
	"errors"
	"net"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ocapn-go/ocapn/runtime/netlayer"
	"github.com/ocapn-go/ocapn/runtime/netlayer/onion"
)

// TestRestart ends a tor that somebody else runs, and starts it again at the same address.
func TestRestart(t *testing.T) {
	folder := t.TempDir()
	fake := startFake(t, folder, nil)
	var stages atomic.Pointer[[]onion.Stage]
	stages.Store(&[]onion.Stage{})
	ready := make(chan struct{}, 10)
	nl := open(t, onion.Options{ControlAddr: fake.address(), Key: keyOf("a"), Progress: func(p onion.Progress) {
		all := append(slices.Clone(*stages.Load()), p.Stage)
		stages.Store(&all)
		if p.Stage == onion.StageReady {
			ready <- struct{}{}
		}
	}})
	<-ready
	other := open(t, onion.Options{ControlAddr: startFake(t, folder, nil).address(), DialOnly: true})
	c, err := other.Dial(t.Context(), nl.Location())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	accept(t, nl)

	fake.close()
	if _, err := nl.Accept(); !errors.Is(err, onion.ErrGone) {
		t.Errorf("Accept: %v, want an error that wraps ErrGone", err)
	}
	if _, err := nl.Dial(t.Context(), peerOf("b")); !errors.Is(err, onion.ErrGone) {
		t.Errorf("Dial: %v, want an error that wraps ErrGone", err)
	}
	again := newFake(folder)
	if err := again.run(fake.address()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(again.close)
	select {
	case <-ready:
	case <-time.After(patience):
		t.Fatal("not attached again")
	}
	c, err = other.Dial(t.Context(), nl.Location())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	accept(t, nl)
	got := *stages.Load()
	if i := slices.Index(got, onion.StageGone); i < 0 || !slices.Contains(got[i:], onion.StageStarting) {
		t.Errorf("stages: %v, want gone, and then starting", got)
	}
}

// TestNoRestart ends a tor for good.
func TestNoRestart(t *testing.T) {
	fake := startFake(t, t.TempDir(), nil)
	nl := open(t, onion.Options{ControlAddr: fake.address(), NoRestart: true})
	dialled, err := nl.Dial(t.Context(), nl.Location())
	if err != nil {
		t.Fatal(err)
	}
	defer dialled.Close()
	accepted := accept(t, nl)
	fake.close()
	for _, c := range []netlayer.Conn{dialled, accepted} {
		if _, err := c.Receive(nil); err == nil {
			t.Error("Receive on a conn of a tor that is gone: no error")
		}
	}
	if _, err := nl.Accept(); !errors.Is(err, onion.ErrGone) {
		t.Errorf("Accept: %v, want an error that wraps ErrGone", err)
	}
	end := make(chan error, 1)
	go func() {
		_, err := nl.Accept()
		end <- err
	}()
	select {
	case err := <-end:
		t.Errorf("Accept a second time: %v, want it to wait", err)
	case <-time.After(50 * time.Millisecond):
	}
	_ = nl.Close()
	if err := <-end; !errors.Is(err, net.ErrClosed) {
		t.Errorf("Accept: %v, want an error that wraps net.ErrClosed", err)
	}
}

// TestCloseWhileRestarting closes while there is no tor.
func TestCloseWhileRestarting(t *testing.T) {
	fake := startFake(t, t.TempDir(), nil)
	gone := make(chan struct{}, 10)
	nl := open(t, onion.Options{ControlAddr: fake.address(), Progress: func(p onion.Progress) {
		if p.Stage == onion.StageGone {
			gone <- struct{}{}
		}
	}})
	fake.close()
	<-gone
	<-gone // an attempt to attach again has failed
	if err := nl.Close(); err != nil {
		t.Error(err)
	}
	if _, err := nl.Dial(t.Context(), peerOf("b")); !errors.Is(err, net.ErrClosed) {
		t.Errorf("Dial: %v, want an error that wraps net.ErrClosed", err)
	}
}
