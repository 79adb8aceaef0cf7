package noise

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"math"
	"math/rand/v2"
	"net"
	"slices"
	"testing"
	"time"

	"github.com/ocapn-go/ocapn/runtime/netlayer"
	"github.com/ocapn-go/ocapn/runtime/netlayer/internal/tcptest"
)

var _ netlayer.ImmediateWriter = (*stream)(nil)

// agree has a handshake, and returns what each side makes of it.
func agree(t testing.TB) (dialled, accepted agreement) {
	t.Helper()
	a, b := net.Pipe()
	defer a.Close()
	defer b.Close()
	known := encodings{encodingSyrup}
	initiator := party{freshKey(t), known, secrets{}}
	responder := party{freshKey(t), known, secrets{}}
	done := make(chan error, 1)
	go func() {
		var err error
		accepted, err = responder.respond(b)
		done <- err
	}()
	dialled, err := initiator.initiate(a, responder.key.Public())
	if err := errors.Join(err, <-done); err != nil {
		t.Fatal(err)
	}
	return dialled, accepted
}

// secrets are bytes for keys that keep nothing.
type secrets struct{}

func (secrets) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = byte(rand.Uint32())
	}
	return len(p), nil
}

// streams returns two ends of a stream.
func streams(t testing.TB) (near, far *stream) {
	t.Helper()
	a, b := tcptest.Wires(t)
	dialled, accepted := agree(t)
	near, err1 := newStream(a, dialled, 0)
	far, err2 := newStream(b, accepted, 0)
	if err := errors.Join(err1, err2); err != nil {
		t.Fatal(err)
	}
	return near, far
}

// script is a connection on which bytes arrive as a function says. What is written is kept.
type script struct {
	net.Conn
	read func(p []byte) (int, error)
	sent bytes.Buffer
}

func (s *script) Read(p []byte) (int, error)       { return s.read(p) }
func (s *script) Write(p []byte) (int, error)      { return s.sent.Write(p) }
func (s *script) SetWriteDeadline(time.Time) error { return nil }
func (s *script) Close() error                     { return nil }
func (s *script) CloseWrite() error                { return nil }

// written returns what a stream has written for the contents, with the end, and where each record ends.
func written(t *testing.T, a agreement, contents ...[]byte) (all []byte, ends []int) {
	t.Helper()
	c := &script{}
	s, err := newStream(c, a, 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, content := range contents {
		if _, err := s.Write(content); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.CloseWrite(); err != nil {
		t.Fatal(err)
	}
	all = c.sent.Bytes()
	for end := 0; end < len(all); {
		end += headSize + int(binary.BigEndian.Uint16(all[end:]))
		ends = append(ends, end)
	}
	return all, ends
}

// readScript returns what a stream reads of bytes that arrive so many at a time, into so many at a time.
func readScript(t testing.TB, a agreement, data []byte, arrive, room int) ([]byte, error) {
	t.Helper()
	s, err := newStream(&script{read: func(p []byte) (int, error) {
		if len(data) == 0 {
			return 0, io.EOF
		}
		n := copy(p[:min(arrive, len(p))], data)
		data = data[n:]
		return n, nil
	}}, a, 0)
	if err != nil {
		t.Fatal(err)
	}
	var all []byte
	p := make([]byte, room)
	for {
		n, err := s.Read(p)
		all = append(all, p[:n]...)
		if err != nil {
			if again, _ := s.Read(p); again > 0 {
				t.Error("read after the end")
			}
			return all, err
		}
		if n == 0 {
			t.Fatal("read nothing")
		}
	}
}

// content returns so many bytes that do not repeat soon.
func content(size int) []byte {
	p := make([]byte, size)
	for i := range p {
		p[i] = byte(i) ^ byte(i>>8) ^ byte(i>>16)
	}
	return p
}

// TestPieces writes and reads in pieces of all sorts of sizes.
func TestPieces(t *testing.T) {
	for _, sizes := range [][]int{
		{}, {1}, {0, 3, 0}, {100, 200, 3}, {maxContent}, {maxContent + 1}, {64 << 10}, {300_000, 5}, slices.Repeat([]int{1000}, 100),
	} {
		dialled, accepted := agree(t)
		var contents [][]byte
		for _, size := range sizes {
			contents = append(contents, content(size))
		}
		all, _ := written(t, dialled, contents...)
		want := bytes.Join(contents, nil)
		for _, arrive := range []int{1, 7, 1000, 16 << 10, 1 << 20} {
			for _, room := range []int{1, 100, 20_000, 1 << 20} {
				if min(arrive, room) < 10 && len(all) > 10_000 {
					continue
				}
				got, err := readScript(t, accepted, all, arrive, room)
				if !bytes.Equal(got, want) || err != io.EOF {
					t.Errorf("%v, %d arrive, %d are read: %d bytes and %v, want %d others", sizes, arrive, room, len(got), err, len(want))
				}
			}
		}
	}
}

// TestCutStream ends the connection after each byte. Only after the last one was that meant.
func TestCutStream(t *testing.T) {
	dialled, accepted := agree(t)
	contents := [][]byte{content(5), content(100), content(1)}
	all, ends := written(t, dialled, contents...)
	for size := range len(all) + 1 {
		var want []byte
		for i := range contents {
			if ends[i] <= size {
				want = append(want, contents[i]...)
			}
		}
		end := io.ErrUnexpectedEOF
		if size == len(all) {
			end = io.EOF
		}
		got, err := readScript(t, accepted, all[:size], len(all), 1000)
		if !bytes.Equal(got, want) || err != end {
			t.Errorf("cut after %d of %d: %q, %v, want %q, %v", size, len(all), got, err, want, end)
		}
	}
	got, err := readScript(t, accepted, append(bytes.Clone(all), "more"...), len(all)+4, 1000)
	if !bytes.Equal(got, bytes.Join(contents, nil)) || err != io.EOF {
		t.Errorf("with more behind the end: %d bytes, %v", len(got), err)
	}
}

// TestChangedRecords changes what was sent, in each way that someone on the way can.
func TestChangedRecords(t *testing.T) {
	dialled, accepted := agree(t)
	contents := [][]byte{content(50), content(50), content(60)}
	all, ends := written(t, dialled, contents...)
	back, _ := written(t, accepted, contents...)
	one, two, three, last := all[:ends[0]], all[ends[0]:ends[1]], all[ends[1]:ends[2]], all[ends[2]:]
	for _, test := range []struct {
		name string
		data [][]byte
		want int // records
	}{
		{"twice", [][]byte{one, one, two}, 1},
		{"another order", [][]byte{two, one, three}, 0},
		{"one left out", [][]byte{one, three}, 1},
		{"the end comes early", [][]byte{one, two, last}, 2},
		{"the end comes first", [][]byte{last}, 0},
		{"sent back", [][]byte{back}, 0},
		{"shorter than a tag", [][]byte{one, {0, 15}, make([]byte, 15)}, 1},
		{"no record", [][]byte{one, {0, 0}, two}, 1},
		{"longest", [][]byte{one, {255, 255}, make([]byte, maxSealed)}, 1},
	} {
		got, err := readScript(t, accepted, bytes.Join(test.data, nil), 1<<20, 1000)
		if want := bytes.Join(contents[:test.want], nil); !bytes.Equal(got, want) || err != ErrRecord {
			t.Errorf("%s: %d bytes, %v, want %d, %v", test.name, len(got), err, len(want), ErrRecord)
		}
	}
	for place := range len(all) {
		for _, bit := range []byte{1, 0x80} {
			changed := bytes.Clone(all)
			changed[place] ^= bit
			got, err := readScript(t, accepted, changed, 1<<20, 1000)
			if want := bytes.Join(contents, nil); !bytes.HasPrefix(want, got) || err != ErrRecord && err != io.ErrUnexpectedEOF {
				t.Errorf("byte %d changed: %q, %v", place, got, err)
			}
		}
	}
}

// TestWriteNow writes to a socket that takes little, without waiting.
func TestWriteNow(t *testing.T) {
	for _, size := range []int{1, 3000, 60_000, 70_000} {
		near, far := streams(t)
		if err := near.socket.(*net.TCPConn).SetWriteBuffer(4096); err != nil {
			t.Fatal(err)
		}
		var want, rest []byte
		for total := 0; len(rest) == 0 && total < 64<<20; total += size {
			want = append(want, content(size)...)
			n, err := near.WriteNow(content(size))
			if err != nil {
				t.Fatal(err)
			}
			rest = content(size)[n:]
		}
		if len(rest) == 0 {
			t.Skip("a socket that takes everything, or nothing without waiting")
		}
		got := make(chan []byte)
		go func() {
			all, err := io.ReadAll(far)
			if err != nil {
				t.Errorf("%d bytes at a time: read: %v", size, err)
			}
			got <- all
		}()
		for i := 0; len(rest) > 0; i++ {
			more := content(i % 5)
			want, rest = append(want, more...), append(rest, more...)
			write := near.WriteNow
			if i%7 == 6 {
				write = near.Write
			}
			n, err := write(rest)
			if err != nil {
				t.Fatal(err)
			}
			rest = rest[n:]
		}
		if err := near.CloseWrite(); err != nil {
			t.Fatal(err)
		}
		if all := <-got; !bytes.Equal(all, want) {
			t.Errorf("%d bytes at a time: read %d bytes, want %d others", size, len(all), len(want))
		}
		if _, err := near.WriteNow(content(1)); !errors.Is(err, net.ErrClosed) {
			t.Errorf("WriteNow after CloseWrite: %v", err)
		}
	}
}

// TestNothingIsAllocated writes and reads messages after others.
func TestNothingIsAllocated(t *testing.T) {
	near, far := streams(t)
	msg, p := content(1000), make([]byte, 2000)
	if allocs := testing.AllocsPerRun(1000, func() {
		if _, err := near.Write(msg); err != nil {
			t.Fatal(err)
		}
		if _, err := far.Read(p); err != nil {
			t.Fatal(err)
		}
	}); allocs > 0 {
		t.Errorf("%v allocations, want none", allocs)
	}
}

// TestKeyUsedUp lets a direction come to its last number.
func TestKeyUsedUp(t *testing.T) {
	a, b := agree(t)
	send, err1 := newDirection(a.send)
	receive, err2 := newDirection(b.receive)
	if err := errors.Join(err1, err2); err != nil {
		t.Fatal(err)
	}
	for _, d := range []*direction{send, receive} {
		binary.LittleEndian.PutUint64(d.nonce[4:], math.MaxUint64-2)
	}
	record, err := send.seal(nil, content(1))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := receive.open(nil, record[headSize:]); err != nil {
		t.Fatal(err)
	}
	if _, err := send.seal(nil, content(1)); err != errUsedUp {
		t.Errorf("seal: %v, want %v", err, errUsedUp)
	}
}

// TestClaimedRecord checks that a record that says that it is long costs no more than one that is short, until it comes.
func TestClaimedRecord(t *testing.T) {
	_, accepted := agree(t)
	wait := make(chan struct{})
	data := []byte{0xff, 0xff, 1, 2, 3}
	s, err := newStream(&script{read: func(p []byte) (int, error) {
		if len(data) == 0 {
			close(wait)
			return 0, io.EOF
		}
		n := copy(p, data)
		data = data[n:]
		return n, nil
	}}, accepted, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Read(make([]byte, 10)); err != io.ErrUnexpectedEOF {
		t.Errorf("Read: %v", err)
	}
	<-wait
	if len(s.in.buf) != minBuffer {
		t.Errorf("a buffer of %d bytes for a record of which 5 have come", len(s.in.buf))
	}
}
