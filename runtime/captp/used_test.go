package captp

import (
	"testing"

	"github.com/ocapn-go/ocapn/runtime/captp/internal/core"
)

// A method that waits holds no more than it is charged for: what was used for a long message before is not used for a short one.
func TestShortMessagesHoldLittle(t *testing.T) {
	v, err := New()
	if err != nil {
		t.Fatal(err)
	}
	defer v.Close()
	const shortBuffer = 16 << 10
	long := make([]byte, 1<<20)
	ways := map[string]func(e *Encoder){
		"bytes":  func(e *Encoder) { e.Bytes(long) },
		"string": func(e *Encoder) { e.String(string(long)) },
		"raw":    func(e *Encoder) { e.Raw(string(long)) },
		"items": func(e *Encoder) {
			for range len(long) {
				e.Null()
			}
		},
	}
	for name, write := range ways {
		e := v.encoder()
		e.Null()
		write(e)
		e.Null()
		if got, want := len(e.buf), len(long); got < want {
			t.Fatalf("%s: %d bytes were written, want at least %d", name, got, want)
		}
		v.putEncoder(e)
		if e = v.encoder(); cap(e.buf) > shortBuffer || e.long != nil {
			t.Errorf("%s: the next encoder has a buffer of %d bytes", name, cap(e.buf))
		}
		v.putEncoder(e)
	}
	p := v.parcel(core.Body{Data: long})
	if got := p.size(); got < len(long) {
		t.Errorf("a parcel of %d bytes counts %d", len(long), got)
	}
	v.putParcel(p)
	for range 10 {
		if p = v.parcel(core.Body{Data: long[:1]}); cap(p.data) > shortBuffer || p.size() < cap(p.data) {
			t.Errorf("a parcel of a byte has a buffer of %d, and counts %d", cap(p.data), p.size())
		}
	}
}
