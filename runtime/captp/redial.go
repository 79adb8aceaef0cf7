package captp

import (
	"errors"
	"time"

	"github.com/ocapn-go/ocapn/runtime/netlayer"
)

// key returns what failures to reach the peer are remembered under: where it is looked for, and at whose word. What a peer makes this
// vat dial in vain does not hold up what the program dials.
func (d *dialled) key() redialKey { return redialKey{d.at.URI(), d.introduced} }

type redialKey struct {
	uri        string
	introduced bool
}

// redials has the dials that failed a moment ago, so that the next one to the same location can wait. It is owned by the loop.
type redials map[redialKey]redial

type redial struct {
	failed   int       // in a row
	earliest time.Time // of the next dial
}

// noteUnreachable remembers that a peer could not be reached. It runs on the loop.
func (v *Vat) noteUnreachable(d *dialled, err error) {
	if v.refuse || errors.Is(err, netlayer.ErrLocation) { // in which case nothing was dialled
		return
	}
	now := time.Now()
	if len(v.redials) >= maxRedials {
		for key, r := range v.redials {
			if r.isOver(now) {
				delete(v.redials, key)
			}
		}
	}
	key := d.key()
	r, ok := v.redials[key]
	switch {
	case !ok && len(v.redials) >= maxRedials:
		return
	case r.isOver(now):
		r = redial{}
	}
	r.earliest = now.Add(backoff{firstRedial, longestRedial}.delay(r.failed, v.rand))
	r.failed++
	v.redials[key] = r
}

// isOver reports whether the failures say nothing any longer.
func (r redial) isOver(now time.Time) bool { return now.Sub(r.earliest) > redialMemory }

// untilRedial returns how long the dialling of a peer is to wait. It runs on the loop.
func (v *Vat) untilRedial(d *dialled) time.Duration {
	if len(v.redials) == 0 {
		return 0
	}
	return time.Until(v.redials[d.key()].earliest)
}
