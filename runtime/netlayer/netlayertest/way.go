package netlayertest

import "time"

// Way is the direction from one peer to another. Network.Way returns it. What is sent on it is messages, ends of sending,
// and closings; each is one item of it. Dials are apart: see HoldDials.
type Way struct {
	network  *Network
	from, to string

	// Guarded by network.mu.
	latency time.Duration
	held    bool
	refusal error         // of dials; nil allows them
	gate    chan struct{} // closed when the dials that wait may go on; nil when dials are not held
	flows   []*Flow
}

// SetLatency says how long what is sent from now on takes to arrive, and a dial to reach the other side. Order is kept:
// nothing overtakes what was sent before it on the same conn.
func (w *Way) SetLatency(d time.Duration) {
	w.network.mu.Lock()
	defer w.network.mu.Unlock()
	w.latency = d
}

// Hold keeps what is under way from arriving, and all that is sent later, until Release.
func (w *Way) Hold() {
	w.network.mu.Lock()
	defer w.network.mu.Unlock()
	w.held = true
}

// Release ends Hold. What has waited longer than the latency arrives at once.
func (w *Way) Release() {
	w.network.mu.Lock()
	defer w.network.mu.Unlock()
	w.held = false
	for _, f := range w.flows {
		f.advance()
	}
}

// Step makes the oldest item under way arrive at once, whatever holds it, and reports whether there was one.
func (w *Way) Step() bool {
	w.network.mu.Lock()
	defer w.network.mu.Unlock()
	var oldest *Flow
	for _, f := range w.flows {
		if len(f.transit) > 0 && (oldest == nil || f.transit[0].number < oldest.transit[0].number) {
			oldest = f
		}
	}
	return oldest != nil && oldest.step()
}

// Held returns how many items are under way.
func (w *Way) Held() int {
	w.network.mu.Lock()
	defer w.network.mu.Unlock()
	n := 0
	for _, f := range w.flows {
		n += len(f.transit)
	}
	return n
}

// RefuseDials makes dials fail with an error that wraps err, until it is called with nil.
func (w *Way) RefuseDials(err error) {
	w.network.mu.Lock()
	defer w.network.mu.Unlock()
	w.refusal = err
}

// HoldDials makes dials wait until ReleaseDials. When both ways between two peers are held until both dial, the dials
// cross.
func (w *Way) HoldDials() {
	w.network.mu.Lock()
	defer w.network.mu.Unlock()
	if w.gate == nil {
		w.gate = make(chan struct{})
	}
}

// ReleaseDials ends HoldDials. The dials that wait go on.
func (w *Way) ReleaseDials() {
	w.network.mu.Lock()
	defer w.network.mu.Unlock()
	if w.gate != nil {
		close(w.gate)
		w.gate = nil
	}
}
