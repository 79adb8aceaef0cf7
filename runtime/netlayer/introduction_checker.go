package netlayer

import "github.com/ocapn-go/ocapn/runtime/locator"

// IntroductionChecker is a Netlayer that knows of locations that a stranger must not have this process dial, although the process
// itself may. Netlayers that get to what the stranger cannot get to by itself, such as sockets of this machine, implement it. What
// they dial by addresses of the Internet is decided by WithAddressPolicy.
type IntroductionChecker interface {
	Netlayer

	// CheckIntroduction returns why the peer is not to be dialled at the word of another one, or nil.
	CheckIntroduction(peer locator.Peer) error
}
