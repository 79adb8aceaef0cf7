package core

import "fmt"

// Check returns an error if the tables of the vat contradict each other. It is there for tests, which call it after every step.
func (v *Vat) Check() error {
	held := make(map[*Object]int)
	for s := range v.sessions {
		if s.state == stateEnded {
			return fmt.Errorf("an ended session is in the table")
		}
		if s.state == stateUp {
			if err := s.check(held); err != nil {
				return err
			}
		}
	}
	for gift := range v.gifts.All() {
		if o, ok := gift.cap.(*Object); ok {
			held[o]++
		}
	}
	bytes, entries := 0, 0
	for s := range v.sessions {
		bytes += s.held
		entries += s.tableBytes()
	}
	if entries != v.entries {
		return fmt.Errorf("entries take up %d bytes but %d are counted", entries, v.entries)
	}
	if bytes != v.held {
		return fmt.Errorf("peers hold %d bytes but %d are counted", bytes, v.held)
	}
	for o, n := range held {
		if o.holders != n {
			return fmt.Errorf("an object is held by %d sessions and gifts but counts %d", n, o.holders)
		}
	}
	dialling := 0
	for id, p := range v.peers {
		if p.isIdle() && len(p.waiting) == 0 {
			return fmt.Errorf("the entry of peer %v says nothing", id)
		}
		if p.session != nil && p.session.state != stateUp {
			return fmt.Errorf("the session of peer %v is not up", id)
		}
		if p.parked != nil && (p.parked.state != stateParked || p.session == nil && p.outgoing == nil) {
			return fmt.Errorf("a session of peer %v waits for nothing", id)
		}
		if len(p.waiting) > 0 && p.isIdle() && p.lost == nil && !p.postponed {
			return fmt.Errorf("requests for peer %v wait for nothing", id)
		}
		if p.dialling {
			dialling++
		}
	}
	if dialling != v.dialling {
		return fmt.Errorf("%d peers are being dialled but %d are counted", dialling, v.dialling)
	}
	if len(v.due) != 0 {
		return fmt.Errorf("%d reactions are still due after an event", len(v.due))
	}
	return v.checkHandoffs()
}

// checkHandoffs checks what is kept for handoffs beside the gifts.
func (v *Vat) checkHandoffs() error {
	used, known := 0, 0
	for id, s := range v.up {
		if s.state != stateUp || s.id != id {
			return fmt.Errorf("a session that is not up is known as up")
		}
		known += len(s.withdrawers)
		if s.counts == nil {
			continue
		}
		for gifter := range s.counts.Gifters() {
			used++
			g := v.up[gifter]
			if g == nil {
				return fmt.Errorf("handoff counts are kept for a session that is not up")
			}
			if _, ok := g.withdrawers[s]; !ok {
				return fmt.Errorf("the session of a gifter does not know who has used handoff counts for it")
			}
		}
	}
	if used != known {
		return fmt.Errorf("handoff counts were used for %d sessions of gifters, but %d are known", used, known)
	}
	return v.checkIntroductions()
}

// checkIntroductions checks the table of introductions, and what sessions count of them.
func (v *Vat) checkIntroductions() error {
	underWay, calling := make(map[*Session]int), make(map[*Session]int)
	for n, i := range v.introductions {
		if !i.isUnderWay() || i.number != n {
			return fmt.Errorf("an introduction that is over is in the table")
		}
		underWay[i.gifter]++
		if i.calling {
			calling[i.gifter]++
		}
	}
	for s := range v.sessions {
		if s.introductions != underWay[s] || s.calling != calling[s] {
			return fmt.Errorf("%d introductions, %d calling, but %d and %d are counted", underWay[s], calling[s], s.introductions, s.calling)
		}
	}
	if len(v.given) != 0 {
		return fmt.Errorf("%d certificates of a message were not looked at", len(v.given))
	}
	return nil
}

// check checks the tables of one session and adds the objects that it holds to held.
func (s *Session) check(held map[*Object]int) error {
	questions, resolvers := 0, 0
	for pos, e := range s.exports.all() {
		if pos >= s.nextExport {
			return fmt.Errorf("export %d is not below the next position %d", pos, s.nextExport)
		}
		switch e.kind {
		case exportCap:
			if e.number == 0 {
				return fmt.Errorf("export %d has count 0", pos)
			}
			if known, ok := s.exportPos(e.cap); !ok || known != pos {
				return fmt.Errorf("export %d is known as %d", pos, known)
			}
			if o, ok := e.cap.(*Object); ok {
				held[o]++
			}
		case exportAnswer:
			questions++
			resolvers++
		case exportListener, exportFlush:
			resolvers++
		}
	}
	if resolvers != s.resolvers {
		return fmt.Errorf("%d resolvers are exported but %d are counted", resolvers, s.resolvers)
	}
	queued := 0
	for r := range s.waiting.all() {
		if r.isQueued() {
			queued += r.size()
		}
	}
	if queued != s.queuedBytes {
		return fmt.Errorf("messages of %d bytes wait but %d are counted", queued, s.queuedBytes)
	}
	if questions != s.questions {
		return fmt.Errorf("%d questions are open but %d are counted", questions, s.questions)
	}
	for pos, e := range s.imports.all() {
		if e.count == 0 {
			return fmt.Errorf("import %d has count 0", pos)
		}
	}
	if s.queuedMessages < 0 || s.listeners < 0 {
		return fmt.Errorf("a negative count: %d messages, %d listeners", s.queuedMessages, s.listeners)
	}
	// A ring of values that contain each other may count for longer than it is held.
	if bytes := s.countHeld(); s.held < bytes {
		return fmt.Errorf("the peer holds %d bytes but %d are counted", bytes, s.held)
	}
	return nil
}

// countHeld counts what the peer holds from the tables.
func (s *Session) countHeld() int {
	bytes := 0
	var found []Slot // a capability each
	for at := s.waiting.next; at != nil && at.reaction != nil; at = at.next {
		r := at.reaction
		if r.step != nil {
			bytes += r.size()
		} else {
			bytes += r.body().size()
			found = append(found, r.body().Slots...)
		}
	}
	for _, e := range s.exports.all() {
		found = append(found, Slot{Cap: e.cap})
	}
	for _, p := range s.answers.all() {
		found = append(found, Slot{Cap: p})
	}
	seen := make(map[*Promise]bool)
	for len(found) > 0 {
		p, ok := found[len(found)-1].Cap.(*Promise)
		found = found[:len(found)-1]
		if !ok || seen[p.end()] {
			continue
		}
		p = p.end()
		seen[p] = true
		bytes += promiseBytes + p.outcome.Value.size()
		found = append(found, p.outcome.Value.Slots...)
	}
	return bytes
}
