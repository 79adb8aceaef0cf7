package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ocapn-go/ocapn/runtime/captp"
	"github.com/ocapn-go/ocapn/runtime/locator"
)

// jsonLines returns the events that a program has printed, without what is different each time.
func jsonLines(t *testing.T, output string) []map[string]any {
	t.Helper()
	var all []map[string]any
	for line := range strings.Lines(output) {
		var e map[string]any
		if err := json.Unmarshal([]byte(line), &e); err != nil {
			t.Fatalf("%q: %v", line, err)
		}
		if _, err := time.Parse(time.RFC3339Nano, e["time"].(string)); err != nil {
			t.Errorf("%q: %v", line, err)
		}
		delete(e, "time")
		all = append(all, e)
	}
	return all
}

// TestJSON has a script host a room, join it, talk and go.
func TestJSON(t *testing.T) {
	room := startProgram(t, "host", "-folder", "", "-name", "den", "-json")
	room.out.wait(t, "\n")
	hosting := jsonLines(t, room.out.String())
	uri, _ := hosting[0]["uri"].(string)
	if diff := cmp.Diff([]map[string]any{{"event": "hosting", "room": "den", "uri": uri}}, hosting); diff != "" {
		t.Errorf("host (-want +got):\n%s", diff)
	}

	ada := startProgram(t, "join", "-folder", "", "-name", "ada", "-json", uri)
	ada.out.wait(t, `"self":true`)
	bob := startProgram(t, "join", "-folder", "", "-name", "bob\x1b", "-json", "-say", "hi", uri)
	bob.ends(t, 0)
	ada.out.wait(t, `"left"`)
	ada.types(t, "hello\n/nonsense\n//who\n")
	ada.out.wait(t, `"id":2,"text":"/who"}`) // as something that everybody hears
	ada.typing.Close()
	ada.ends(t, 0)

	want := []map[string]any{
		{"event": "joined", "user": 1.0, "name": "ada", "self": true},
		{"event": "joined", "user": 2.0, "name": "bob\x1b"},
		{"event": "message", "user": 2.0, "name": "bob\x1b", "text": "hi"},
		{"event": "left", "user": 2.0, "name": "bob\x1b"},
		{"event": "message", "user": 1.0, "name": "ada", "self": true, "id": 1.0, "text": "hello"},
		{"event": "message", "user": 1.0, "name": "ada", "self": true, "id": 2.0, "text": "/who"},
	}
	var got, sent []map[string]any
	for _, e := range jsonLines(t, ada.out.String()) {
		switch e["event"] {
		case "sent":
			sent = append(sent, e)
		case "note":
			if text, _ := e["text"].(string); !strings.Contains(text, "no command /nonsense") {
				t.Errorf("note %v", e)
			}
		default:
			got = append(got, e)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("join (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]map[string]any{{"event": "sent", "id": 1.0, "text": "hello"}, {"event": "sent", "id": 2.0, "text": "/who"}}, sent); diff != "" {
		t.Errorf("sent (-want +got):\n%s", diff)
	}
}

// TestEventsAsLinesAndJSON shows each kind of event in both ways.
func TestEventsAsLinesAndJSON(t *testing.T) {
	at := time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)
	tests := []struct {
		e          event
		line, json string
	}{
		{event{kind: eventJoined, user: 1, name: "ada", self: true}, "* you are in the room as ada", `"event":"joined","time":"2026-11-24T12:00:00Z","user":1,"name":"ada","self":true`},
		{event{kind: eventJoined, user: 2, name: "bob\n"}, "* bob↵ is here", `"event":"joined","time":"2026-11-24T12:00:00Z","user":2,"name":"bob\n"`},
		{event{kind: eventLeft, user: 2}, "* somebody left", `"event":"left","time":"2026-11-24T12:00:00Z","user":2`},
		{event{kind: eventMessage, user: 2, name: "bob", text: "a\nb"}, "<bob> a↵b", `"event":"message","time":"2026-11-24T12:00:00Z","user":2,"name":"bob","text":"a\nb"`},
		{event{kind: eventMessage, user: 2, name: "bob", text: "42", odd: true}, "<bob> 42", `"event":"message","time":"2026-11-24T12:00:00Z","user":2,"name":"bob","text":"42","odd":true`},
		{event{kind: eventSent, id: 3, text: "a"}, "", `"event":"sent","time":"2026-11-24T12:00:00Z","id":3,"text":"a"`},
		{event{kind: eventUnsent, id: 3, text: "a", err: errors.New("no\x1b")}, "* not sent: a (no␛)", `"event":"unsent","time":"2026-11-24T12:00:00Z","id":3,"text":"a","error":"no\u001b"`},
		{event{kind: eventMissed, text: "somebody joined", err: errors.New("lost")}, "* somebody joined", `"event":"missed","time":"2026-11-24T12:00:00Z","text":"somebody joined","error":"lost"`},
		{event{kind: eventAway, err: &captp.SessionError{Reason: "x"}}, "* the room is away (captp: the session ended: x)", `"event":"away","time":"2026-11-24T12:00:00Z","error":"captp: the session ended: x"`},
		{event{kind: eventMessage, user: 2, name: "b\u202eo", text: "<\u009b2J \U000e0067\x7f 你好 👩‍💻>"}, "<b<U+202E>o> <<U+009B>2J <U+E0067>␡ 你好 👩‍💻>", `"event":"message","time":"2026-11-24T12:00:00Z","user":2,"name":"b\u202eo","text":"<\u009b2J \udb40\udc67\u007f 你好 👩‍💻>"`},
		{event{kind: eventMessage, user: 2, name: "ada> yes <bob", text: "a"}, "<ada› yes ‹bob> a", `"event":"message","time":"2026-11-24T12:00:00Z","user":2,"name":"ada> yes <bob","text":"a"`},
		{event{kind: eventBack}, "* the room is back", `"event":"back","time":"2026-11-24T12:00:00Z"`},
	}
	for _, test := range tests {
		t.Run(test.line, func(t *testing.T) {
			if got := test.e.line(nameOf(test.e)); got != test.line {
				t.Errorf("line %q, want %q", got, test.line)
			}
			test.e.at = at
			var out bytes.Buffer
			jsonFace{out: &out}.show(test.e, someone{})
			if got := out.String(); got != "{"+test.json+"}\n" {
				t.Errorf("JSON %s, want %s", got, test.json)
			}
		})
	}
}

func TestDescribe(t *testing.T) {
	deep := any("x")
	for range 2 * maxDescribed {
		deep = []any{deep}
	}
	tests := []struct {
		value any
		want  string
		odd   bool
	}{
		{"text", "text", false},
		{"", "", false},
		{captp.Symbol("OK"), "OK", true},
		{nil, "(nothing)", true},
		{captp.Null{}, "(nothing)", true},
		{true, "true", true},
		{int64(-3), "-3", true},
		{2.5, "2.5", true},
		{new(big.Int).Lsh(big.NewInt(1), 80), "1208925819614629174706176", true},
		{[]byte("secret"), "(6 bytes)", true},
		{captp.Ref{}, "(an object)", true},
		{locator.SturdyRef{}, "(a sturdyref)", true},
		{&captp.RemoteError{Message: "no"}, "(the error: no)", true},
		{[]any{int64(1), "a", nil, []any{true}}, `[1,"a","(nothing)",[true]]`, true},
		{map[string]any{"b": captp.Ref{}, "a": captp.Tagged{Tag: "t", Value: "v"}}, `{"a":{"t":"v"},"b":"(an object)"}`, true},
		{captp.Tagged{Tag: "t", Value: int64(1)}, `{"t":1}`, true},
		{deep, strings.Repeat("[", maxDescribed) + `"…"` + strings.Repeat("]", maxDescribed), true},
	}
	for _, test := range tests {
		if got, odd := describe(test.value); got != test.want || odd != test.odd {
			t.Errorf("describe(%#v) = %q, %t, want %q, %t", test.value, got, odd, test.want, test.odd)
		}
	}
}
