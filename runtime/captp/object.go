package captp

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/ocapn-go/ocapn/runtime/captp/internal/core"
)

// Handler is what an object does with its messages. Generated code makes one for each interface.
type Handler interface {
	// Dispatch runs one message: it reads the list of arguments, its selector first where there is one, and writes the result,
	// one value. A result that nothing was written to is the undefined value. Both are used up when Dispatch returns.
	//
	// An error breaks the promise of the caller. What travels of it: the value of a [ReasonValue] or of an error that is a
	// [Marshaler] (the errors that an interface declares), the text of an error that [Public] made, what was wrong with the
	// message (*[ArgError], *[NoMethodError]). Any other error becomes "internal error" for the caller, and is logged here, as
	// is a panic.
	//
	// The context is the turn's: it ends when the vat is closed, and it may end when the session is over from which the message came,
	// see [Limits.Turns]; what is to go on then has [context.WithoutCancel]. [VatOf] finds the vat in it, and [Promise.Await] gives
	// the object's queue up for it.
	Dispatch(ctx context.Context, args *Decoder, result *Encoder) error
}

// HandlerFunc returns the handler of a dynamic object: all arguments, a selector included, are read with [Decoder.Any], and
// the result is written with [Encoder.Any].
func HandlerFunc(f func(ctx context.Context, args []any) (any, error)) Handler { return handlerFunc(f) }

type handlerFunc func(ctx context.Context, args []any) (any, error)

// Dispatch runs the function.
func (f handlerFunc) Dispatch(ctx context.Context, args *Decoder, result *Encoder) error {
	list := DecodeList(args, (*Decoder).Any)
	if err := args.Err(); err != nil {
		return err
	}
	v, err := f(ctx, list)
	if err != nil {
		return err
	}
	result.Any(v)
	return nil
}

// Undefined writes what a method without result answers.
func Undefined(result *Encoder) { result.Undefined() }

// ObjectOption is an option of [NewObject].
type ObjectOption func(*object)

// Label names the object in logs.
func Label(name string) ObjectOption { return func(o *object) { o.traits().label = name } }

// Together puts the object on the queue of another one of the same vat: their turns never run at the same time, so they can
// share state without locks. Other references than to an object of this vat are ignored.
func Together(other Ref) ObjectOption {
	return func(o *object) {
		if host := other.object(); host != nil && host.vat() == o.vat() {
			o.queue.Store(host.turns())
		}
	}
}

// Concurrent lets the turns of the object run at the same time, in any order.
func Concurrent() ObjectOption { return func(o *object) { o.traits().concurrent = true } }

// MaxQueue bounds the messages that wait for the object, those for objects that are [Together] with it included. A message
// over the limit breaks its answer. The default is no limit; [Limits.Turns] bounds what one peer can have waiting.
func MaxQueue(n int) ObjectOption { return func(o *object) { o.traits().maxQueue = n } }

// NewObject returns a reference to a new object of v whose messages h handles. The object costs nothing while it has no
// messages, and is gone when nobody refers to it.
//
// Messages are handled in turns: one at a time, in the order in which they arrived, on a goroutine that the vat has for the object
// as long as there are messages. Turns of different objects run in parallel.
//
// If h, or what its method Unwrap() any returns, has a method Unreferenced(context.Context), that is called, as a turn of
// the object, whenever the last peer that held the object has let go of it or is gone.
//
// Spec: Model#target.
func NewObject(v *Vat, h Handler, opts ...ObjectOption) Ref {
	o := &object{handler: h}
	v.core.InitObject(&o.node, o)
	for _, opt := range opts {
		opt(o)
	}
	return Ref{&o.node}
}

// object is an object of the program. A vat may have very many that nobody sends anything to for long, so it is small.
type object struct {
	node    core.Object
	handler Handler
	special *traits // nil for most
	queue   atomic.Pointer[queue]
}

// traits is what the options say of an object. Immutable after NewObject.
type traits struct {
	label      string
	concurrent bool
	maxQueue   int
}

// traits returns what options write to.
func (o *object) traits() *traits {
	if o.special == nil {
		o.special = new(traits)
	}
	return o.special
}

func (o *object) vat() *Vat { return o.node.Vat().Host().(*Vat) }

func (o *object) isConcurrent() bool { return o.special != nil && o.special.concurrent }

// isFull says whether as many messages wait as may.
func (o *object) isFull() bool {
	return o.special != nil && o.special.maxQueue > 0 && o.turns().length() >= o.special.maxQueue
}

// turns returns the queue of the object's turns.
func (o *object) turns() *queue {
	if q := o.queue.Load(); q != nil {
		return q
	}
	o.queue.CompareAndSwap(nil, new(queue))
	return o.queue.Load()
}

// object returns the object of the program that r leads to directly, nil if it does not.
func (r Ref) object() *object {
	if node, ok := r.node.(*core.Object); ok {
		host, _ := node.Host.(*object) // a session's bootstrap object has none
		return host
	}
	return nil
}

// queue lets the turns of an object, or of several, run one at a time.
//
// States: idle (nobody has the queue, nothing waits), held (a turn has it). Whoever holds the queue passes it on, to the
// turn that waits longest, when its turn ends or pauses.
type queue struct {
	mu      sync.Mutex
	waiting []*turn // Guarded by mu. New turns, and paused ones that want to go on, in order.
	head    int     // Guarded by mu. Index of the first in waiting.
	held    bool    // Guarded by mu.
}

// enter gives the queue to t if it is idle and reports whether it did; otherwise t waits in it.
func (q *queue) enter(t *turn) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	if !q.held {
		q.held = true
		return true
	}
	q.waiting = append(q.waiting, t)
	return false
}

// leave passes the queue on and returns the turn that has it now, nil if none waits.
func (q *queue) leave() *turn {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.head == len(q.waiting) {
		q.held = false
		return nil
	}
	t := q.waiting[q.head]
	q.waiting[q.head] = nil
	if q.head++; q.head > len(q.waiting)/2 {
		n := copy(q.waiting, q.waiting[q.head:])
		clear(q.waiting[n:])
		q.waiting, q.head = q.waiting[:n], 0
	}
	return t
}

// takeGivenUp takes the turns out that are given up and have not begun, and returns them.
func (q *queue) takeGivenUp() []*turn {
	q.mu.Lock()
	defer q.mu.Unlock()
	var taken []*turn
	rest := slices.DeleteFunc(q.waiting[q.head:], func(t *turn) bool {
		if t.again != nil || !t.isGivenUp() {
			return false
		}
		taken = append(taken, t)
		return true
	})
	q.waiting = q.waiting[:q.head+len(rest)]
	return taken
}

// length returns how many turns wait.
func (q *queue) length() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	return len(q.waiting) - q.head
}
