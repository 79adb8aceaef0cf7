//go:build race

package captp_test

// raceEnabled says whether the race detector is on.
const raceEnabled = true
