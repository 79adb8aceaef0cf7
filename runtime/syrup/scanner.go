package syrup

// A Scanner finds the end of a value that arrives in pieces.
type Scanner struct{ limits Limits }

// Reset prepares the scanner for a value.
func (s *Scanner) Reset(lim Limits) { s.limits = lim.orDefaults() }

// Scan consumes from data.
func (s *Scanner) Scan(data []byte) (n int, done bool, err error) {
	_, end, err := Skim(nil, data, 0, s.limits, nil)
	return end, err == nil, err
}
