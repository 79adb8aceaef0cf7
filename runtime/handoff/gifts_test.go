package handoff_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ocapn-go/ocapn/runtime/handoff"
)

func TestGifts(t *testing.T) {
	s := newScene(t)
	session, id := s.gifterSession(), s.giftID
	gifts := handoff.NewGifts[string, string](10, 10, 10)
	deposit := func(gift, waiter string, want error) {
		t.Helper()
		got, waits, err := gifts.Deposit(session, id, gift)
		if got != waiter || waits != (waiter != "") || !errors.Is(err, want) {
			t.Fatalf("deposit: %q, %t, error %v, want %q, error %v", got, waits, err, waiter, want)
		}
	}
	count := uint64(0)
	withdraw := func(waiter, gift string, want error) {
		t.Helper()
		got, found, err := gifts.Withdraw(s.withdrawal(t, count), waiter)
		count++
		if got != gift || found != (gift != "") || !errors.Is(err, want) {
			t.Fatalf("withdrawal: %q, %t, error %v, want %q, error %v", got, found, err, gift, want)
		}
	}
	deposit("rose", "", nil)
	deposit("thorn", "", handoff.ErrGiftLies)
	withdraw("ann", "rose", nil)
	withdraw("bob", "", nil)
	withdraw("cy", "", handoff.ErrWithdrawalWaits)
	deposit("lily", "bob", nil)
	deposit("tulip", "", nil)
	withdraw("dee", "tulip", nil)
	if lying, waiting := gifts.Len(); lying != 0 || waiting != 0 {
		t.Errorf("%d gifts and %d withdrawals are left", lying, waiting)
	}
}

// TestGiftsAreKeyedBySession has two gifters deposit under one identifier, and one of them under two that differ little.
func TestGiftsAreKeyedBySession(t *testing.T) {
	s, other := newScene(t), newScene(t)
	other.gifterWithExporter = handoff.KeyPairFromSeed(seedA)
	gifts := handoff.NewGifts[string, string](10, 10, 10)
	longer := mustGiftID(t, append(s.giftID.Bytes(), 0))
	for _, d := range []struct {
		session handoff.SessionID
		id      handoff.GiftID
		gift    string
	}{{s.gifterSession(), s.giftID, "mine"}, {other.gifterSession(), s.giftID, "the other's"}, {s.gifterSession(), longer, "the longer"}} {
		if _, _, err := gifts.Deposit(d.session, d.id, d.gift); err != nil {
			t.Fatal(err)
		}
	}
	if gift, _, _ := gifts.Withdraw(other.withdrawal(t, 0), ""); gift != "the other's" {
		t.Errorf("withdrew %q", gift)
	}
	if gift, _, _ := gifts.Withdraw(s.withdrawal(t, 0), ""); gift != "mine" {
		t.Errorf("withdrew %q", gift)
	}
	if lying, _ := gifts.Len(); lying != 1 {
		t.Errorf("%d gifts are left", lying)
	}
}

// TestGiftsLimits fills the table for one gifter and one receiver, which costs the others nothing.
func TestGiftsLimits(t *testing.T) {
	s, other := newScene(t), newScene(t)
	other.receiverWithExporter = handoff.KeyPairFromSeed(seedB)
	gifts := handoff.NewGifts[int, int](3, 2, 2)
	deposit := func(s *scene, n int) error {
		_, _, err := gifts.Deposit(s.gifterSession(), s.gifterWithExporter.GiftID(uint64(n)), n)
		return err
	}
	withdraw := func(s *scene, n int) error {
		s.giftID = s.gifterWithExporter.GiftID(uint64(n))
		_, _, err := gifts.Withdraw(s.withdrawal(t, uint64(n)), n)
		return err
	}
	for n, want := range []error{nil, nil, nil, handoff.ErrTooManyGifts, handoff.ErrTooManyGifts} {
		if err := deposit(s, n); !errors.Is(err, want) {
			t.Errorf("gift %d: %v, want %v", n, err, want)
		}
	}
	for n, want := range []error{nil, nil, handoff.ErrTooManyWithdrawals} {
		if err := withdraw(s, 10+n); !errors.Is(err, want) {
			t.Errorf("withdrawal %d: %v, want %v", n, err, want)
		}
	}
	if err := withdraw(other, 20); err != nil {
		t.Errorf("another receiver: %v", err)
	}
	if err := withdraw(s, 0); err != nil {
		t.Errorf("a gift that lies, at the limit of withdrawals: %v", err)
	}
	if err := deposit(s, 10); err != nil {
		t.Errorf("a gift that is awaited: %v", err)
	}
	if err := deposit(s, 3); err != nil {
		t.Errorf("a gift in place of one that was withdrawn: %v", err)
	}
	if err := deposit(s, 11); err != nil {
		t.Errorf("a gift that is awaited, at the limit of gifts: %v", err)
	}
}

// The gift that has been there longest goes, and no other one.
func TestGiftsDropOldest(t *testing.T) {
	s, other := newScene(t), newScene(t)
	other.gifterWithExporter = handoff.KeyPairFromSeed(seedB)
	gifts := handoff.NewGifts[int, int](3, 4, 4)
	deposit := func(s *scene, n int) error {
		_, _, err := gifts.Deposit(s.gifterSession(), s.gifterWithExporter.GiftID(uint64(n)), n)
		return err
	}
	if err := deposit(other, 100); err != nil {
		t.Error(err)
	}
	for n := range 10 {
		err := deposit(s, n)
		if tooMany := errors.Is(err, handoff.ErrTooManyGifts); tooMany != (n >= 3) {
			t.Fatalf("gift %d: %v", n, err)
		}
		if err == nil {
			continue
		}
		if gone, dropped := gifts.DropOldest(s.gifterSession()); !dropped || gone != n-3 {
			t.Errorf("for gift %d: %d goes: %v", n, gone, dropped)
		}
		if err := deposit(s, n); err != nil {
			t.Errorf("gift %d: %v", n, err)
		}
	}
	if lying, _ := gifts.Len(); lying != 4 {
		t.Errorf("%d gifts lie", lying)
	}
	if _, dropped := gifts.DropOldest(handoff.SessionID{}); dropped {
		t.Error("something goes of a session without gifts")
	}
}

// What a deposit over the limit costs does not depend on the limit.
func TestGiftsDropOldestAtOnce(t *testing.T) {
	const limit, most = 50_000, 10 * time.Second
	s := newScene(t)
	gifts := handoff.NewGifts[int, int](limit, 1, 1)
	start := time.Now()
	for n := range 2 * limit {
		id := s.gifterWithExporter.GiftID(uint64(n))
		_, _, err := gifts.Deposit(s.gifterSession(), id, n)
		if errors.Is(err, handoff.ErrTooManyGifts) {
			gifts.DropOldest(s.gifterSession())
			_, _, err = gifts.Deposit(s.gifterSession(), id, n)
		}
		if err != nil {
			t.Fatal(err)
		}
		if took := time.Since(start); took > most {
			t.Fatalf("%d deposits took %v", n, took)
		}
	}
}

// A gifter that deposits nothing does not keep a receiver from the gifts of others.
func TestGiftsShare(t *testing.T) {
	s, other := newScene(t), newScene(t)
	other.gifterWithExporter = handoff.KeyPairFromSeed(seedB)
	gifts := handoff.NewGifts[int, int](3, 4, 2)
	for n, want := range []error{nil, nil, handoff.ErrTooManyWithdrawals} {
		s.giftID = s.gifterWithExporter.GiftID(uint64(n))
		if _, _, err := gifts.Withdraw(s.withdrawal(t, uint64(n)), n); !errors.Is(err, want) {
			t.Errorf("withdrawal %d: %v, want %v", n, err, want)
		}
	}
	if _, _, err := gifts.Withdraw(other.withdrawal(t, 3), 3); err != nil {
		t.Errorf("of another gifter: %v", err)
	}
	gifts.Forget(s.gifterSession())
	s.giftID = s.gifterWithExporter.GiftID(5)
	if _, _, err := gifts.Withdraw(s.withdrawal(t, 5), 5); err != nil {
		t.Errorf("when those that waited are gone: %v", err)
	}
}

// TestGiftsAge checks that everything lives for one whole period, and not for two.
func TestGiftsAge(t *testing.T) {
	s := newScene(t)
	gifts := handoff.NewGifts[string, string](10, 10, 10)
	if _, _, err := gifts.Deposit(s.gifterSession(), s.gifterWithExporter.GiftID(0), "first"); err != nil {
		t.Fatal(err)
	}
	if _, _, err := gifts.Withdraw(s.withdrawal(t, 0), "waiter"); err != nil {
		t.Fatal(err)
	}
	checkDropped(t, nil, nil)(gifts.Age())
	if _, _, err := gifts.Deposit(s.gifterSession(), s.gifterWithExporter.GiftID(1), "second"); err != nil {
		t.Fatal(err)
	}
	checkDropped(t, []string{"first"}, []string{"waiter"})(gifts.Age())
	checkDropped(t, []string{"second"}, nil)(gifts.Age())
	checkDropped(t, nil, nil)(gifts.Age())
}

// checkDropped returns a function that compares what a table let go of.
func checkDropped(t *testing.T, gifts, waiters []string) func(gotGifts, gotWaiters []string) {
	return func(gotGifts, gotWaiters []string) {
		t.Helper()
		if diff := cmp.Diff([][]string{gifts, waiters}, [][]string{gotGifts, gotWaiters}); diff != "" {
			t.Errorf("gifts and waiters (-want +got):\n%s", diff)
		}
	}
}

// naiveGifts is the table in the plainest way: a list of what is there, in the order in which it came.
type naiveGifts struct {
	maxGifts, maxWithdrawals int
	held                     []naiveHeld
}

type naiveHeld struct {
	gifter, receiver, id int // receiver is -1 for a gift
	name                 string
	old                  bool
}

func (n *naiveGifts) count(match func(naiveHeld) bool) (count int) {
	for _, h := range n.held {
		if match(h) {
			count++
		}
	}
	return count
}

// put is Deposit and Withdraw, which differ in what they find and in their limit.
func (n *naiveGifts) put(h naiveHeld) (name string, err error) {
	isGift := h.receiver < 0
	for i, other := range n.held {
		if other.gifter != h.gifter || other.id != h.id {
			continue
		}
		switch otherIsGift := other.receiver < 0; {
		case otherIsGift != isGift:
			n.held = slices.Delete(n.held, i, i+1)
			return other.name, nil
		case isGift:
			return "", handoff.ErrGiftLies
		default:
			return "", handoff.ErrWithdrawalWaits
		}
	}
	switch {
	case isGift && n.count(func(o naiveHeld) bool { return o.receiver < 0 && o.gifter == h.gifter }) >= n.maxGifts:
		return "", handoff.ErrTooManyGifts
	case !isGift && n.count(func(o naiveHeld) bool { return o.receiver == h.receiver }) >= n.maxWithdrawals:
		return "", handoff.ErrTooManyWithdrawals
	}
	n.held = append(n.held, h)
	return "", nil
}

func (n *naiveGifts) drop(match func(naiveHeld) bool) (gifts, waiters []string) {
	var left []naiveHeld
	for _, h := range n.held {
		switch {
		case !match(h):
			left = append(left, h)
		case h.receiver < 0:
			gifts = append(gifts, h.name)
		default:
			waiters = append(waiters, h.name)
		}
	}
	n.held = left
	return gifts, waiters
}

func (n *naiveGifts) age() (gifts, waiters []string) {
	gifts, waiters = n.drop(func(h naiveHeld) bool { return h.old })
	for i := range n.held {
		n.held[i].old = true
	}
	return gifts, waiters
}

// giftsModel is what random operations run on: gifters 0 and 1, receivers 0 and 1, of whom receiver 1 is gifter 1 in the same
// session, and identifiers.
type giftsModel struct {
	gifters, receivers [2]handoff.SessionID
	ids                [6]handoff.GiftID
	rights             [2][2][6]handoff.Withdrawal // by gifter, receiver and identifier
}

func newGiftsModel(tb testing.TB) *giftsModel {
	tb.Helper()
	m := &giftsModel{}
	for gifter := range m.gifters {
		for receiver := range m.receivers {
			s := newScene(tb)
			if gifter == 1 {
				s.gifterWithExporter, s.exporterWithGifter = handoff.KeyPairFromSeed(seedA), handoff.KeyPairFromSeed(seedB)
			}
			if receiver == 1 {
				s.receiverWithExporter, s.exporterWithReceiver = handoff.KeyPairFromSeed(seedA), handoff.KeyPairFromSeed(seedB)
			}
			m.gifters[gifter], m.receivers[receiver] = s.gifterSession(), s.receiverSession()
			for id := range m.ids {
				m.ids[id] = handoff.KeyPairFromSeed(seedA).GiftID(uint64(id))
				s.giftID = m.ids[id]
				m.rights[gifter][receiver][id] = s.withdrawal(tb, uint64(id))
			}
		}
	}
	if m.gifters[1] != m.receivers[1] {
		tb.Fatal("they are two sessions")
	}
	return m
}

// TestGiftsAgainstModel compares random operations on a table with those on the plain one.
func TestGiftsAgainstModel(t *testing.T) {
	m := newGiftsModel(t)
	random := rand.New(rand.NewPCG(5, 6))
	for round := range 500 {
		gifts := handoff.NewGifts[string, string](3, 4, 4)
		naive := &naiveGifts{maxGifts: 3, maxWithdrawals: 4}
		for step := range 100 {
			gifter, receiver, id := random.IntN(2), random.IntN(2), random.IntN(6)
			name := fmt.Sprint(step)
			var what, got, want string
			switch random.IntN(12) {
			case 0:
				session, isGifter, isReceiver := m.gifters[gifter], gifter, gifter // of 0, the receiver is in another session
				if gifter == 0 {
					isReceiver = -2
					if receiver == 0 {
						session, isGifter, isReceiver = m.receivers[0], -2, 0
					}
				}
				what = "forget"
				got = fmt.Sprint(gifts.Forget(session))
				want = fmt.Sprint(naive.drop(func(h naiveHeld) bool { return h.gifter == isGifter || h.receiver == isReceiver }))
			case 1:
				what = "age"
				got = fmt.Sprint(gifts.Age())
				want = fmt.Sprint(naive.age())
			case 2, 3, 4, 5, 6:
				what = "deposit"
				waiter, waits, err := gifts.Deposit(m.gifters[gifter], m.ids[id], name)
				got = fmt.Sprint(waiter, waits, err)
				waiter, err = naive.put(naiveHeld{gifter: gifter, receiver: -1, id: id, name: name})
				want = fmt.Sprint(waiter, waiter != "", err)
			default:
				what = "withdraw"
				gift, found, err := gifts.Withdraw(m.rights[gifter][receiver][id], name)
				got = fmt.Sprint(gift, found, err)
				gift, err = naive.put(naiveHeld{gifter: gifter, receiver: receiver, id: id, name: name})
				want = fmt.Sprint(gift, gift != "", err)
			}
			lying, waiting := gifts.Len()
			isGift := func(h naiveHeld) bool { return h.receiver < 0 }
			got = fmt.Sprint(got, lying, waiting)
			want = fmt.Sprint(want, naive.count(isGift), len(naive.held)-naive.count(isGift))
			if got != want {
				t.Fatalf("round %d, step %d: %s gives %s, want %s", round, step, what, got, want)
			}
		}
	}
}
