// Package handoff has the keys of sessions, and what is signed with them: the identifiers of sides and sessions, the
// signature by which a side vouches for its location, and signed envelopes. It is the cryptography of OCapN, and the
// place of third-party handoffs, whose certificates are envelopes.
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
// Everything here is a function of its arguments: who keeps keys, counts and gifts is the session.
//
// # Terminology
//
//   - A side is one end of one session. It has a [KeyPair] of its own, made for that session and forgotten with it.
//   - A [PublicID] is the hash of a side's [PublicKey], a [SessionID] the hash of both.
//   - A location is the encoded ocapn-peer record by which a side announces where it is.
//   - An [Envelope] is an encoded value and a signature of its bytes.
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
// use a give that they have seen. This package has the keys and the envelopes of that picture. The two certificates
// inside the envelopes, the table of gifts, and the checks of step 4 as one function belong here too, and are not built:
// sessions that are set up with this package cannot hand off yet.
//
// # Errors
//
// Decoding makes the [syrup.Decoder] fail with an error that has the place and, when it is about a key, a signature or a
// label, wraps a [*FormError]. Verifying says yes or no: why a signature does not hold is nothing that can be known.
//
// # Ownership and concurrency
//
// All types are values and all functions may be called by several goroutines at once. Keys, identifiers and signatures
// are comparable arrays, and copied when decoded. [Envelope.Object] alone refers to the bytes that were decoded.
//
// # Secrets
//
// The seed of a [KeyPair] cannot be read back, and nothing that prints values shows it. Everything else here is public.
//
// # Specifications
//
// The OCapN draft "CapTP" at revision 9279671 of https://github.com/ocapn/ocapn; RFC 8032 for Ed25519, whose
// implementation is that of crypto/ed25519; FIPS 180-4 for SHA-256.
//
// # Limits
//
// Keys and signatures have one size and one spelling. The size of an envelope is limited by the decoder's
// [syrup.Limits].
//
// # Design notes
//
// Why are signatures verified over received bytes, and not over the value written anew? One value has several spellings
// (see package locator), and the signer's is the one that counts. So a location is bytes here and not a peer, and an
// envelope holds bytes and not a value.
//
// Why one spelling for keys and signatures? The form of a key is hashed into identifiers that both sides compare, and
// every implementation writes it in the same 96 bytes. Accepting a second spelling would give one key two identifiers.
//
// Why are keys of small order refused? For some of them anybody can make one signature that verifies every message:
// with such a key in a certificate, everybody is its receiver.
package handoff
