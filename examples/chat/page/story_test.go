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

func TestShorten(t *testing.T) {
	for text, want := range map[string]string{
		"short":                              "short",
		strings.Repeat("a", MaxText):         strings.Repeat("a", MaxText),
		strings.Repeat("a", MaxText+2):       strings.Repeat("a", MaxText) + "… (2 more bytes)",
		strings.Repeat("a", MaxText-1) + "☃": strings.Repeat("a", MaxText-1) + "… (3 more bytes)",
		strings.Repeat("\x80", MaxText+1):    strings.Repeat("\x80", MaxText-4) + "… (5 more bytes)",
	} {
		if got := shorten(text); got != want {
			t.Errorf("%d bytes became %q", len(text), got[max(0, len(got)-40):])
		}
	}
}

func TestEncodingFails(t *testing.T) {
	s := story{}
	if got := s.add(&Event{Kind: Note, At: time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC)}); !json.Valid(got) {
		t.Errorf("got %s", got)
	}
}
