package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"sync"
	"time"

	"github.com/ocapn-go/ocapn/examples/chat/chatcap"
	"github.com/ocapn-go/ocapn/runtime/captp"
	"github.com/ocapn-go/ocapn/runtime/locator"
)

// stay is a member's time in a room, which may be longer than that of the room's program: when the room comes back, she takes a place
// again.
type stay struct {
	vat    *captp.Vat
	log    *slog.Logger
	ref    locator.SturdyRef
	user   *user
	events chan event    // what happens; whoever makes the stay takes them out
	over   chan struct{} // closed when the room is given up

	mu    sync.Mutex
	place *membership   // nil while the room is away
	sent  int64         // the number of the last message
	told  chan struct{} // closed when it is known what became of that
	err   error         // valid when over
}

// attend takes a place in the room that ref leads to. The stay ends with ctx, or when the first try fails.
func attend(ctx context.Context, vat *captp.Vat, log *slog.Logger, ref locator.SturdyRef, name string) (*stay, error) {
	s := &stay{
		vat: vat, log: log, ref: ref, user: newUser(vat, name), events: make(chan event), over: make(chan struct{}),
		told: make(chan struct{}),
	}
	close(s.told)
	entered := make(chan struct{})
	go s.follow(ctx, entered)
	select {
	case <-entered:
		return s, nil
	case <-s.over:
		return nil, s.err
	}
}

// follow keeps a place in the room, and closes entered when it has the first one. It ends with ctx, or gives up.
func (s *stay) follow(ctx context.Context, entered chan struct{}) {
	defer close(s.over)
	back, away := false, false
	for room, err := range captp.Keep[chatcap.Chatroom](ctx, s.vat, s.ref) {
		s.leavePlace()
		switch {
		case err == nil:
			err, away = s.enter(ctx, room, back), false
			if err == nil && !back {
				back = true
				close(entered)
			}
			if err != nil && !(back && errors.Is(err, net.ErrClosed)) { // otherwise why the session has ended comes next
				s.err = err
				return
			}
		case back:
			if s.err = err; !away {
				s.put(ctx, event{kind: eventAway, at: time.Now(), err: err})
			}
			away = true
		default:
			s.err = err
			return
		}
	}
	s.err = cmp.Or(context.Cause(ctx), s.err)
}

// enter takes a place in the room.
func (s *stay) enter(ctx context.Context, room chatcap.Chatroom, back bool) error {
	m, err := join(ctx, s.vat, s.log, room, s.user)
	if err != nil {
		return err
	}
	s.mu.Lock()
	s.place = m
	s.mu.Unlock()
	go s.relay(ctx, m, back)
	return nil
}

// relay passes on the events of one membership. It ends with ctx, or with the membership.
func (s *stay) relay(ctx context.Context, m *membership, back bool) {
	if back {
		s.put(ctx, event{kind: eventBack, at: time.Now()})
	}
	for {
		select {
		case e := <-m.events:
			s.put(ctx, e)
		case <-m.explained:
			return
		case <-ctx.Done():
			return
		}
	}
}

// put passes on an event, unless ctx ends.
func (s *stay) put(ctx context.Context, e event) {
	select {
	case s.events <- e:
	case <-ctx.Done():
	}
}

// leavePlace forgets the place in the room.
func (s *stay) leavePlace() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.place != nil {
		s.place.end()
		s.place = nil
	}
}

// title returns what the room is called, as far as it is known.
func (s *stay) title() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.place == nil {
		return ""
	}
	return s.place.title
}

// errAway says that a message cannot be sent now.
var errAway = errors.New("the room is away")

// say sends a message to the room. What becomes of it is an event with the number that is returned. Messages arrive, and these events come,
// in the order in which they were said.
func (s *stay) say(ctx context.Context, text string) (int64, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.place == nil {
		return 0, errAway
	}
	s.sent++
	id := s.sent
	sealed := s.user.seal(text, id)
	wait := s.place.send(ctx, sealed)
	before, told := s.told, make(chan struct{})
	s.told = told
	go func() {
		defer close(told)
		e := event{kind: eventSent, id: id, text: text}
		if err := wait(ctx); err != nil {
			s.user.sentAs(sealed)
			e.kind, e.err = eventUnsent, err
		}
		e.at = time.Now()
		<-before
		s.put(ctx, e)
	}()
	return id, nil
}

// leave ends the membership, if the room is there, and goes on to be there.
func (s *stay) leave(ctx context.Context) error {
	s.mu.Lock()
	m := s.place
	s.mu.Unlock()
	if m == nil {
		return nil
	}
	if _, err := m.channel.Leave(ctx); err != nil && !errors.Is(err, net.ErrClosed) {
		return fmt.Errorf("leave the room: %w", err)
	}
	return nil
}
