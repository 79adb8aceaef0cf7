package main

import (
	"fmt"
	"hash/fnv"
	"slices"

	"github.com/ocapn-go/ocapn/examples/chat/chatcap"
	"github.com/ocapn-go/ocapn/examples/chat/screen"
)

// someone is a user as a person sees her.
type someone struct {
	screen.Person
	like string // the likeness of the name
	who  chatcap.User
	self bool
}

// people are those who are in a room, in the order in which they came. Each has a name that is like nobody else's, though she may give
// herself any, and a colour that goes with the name.
type people struct {
	own  string // the name of the member, which is hers even before she is here
	here []someone
}

// note keeps account of an event. It reports whether somebody came or went.
func (p *people) note(e event) (changed bool) {
	switch e.kind {
	case eventJoined:
		name := p.unlike(nameOf(e), e.self)
		p.here = append(slices.Clip(p.here), called(name, e))
	case eventLeft:
		p.here = slices.DeleteFunc(slices.Clone(p.here), func(s someone) bool { return s.who == e.who })
	case eventAway:
		p.here = nil
	default:
		return false
	}
	return true
}

// unlike returns the name, or as much of it as there is room for with a number behind it, if somebody has one that is like it. The member
// keeps her own, and nobody else gets it, whoever comes first.
func (p *people) unlike(name string, self bool) string {
	if self {
		return name
	}
	taken := map[string]bool{likeness(shown(p.own)): true}
	for _, s := range p.here {
		taken[s.like] = true
	}
	for n, plain := 2, name; taken[likeness(name)]; n++ {
		number := fmt.Sprintf("#%d", n)
		name = screen.Cut(plain, screen.MaxName-len(number)) + number
	}
	return name
}

// called returns the user of an event by a name.
func called(name string, e event) someone {
	return someone{screen.Person{Name: name, Color: colorOf(name)}, likeness(name), e.who, e.self}
}

// find returns the user of an event: as she is here, or as she would be.
func (p *people) find(e event) someone {
	if i := slices.IndexFunc(p.here, func(s someone) bool { return s.who == e.who }); i >= 0 {
		return p.here[i]
	}
	return called(nameOf(e), e)
}

// member returns the member herself, who may not have heard yet that she is here.
func (p *people) member() someone {
	for _, s := range p.here {
		if s.self {
			return s
		}
	}
	return p.find(event{name: p.own, self: true})
}

// all returns everybody, for the screen.
func (p *people) all() []screen.Person {
	all := make([]screen.Person, len(p.here))
	for i, s := range p.here {
		all[i] = s.Person
	}
	return all
}

// colorOf returns the colour of a name, which is the same every day.
func colorOf(name string) int {
	h := fnv.New32a()
	h.Write([]byte(name))
	return 1 + int(h.Sum32()%screen.Colors)
}
