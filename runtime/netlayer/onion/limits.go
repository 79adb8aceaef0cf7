package onion

import "time"

// Bounds of conns that came in and of their proofs.
const (
	// defaultHandshakeTime is Options.HandshakeTime when that is zero.
	defaultHandshakeTime = 20 * time.Second

	// defaultHandshakes is Options.Handshakes when that is zero.
	defaultHandshakes = 1000

	// maxAuthentication bounds each message of a proof, in bytes. The longest has about 500.
	maxAuthentication = 1 << 10

	// maxStreams is how many streams tor passes on from one circuit at a time; for more, whoever dials has to build another one.
	maxStreams = 256

	// acceptPause is how long accepting waits after an error, which is about this machine: too many open files, mostly.
	acceptPause = 100 * time.Millisecond
)

// Bounds of dialling.
const (
	// retryPause is the longest pause, and twice the shortest, before a peer is tried again that could not be reached.
	retryPause = 500 * time.Millisecond

	// patience is for how long a peer is tried whose dialling has no deadline.
	patience = 15 * time.Second

	// attemptTime is how long tor may take to answer one request to connect. It gives up itself after two minutes.
	attemptTime = 150 * time.Second
)

// Bounds of what is under way to tor.
const (
	// paceBytes is how much is written to tor at a stretch, and paceTime how long nothing is written then. Tor reads for as long as there
	// is something to read, and does not look meanwhile at whether the other side takes more: without pauses it has taken 960 MB within
	// six seconds, and sent 20; for a peer that did not read, from 70 to 330 MB. After a pause it has read everything, looks, and stops
	// reading. With these numbers it has been at most 40 MB ahead of a peer that reads, and has taken from 4 to 11 MB for one that does
	// not. They still let 13 MB a second through, which is more than Tor does.
	paceBytes = 64 << 10
	paceTime  = 5 * time.Millisecond

	// sendBuffer is how many bytes of output the system keeps between the program and tor, or twice as many: what tor finds there when it
	// begins to read again. Systems keep megabytes by default. With less than 64 KiB, what is longer waits for timers of TCP.
	sendBuffer = 128 << 10
)

// Bounds of the conversation with tor, and of its life.
const (
	// maxReply bounds what tor answers to one command, with the events before it, in bytes. Reading what is in quotes takes bine time that
	// grows with the square of its length.
	maxReply = 64 << 10

	// maxOutputLine and maxOutputLines are how much is kept of what tor prints, for the error if it ends: so many bytes of so many lines.
	maxOutputLine  = 500
	maxOutputLines = 5

	// stallTime is after how long without progress the program is told what tor warns of.
	stallTime = time.Minute

	// maxTold is how often the program is told something without progress in between.
	maxTold = 20

	// portFilePoll is how often the file is looked at in which tor says where its control port is.
	portFilePoll = 20 * time.Millisecond

	// restartTime is how long one attempt to start tor again may take.
	restartTime = 5 * time.Minute

	// firstPause and longestPause are how long the supervising goroutine waits before it starts tor again, after the first failure and
	// after many.
	firstPause   = time.Second
	longestPause = time.Minute

	// linger is how long a tor goes on after a conn was closed, for what was sent last: it ends with all that it has not sent yet.
	linger = 300 * time.Millisecond

	// endTime is how long tor may take to end by itself before it is killed.
	endTime = 3 * time.Second
)
