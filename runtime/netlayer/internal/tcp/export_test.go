package tcp

// Networks returns how many networks have a handshake that is open.
func (h *Handshakes) Networks() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.networks)
}

// Known returns how many sources are in the table.
func (s *Sources) Known() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.all)
}
