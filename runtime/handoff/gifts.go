package handoff

import (
	"cmp"
	"container/list"
	"crypto/sha256"
	"errors"
	"iter"
	"slices"
)

// What [Gifts.Deposit] and [Gifts.Withdraw] return.
var (
	ErrGiftLies           = errors.New("handoff: a gift lies under this identifier already")
	ErrWithdrawalWaits    = errors.New("handoff: a withdrawal waits for this gift already")
	ErrTooManyGifts       = errors.New("handoff: the gifter has too many gifts deposited")
	ErrTooManyWithdrawals = errors.New("handoff: the receiver has too many withdrawals waiting")
)

// Gifts is the table of gifts of an exporter. It holds gifts, of type G, that were deposited and not yet withdrawn, and
// whoever waits, of type W, with a withdrawal that came before its deposit. A Gifts belongs to one goroutine at a time.
//
// A place in the table is a gifter's session and a gift identifier. The states of a place:
//
//  1. Empty: every place, to begin with and whenever what was there has gone.
//  2. A gift lies there. A withdrawal takes it, and the place is empty. A second deposit is refused.
//  3. A withdrawal waits there. A deposit goes to it, and the place is empty. A second withdrawal is refused.
//
// So a gift is withdrawn once. What is in the table goes when the gifter's session ends; a withdrawal also when the
// receiver's does; and both when they were there too long, see [Gifts.Age].
//
// Why is a gift withdrawn by its receiver only? A deposit does not name the receiver, the give does. A [Withdrawal] is
// there only after the gifter's signature of a give was verified, that with this identifier, and after the signature of
// the receiver that it names. So whoever comes with one is whom the gifter meant, and there is no receiver key to compare
// with. It is also why the first to wait may keep the place: another could only be the same receiver again, or one whom the
// same gifter gave the same identifier, and the draft has gifters make a new one for each gift.
//
// Spec: CapTP#handoffs-from-the-exporters-perspective.
type Gifts[G, W any] struct {
	maxGifts       int
	maxWithdrawals int
	maxShare       int

	places     map[place]*held[G, W]
	lying      map[SessionID]*list.List // gifts, by the gifter's session, the oldest first: of *held[G, W]
	awaited    bySession[G, W]          // withdrawals, by the gifter's session
	waiting    bySession[G, W]          // withdrawals, by the receiver's session
	shares     map[[2]SessionID]int     // how many of them wait for each gifter, by the sessions of both
	young, old set[G, W]                // all, by whether Age was called since they came
	came       uint64                   // how many came so far
	gifts      int                      // how many of those in places are gifts
}

// A place is where a gift can lie.
type place struct {
	gifter SessionID
	gift   [sha256.Size]byte // the digest of the identifier, so that a look-up tells nothing by its time
}

// held is a gift or a withdrawal.
type held[G, W any] struct {
	place
	number   uint64        // of those that came before
	gift     G             // if isGift
	element  *list.Element // of lying, if isGift
	waiter   W             // if not
	receiver SessionID     // if not
	isGift   bool
}

type (
	set[G, W any]       map[*held[G, W]]struct{}
	bySession[G, W any] map[SessionID]set[G, W]
)

func (b bySession[G, W]) add(s SessionID, h *held[G, W]) {
	if b[s] == nil {
		b[s] = make(set[G, W])
	}
	b[s][h] = struct{}{}
}

func (b bySession[G, W]) remove(s SessionID, h *held[G, W]) {
	delete(b[s], h)
	if len(b[s]) == 0 {
		delete(b, s)
	}
}

// NewGifts returns an empty table. It holds at most maxGifts gifts of each gifter's session, and at most maxWithdrawals
// withdrawals of each receiver's session, of which at most maxShare wait for gifts of one gifter's session: a gifter that deposits
// nothing must not keep the receiver from the gifts of others.
func NewGifts[G, W any](maxGifts, maxWithdrawals, maxShare int) *Gifts[G, W] {
	return &Gifts[G, W]{
		maxGifts:       maxGifts,
		maxWithdrawals: maxWithdrawals,
		maxShare:       maxShare,
		places:         make(map[place]*held[G, W]),
		lying:          make(map[SessionID]*list.List),
		awaited:        make(bySession[G, W]),
		waiting:        make(bySession[G, W]),
		shares:         make(map[[2]SessionID]int),
		young:          make(set[G, W]),
	}
}

// Deposit puts a gift into the table, by the session in which it was deposited. If a withdrawal waits for it, Deposit
// returns who waits, and true, and the gift is theirs. Otherwise the gift lies in the table, or the error is [ErrGiftLies] or
// [ErrTooManyGifts] and it does not.
//
// Spec: CapTP#deposit-gift-method.
func (t *Gifts[G, W]) Deposit(session SessionID, id GiftID, gift G) (waiter W, waits bool, err error) {
	at := place{session, id.Digest()}
	h, taken := t.places[at]
	switch {
	case taken && h.isGift:
		return waiter, false, ErrGiftLies
	case taken:
		t.remove(h)
		return h.waiter, true, nil
	case t.Lying(session) >= t.maxGifts:
		return waiter, false, ErrTooManyGifts
	}
	t.add(&held[G, W]{place: at, gift: gift, isGift: true})
	return waiter, false, nil
}

// DropOldest removes and returns the gift of a gifter's session that has been there longest, and true if there is one. An exporter
// that calls it when a deposit fails with [ErrTooManyGifts] lets a gifter go on giving whose receivers leave its gifts where they
// are, which the gifter cannot see.
func (t *Gifts[G, W]) DropOldest(session SessionID) (gift G, dropped bool) {
	if t.Lying(session) == 0 {
		return gift, false
	}
	oldest := t.lying[session].Front().Value.(*held[G, W])
	t.remove(oldest)
	return oldest.gift, true
}

// Lying returns how many gifts of a gifter's session lie in the table.
func (t *Gifts[G, W]) Lying(session SessionID) int {
	if gifts := t.lying[session]; gifts != nil {
		return gifts.Len()
	}
	return 0
}

// Withdraw takes a gift out of the table and returns it, and true. If it is not there, the waiter waits for its deposit,
// or the error is [ErrWithdrawalWaits] or [ErrTooManyWithdrawals] and it does not.
//
// Spec: CapTP#withdraw-gift-method.
func (t *Gifts[G, W]) Withdraw(w Withdrawal, waiter W) (gift G, found bool, err error) {
	at := place{w.gifter, w.gift.Digest()}
	h, taken := t.places[at]
	switch {
	case taken && h.isGift:
		t.remove(h)
		return h.gift, true, nil
	case taken:
		return gift, false, ErrWithdrawalWaits
	case len(t.waiting[w.receiver]) >= t.maxWithdrawals, t.shares[w.sessions()] >= t.maxShare:
		return gift, false, ErrTooManyWithdrawals
	}
	t.add(&held[G, W]{place: at, waiter: waiter, receiver: w.receiver})
	return gift, false, nil
}

// Forget removes and returns all that goes with a session that ended: the gifts that were deposited in it, the
// withdrawals that wait for such, and the withdrawals that came by it. Nothing else is looked at.
func (t *Gifts[G, W]) Forget(session SessionID) (gifts []G, waiters []W) {
	gone := make(set[G, W])
	for _, of := range []bySession[G, W]{t.awaited, t.waiting} {
		for h := range of[session] {
			gone[h] = struct{}{}
		}
	}
	if gifts := t.lying[session]; gifts != nil {
		for e := gifts.Front(); e != nil; e = e.Next() {
			gone[e.Value.(*held[G, W])] = struct{}{}
		}
	}
	return t.drop(gone)
}

// Age removes and returns all that was in the table when Age was called last. Called once in every period T, it lets
// everything live for at least T, and for less than 2T. Nothing that stays is looked at.
func (t *Gifts[G, W]) Age() (gifts []G, waiters []W) {
	gone := t.old
	t.old, t.young = t.young, make(set[G, W])
	return t.drop(gone)
}

func (h *held[G, W]) sessions() [2]SessionID { return [2]SessionID{h.gifter, h.receiver} }

func (w Withdrawal) sessions() [2]SessionID { return [2]SessionID{w.gifter, w.receiver} }

// Len returns how many gifts lie in the table, and how many withdrawals wait.
func (t *Gifts[G, W]) Len() (gifts, withdrawals int) { return t.gifts, len(t.places) - t.gifts }

// All returns the gifts that lie in the table, in no order.
func (t *Gifts[G, W]) All() iter.Seq[G] {
	return func(yield func(G) bool) {
		for _, h := range t.places {
			if h.isGift && !yield(h.gift) {
				return
			}
		}
	}
}

func (t *Gifts[G, W]) add(h *held[G, W]) {
	t.came++
	h.number = t.came
	t.places[h.place] = h
	t.young[h] = struct{}{}
	if h.isGift {
		t.gifts++
		if t.lying[h.gifter] == nil {
			t.lying[h.gifter] = list.New()
		}
		h.element = t.lying[h.gifter].PushBack(h)
		return
	}
	t.awaited.add(h.gifter, h)
	t.waiting.add(h.receiver, h)
	t.shares[h.sessions()]++
}

func (t *Gifts[G, W]) remove(h *held[G, W]) {
	delete(t.places, h.place)
	delete(t.young, h)
	delete(t.old, h)
	if h.isGift {
		t.gifts--
		t.lying[h.gifter].Remove(h.element)
		if t.Lying(h.gifter) == 0 {
			delete(t.lying, h.gifter)
		}
		return
	}
	t.awaited.remove(h.gifter, h)
	t.waiting.remove(h.receiver, h)
	if t.shares[h.sessions()]--; t.shares[h.sessions()] == 0 {
		delete(t.shares, h.sessions())
	}
}

// drop removes all of a set and returns it, in the order in which it came.
func (t *Gifts[G, W]) drop(gone set[G, W]) (gifts []G, waiters []W) {
	var all []*held[G, W]
	for h := range gone {
		all = append(all, h)
	}
	slices.SortFunc(all, func(a, b *held[G, W]) int { return cmp.Compare(a.number, b.number) })
	for _, h := range all {
		t.remove(h)
		if h.isGift {
			gifts = append(gifts, h.gift)
		} else {
			waiters = append(waiters, h.waiter)
		}
	}
	return gifts, waiters
}
