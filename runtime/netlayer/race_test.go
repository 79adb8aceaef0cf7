//go:build race

package netlayer_test

// raceEnabled says whether the race detector is on.
const raceEnabled = true
