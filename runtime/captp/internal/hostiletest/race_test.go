//go:build race

package hostiletest

// raceEnabled says whether the race detector is on.
const raceEnabled = true
