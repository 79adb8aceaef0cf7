package main

import (
	"log/slog"

	"github.com/ocapn-go/ocapn/runtime/captp"
)

// What a verbose log says of peers. The demo reads it.
const (
	logReached = "reached as"
	logUp      = "session up"
)

// newLog returns the log of a command, on standard error: what did not work, and if it is verbose, whom there are sessions with.
func newLog(s streams, verbose bool) *slog.Logger {
	level := slog.LevelWarn
	if verbose {
		level = slog.LevelInfo
	}
	return slog.New(slog.NewTextHandler(s.err, &slog.HandlerOptions{Level: level}))
}

// sessionTracer logs the sessions of a vat. That they are over is logged by the vat.
type sessionTracer struct{ log *slog.Logger }

// Trace implements captp.Tracer.
func (t sessionTracer) Trace(e captp.TraceEvent) {
	switch e.Kind {
	case captp.TraceDial:
		t.log.Info("dialling", "peer", e.Peer)
	case captp.TraceUp:
		t.log.Info(logUp, "peer", e.Peer)
	}
}
