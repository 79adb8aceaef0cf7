package tls

import (
	"bytes"
	"encoding/binary"
	"encoding/pem"
	"testing"
)

// FuzzAnnouncement checks that what is announced is what comes behind its length, in either order, that nothing more is read, and that
// only the certificate of the designator is taken.
func FuzzAnnouncement(f *testing.F) {
	text := encodeCertificate([]byte("der"))
	f.Add(announce(text), 0)
	f.Add(append(announce(text), "more"...), 1)
	for _, said := range []string{"", "\x00", "\x00\x00\x00\x00", "\x05\x00\x00\x00hello", "\x00\x00\x00\x05hello", "\xff\xff\xff\xff", "\x00\x01\x00\x00", "\x05\x00\x00\x00hell"} {
		f.Add([]byte(said), 0)
	}
	f.Add(announce(append([]byte("x\n"), text...)), 0)
	f.Add(announce(bytes.Replace(text, []byte("CERTIFICATE"), []byte("KEY"), 2)), 0)
	f.Fuzz(func(t *testing.T, said []byte, change int) {
		r := bytes.NewReader(said)
		got, err := readAnnouncement(r)
		if err != nil {
			if read := len(said) - r.Len(); read > lengthSize && r.Len() > 0 {
				t.Errorf("error %v after %d of %d bytes", err, read, len(said))
			}
			return
		}
		size := uint32(len(got))
		little, big := binary.LittleEndian.Uint32(said), binary.BigEndian.Uint32(said)
		if size == 0 || size > maxAnnounced || size != little && size != big || !bytes.Equal(got, said[lengthSize:][:size]) || r.Len() != len(said)-lengthSize-len(got) {
			t.Fatalf("%q is announced by %q", got, said)
		}
		other := bytes.Clone(got)
		other[uint(change)%uint(len(other))] ^= 1
		if _, err := pinned(other, designatorOf(got)); err == nil {
			t.Error("another certificate is taken")
		}
		certificate, err := pinned(got, designatorOf(got))
		if block, _ := pem.Decode(got); err == nil && !bytes.Equal(block.Bytes, certificate) {
			t.Errorf("%q is taken for the certificate in %q", certificate, got)
		}
	})
}
