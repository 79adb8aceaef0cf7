package page

import (
	"encoding/json"
	"strings"
	"testing"
	"time"
)

func TestHistoryIsBounded(t *testing.T) {
	s := story{}
	for range MaxLines + 10 {
		s.add(&Event{Kind: Note, Text: "short"})
	}
	if len(s.lines) != MaxLines {
		t.Errorf("%d lines, want %d", len(s.lines), MaxLines)
	}
	for range MaxLines {
		s.add(&Event{Kind: Note, Text: strings.Repeat("a", MaxText)})
	}
	total := 0
	for _, l := range s.lines {
		total += len(l.frame)
	}
	if total > MaxHistory || total != s.bytes {
		t.Errorf("%d bytes, counted as %d", total, s.bytes)
	}
}

func TestEncodingFails(t *testing.T) {
	s := story{}
	if got := s.add(&Event{Kind: Note, At: time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC)}); !json.Valid(got) {
		t.Errorf("got %s", got)
	}
}
