package captp

import (
	"encoding/binary"
	"io"
	"time"
)

// backoff says how long to wait before something that failed is tried again: at first, and at most. In between the waits double.
type backoff struct {
	first, longest time.Duration
}

// delay returns the wait when so many tries in a row have failed before the last one. It is between half of what is due and all of
// it, at random: those who lost a peer at the same time do not come back at the same time.
func (b backoff) delay(failed int, random io.Reader) time.Duration {
	d := min(b.first, b.longest)
	for range failed {
		if d > b.longest/2 {
			d = b.longest
			break
		}
		d *= 2
	}
	return jitter(d, random)
}

// jitter returns a time between half of d and d.
func jitter(d time.Duration, random io.Reader) time.Duration {
	var b [8]byte
	if _, err := io.ReadFull(random, b[:]); err != nil {
		return d
	}
	half := d / 2
	return half + time.Duration(binary.LittleEndian.Uint64(b[:])%uint64(d-half+1))
}
