package tcp

// Known returns how many sources are in the table.
func (s *Sources) Known() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.all)
}
