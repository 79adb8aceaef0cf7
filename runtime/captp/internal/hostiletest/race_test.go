//go:build race

package hostiletest_test

// raceEnabled says whether the race detector is on.
const raceEnabled = true
