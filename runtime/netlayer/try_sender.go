package netlayer

// TrySender is a Conn that can send without waiting. It lets a goroutine that serves many conns put short messages on the
// wire itself, where handing them to a goroutine that may block in Send would cost a wake-up.
//
// The life of what TrySend is given:
//
//  1. Sent: it went out at once.
//  2. Kept: it did not, or not whole. The conn holds a copy, and CloseSend refuses with ErrUnsent.
//  3. Kept messages become sent by the next Send or TrySend, which begin with them, in order. An error of either, and
//     Close, lose them.
type TrySender interface {
	Conn

	// TrySend sends what can be sent without waiting, in order, and keeps copies of what is left. It reports whether
	// nothing is kept, from earlier calls neither. When it reports false without an error, the caller sees to it that Send
	// runs, which may be given no messages: nothing else sends what is kept. A conn over a transport that cannot send
	// without waiting keeps everything, so that callers need no second case.
	//
	// TrySend is for short output. It leaves more than 68 KiB, with what is kept already, to Send, and keeps the whole of
	// it. Nothing bounds what repeated calls pile up; who was told false calls Send before there is too much.
	//
	// TrySend belongs to the goroutine that sends: it may run beside Receive, and never beside Send. It does not keep msgs
	// or what they hold. Errors are those of Send: after one, every later Send and TrySend fails; after Close or CloseSend,
	// it wraps net.ErrClosed.
	TrySend(msgs [][]byte) (done bool, err error)
}
