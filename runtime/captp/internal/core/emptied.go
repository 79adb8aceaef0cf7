package core

// keptCapacity is how many elements a slice that is used again and again keeps room for. What one large event needs is given
// back after it.
const keptCapacity = 1024

// emptied returns s without elements, for its next use. It holds on to nothing that was in it.
func emptied[T any](s []T) []T {
	if cap(s) > keptCapacity {
		return nil
	}
	clear(s)
	return s[:0]
}
