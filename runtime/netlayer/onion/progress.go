package onion

import "strconv"

// Progress says how far starting has come.
type Progress struct {
	Stage   Stage
	Percent int    // of connecting to the network, as tor counts
	Summary string // in words, for people: what tor is doing, or why it is gone
}

// Stage is a part of starting.
type Stage uint8

const (
	// StageStarting is until the control port is there.
	StageStarting Stage = iota + 1

	// StageConnecting is until tor can build circuits. Tor counts it in percent.
	StageConnecting

	// StagePublishing is until others can look up the onion service.
	StagePublishing

	// StageReady is when everything is done.
	StageReady

	// StageGone is when tor is gone, and when an attempt to start it again has failed. A new attempt begins with StageStarting, unless
	// Options.NoRestart is set.
	StageGone
)

// String returns the stage in words.
func (s Stage) String() string {
	switch s {
	case StageStarting:
		return "starting"
	case StageConnecting:
		return "connecting to the network"
	case StagePublishing:
		return "publishing the onion service"
	case StageReady:
		return "ready"
	case StageGone:
		return "gone"
	default:
		return "stage " + strconv.Itoa(int(s))
	}
}
