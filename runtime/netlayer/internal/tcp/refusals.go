package tcp

import (
	"sync/atomic"

	"github.com/ocapn-go/ocapn/runtime/netlayer"
)

// Refusals count the connections that became no conn: see netlayer.Refusals.
type Refusals struct{ Source, Crowded, Failed atomic.Int64 }

// Sum returns the counts.
func (r *Refusals) Sum() netlayer.Refusals {
	return netlayer.Refusals{Source: r.Source.Load(), Crowded: r.Crowded.Load(), Failed: r.Failed.Load()}
}
