// Package handoff has the keys of sessions, and what is signed with them: the identifiers of sides and sessions, the
// signature by which a side vouches for its location, and the certificates of third-party handoffs. It is the
// cryptography of OCapN, with the tables that handoffs need beside it.
//
//	keys, err := handoff.GenerateKeyPair(rand.Reader) // a fresh pair for each session
//	if err != nil {
//		return err
//	}
//	location := peer.AppendSyrup(nil)
//	signature := handoff.SignLocation(keys, location) // our op:start-session: key, location, signature
//
//	if !handoff.VerifyLocation(theirKey, theirLocation, theirSignature) { // theirs
//		return errInvalidSignature
//	}
//	session := handoff.NewSessionID(keys.Public().ID(), theirKey.ID())
//
// Everything here is a function of its arguments: who has keys and tables, and tells the time, is the session.
//
// # Terminology
//
//   - A side is one end of one session. It has a [KeyPair] of its own, made for that session and forgotten with it.
//   - A [PublicID] is the hash of a side's [PublicKey], a [SessionID] the hash of both.
//   - A location is the encoded ocapn-peer record by which a side announces where it is.
//   - An [Envelope] is an encoded value and a signature of its bytes.
//   - A certificate is an envelope with a record of a handoff in it: a [SignedGive] or a [SignedReceive].
//   - A gift is the object of a handoff while it waits at the exporter, under a [GiftID].
//   - A handoff count is a number that a receiver uses once. The exporter keeps those that were used as [Counts].
//
// # The three roles of a handoff
//
// A handoff gives a reference to an object at one peer, the exporter, to another peer, the receiver, so that the receiver
// talks to the exporter itself and not through the giver, the gifter. Each pair has a session, with keys of its own:
//
//	                   gifter
//	                  /      \
//	      keys G-R   /        \   keys G-E
//	                /          \
//	               /            \
//	        receiver ---------- exporter
//	                  keys R-E
//
//	1. gifter   -> exporter   deposit-gift: the object, under a gift identifier
//	2. gifter   -> receiver   the give: an envelope, signed with the gifter's key of G-E, that names the
//	                          receiver's key of G-R, the exporter's location, and the gift
//	3. receiver -> exporter   withdraw-gift: the receive, an envelope signed with the receiver's key of
//	                          G-R, that names the session R-E and holds the give
//	4. exporter -> receiver   the object, if both signatures hold, the session and side are those by which
//	                          the receive came, and its count is new
//
// So the exporter learns that the gifter meant this receiver, without having met the receiver before, and nobody else can
// use a give that they have seen.
//
//	gifter    id := keys.GiftID(n)                   n counts the gifts of the session with the exporter
//	          SignGive(keys, Give{...})
//	receiver  give, err := ParseGive(raw)            give.Give().ReceiverKey must be ours, before we dial anybody
//	          SignReceive(keys, Receive{..., SignedGive: give})
//	exporter  receive, err := ParseReceive(raw)
//	          right, err := Exporter{...}.Verify(receive)
//	          gift, found, err := gifts.Withdraw(right, waiter)
//
// A gift is withdrawn only for a [Withdrawal], and there is none without verification.
//
// # Errors
//
// Decoding makes the [syrup.Decoder] fail with an error that has the place and, when it is about a key, a signature, a
// label or an identifier, wraps a [*FormError], and when it is about a location, a [*locator.FieldError]. Parsing a
// certificate returns such an error, or another of package syrup. Verifying a signature says yes or no: why it does not
// hold is nothing that can be known. [Exporter.Verify] returns a [*VerifyError], which names the first check that fails
// and may be told to the peer. [Gifts] has four errors, [ErrGiftLies] and those beside it.
//
// # Ownership and concurrency
//
// All types but [Counts] and [Gifts] are values and do not change. They and all functions may be used by several
// goroutines at once; a Counts or Gifts belongs to one at a time. Keys, public identifiers and signatures are comparable
// arrays. What is decoded or parsed is copied; [Envelope.Object] alone refers to the bytes that were decoded.
//
// # Secrets
//
// The seed of a [KeyPair] cannot be read back, and nothing that prints values shows it. Nor does anything show a [GiftID]
// but [GiftID.Bytes] and the AppendSyrup methods. Everything else here is public.
//
// # Specifications
//
// The OCapN draft "CapTP" at revision 9279671 of https://github.com/ocapn/ocapn; RFC 8032 for Ed25519, whose
// implementation is that of crypto/ed25519; FIPS 180-4 for SHA-256; RFC 2104 for HMAC.
//
// # Limits
//
// Keys and signatures have one size and one spelling. The size of an envelope is limited by the decoder's
// [syrup.Limits], that of a certificate by [MaxCertificateBytes]. The sizes of tables are arguments of [NewCounts] and
// [NewGifts].
//
// # Design notes
//
// Why are signatures verified over received bytes, and not over the value written anew? One value has several spellings
// (see package locator), and the signer's is the one that counts. So the location that is signed is bytes and not a peer,
// an envelope holds bytes and not a value, and a certificate keeps its bytes beside what it says.
//
// Why one spelling for keys and signatures? The form of a key is hashed into identifiers that both sides compare, and
// every implementation writes it in the same 96 bytes. Accepting a second spelling would give one key two identifiers.
//
// Why is the exporter's location compared with what was announced to the gifter, and not with all that it has? So that
// nobody learns from a refusal whether two locations, an onion service and an address, are one peer.
//
// Why is there no randomness for gift identifiers? The seed of a session has enough, and with a count it gives
// identifiers that cannot repeat, which a protocol without randomness of its own can make.
//
// Why does a table age in steps? It has no clock. Moving all that is young to what is old takes no look at any of it,
// and the price is that a gift lives for one period or for almost two.
//
// Why are keys of small order refused? For some of them anybody can make one signature that verifies every message:
// with such a key in a certificate, everybody is its receiver.
package handoff
