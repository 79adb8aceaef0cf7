package main

import (
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/ocapn-go/ocapn/examples/chat/chatcap"
	"github.com/ocapn-go/ocapn/examples/chat/screen"
)

// TestPeople has users of one name.
func TestPeople(t *testing.T) {
	vat := oddVat(t)
	ada, bob, other, third := newUser(vat, "ada"), newUser(vat, "bob"), newUser(vat, "bob"), newUser(vat, "bob#2")
	p := people{own: "ada"}
	joined := func(u *user, self bool) {
		t.Helper()
		if !p.note(event{kind: eventJoined, who: u.ref, name: u.name, self: self}) {
			t.Errorf("nobody came with %s", u.name)
		}
	}
	names := func() string {
		var names []string
		for _, s := range p.all() {
			names = append(names, s.Name)
		}
		return strings.Join(names, " ")
	}
	joined(newUser(vat, "ada"), false)
	joined(bob, false)
	joined(third, false)
	joined(other, false)
	joined(ada, true)
	if got, want := names(), "ada#2 bob bob#2 bob#3 ada"; got != want {
		t.Errorf("here are %q, want %q", got, want)
	}
	if p.member().who != ada.ref {
		t.Error("the member is somebody else")
	}
	if p.note(event{kind: eventMessage, who: bob.ref}) {
		t.Error("somebody came or went with a message")
	}
	p.note(event{kind: eventLeft, who: bob.ref})
	if got := p.find(event{who: other.ref}); got.Name != "bob#3" {
		t.Errorf("the other one is %q now", got.Name)
	}
	joined(bob, false)
	if got, want := names(), "ada#2 bob#2 bob#3 ada bob"; got != want {
		t.Errorf("here are %q, want %q", got, want)
	}
	p.note(event{kind: eventAway})
	if got := names(); got != "" {
		t.Errorf("with the room away, here are %q", got)
	}
	if got := p.member(); got.Name != "ada" || got.Color != colorOf("ada") {
		t.Errorf("the member is %v while the room is away", got)
	}
}

// TestLikeness has names that a person takes for ada's, and some that she does not.
func TestLikeness(t *testing.T) {
	for name, want := range map[string]bool{
		"ada":                true,
		"Ada":                true,
		"ada ":               true,
		"\u00a0a\u2003da":    true,
		"ada\u200d":          true,
		"a\ufe0eda\ufe0f":    true,
		"ad\U000e0100a":      true,
		"аdа":                true, // Cyrillic
		"αda":                true, // Greek
		"ａｄａ":                true,
		"eda":                false,
		"adá":                false,
		"ada2":               false,
		"阿达":                 false,
		"ada\u200b":          false, // whose number is shown
		"adada":              false,
		"somebody":           false,
		"\u05d0\u05d3\u05d0": false,
	} {
		if got := likeness(shown(name)) == likeness("ada"); got != want {
			t.Errorf("%q is like ada: %t, want %t", name, got, want)
		}
	}
}

// TestImitators has users who came before the member take her name, or one that looks like it, and each other's.
func TestImitators(t *testing.T) {
	vat := oddVat(t)
	p := people{own: "Ada"}
	long := "Alexandra Constantin"
	for _, test := range []struct{ name, want string }{
		{"Ada", "Ada#2"},
		{"ada ", "ada#3"},
		{"Аdа", "Аdа#4"},
		{"Ada#2", "Ada#2#2"},
		{"", "somebody"},
		{" \u3000", "somebody#2"},
		{long, long},
		{long + "opolis", "Alexandra C…#2"},
		{strings.Repeat("x", 100), strings.Repeat("x", maxName-1) + "…"},
		{strings.Repeat("x", 50), "xxxxxxxxxxx…#2"},
	} {
		e := event{kind: eventJoined, who: newUser(vat, test.name).ref, name: test.name}
		p.note(e)
		if got := p.find(e).Name; got != test.want {
			t.Errorf("%q is called %q, want %q", test.name, got, test.want)
		}
	}
	me := event{kind: eventJoined, who: newUser(vat, "Ada").ref, name: "Ada", self: true}
	p.note(me)
	if got := p.find(me).Name; got != "Ada" {
		t.Errorf("the member is called %q", got)
	}
	seen := make(map[string]bool)
	for _, s := range p.here {
		cut := screen.Cut(s.Name, screen.MaxName)
		if seen[cut] {
			t.Errorf("there are two of %q beside messages", cut)
		}
		seen[cut] = true
	}
}

// TestRoomIsFull has one user too many, for whoever hosts a room and for whoever is in one.
func TestRoomIsFull(t *testing.T) {
	vat := oddVat(t)
	r := newRoom(vat, "lobby")
	r.members = make([]*member, maxMembers)
	place := r.finalizer(newUser(vat, "ada").ref)
	if _, err := place(t.Context(), chatcap.UserInbox{}); err == nil || !strings.Contains(err.Error(), "full") {
		t.Errorf("one member too many: %v", err)
	}
	m := &membership{log: slog.New(slog.DiscardHandler), user: newUser(vat, "ada"), present: make(map[chatcap.User]*presence)}
	for i := range maxMembers {
		m.present[newUser(vat, fmt.Sprint("user ", i)).ref] = nil
	}
	events := m.happened(t.Context(), &news{kind: eventMessage, who: newUser(vat, "eve").ref, name: "eve", text: "hello"})
	if len(events) != 1 || events[0].kind != eventMissed || len(m.present) != maxMembers {
		t.Errorf("one user too many makes %v", events)
	}
}

// TestManyAlike gives as many users the same name as a room may have. Each has a name of her own, found in no time.
func TestManyAlike(t *testing.T) {
	p := people{own: "ada"}
	names := make(map[string]bool)
	for range 1000 {
		p.note(event{kind: eventJoined, name: "bob"})
		names[p.here[len(p.here)-1].Name] = true
	}
	if len(names) != 1000 {
		t.Errorf("%d names for 1000 users", len(names))
	}
}
