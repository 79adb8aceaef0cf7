// Package locator names peers and the objects on them, as OCapN does: as records inside messages, and as ocapn: URIs that
// people paste.
//
//	peer, err := locator.ParsePeer("ocapn://a2ef69dd.tcp-testing-only?host=127.0.0.1&port=22045")
//	if err != nil {
//		return err // says which part, where, and what was expected
//	}
//	host, _ := peer.Hint("host")
//	swiss, err := locator.GenerateSwissNumber(rand.Reader)
//	if err != nil {
//		return err
//	}
//	ref := locator.SturdyRef{Peer: peer, Swiss: swiss}
//	fmt.Println(host, ref)     // 127.0.0.1 ocapn://a2ef69dd.tcp-testing-only/s/(redacted)?host=127.0.0.1&port=22045
//	giveToFriend(ref.URI())    // the secret itself
//
// The package does no more than that: dialling is for the netlayers, and fetching the object for package captp.
//
// # Terminology
//
//   - A [Peer] is the locator of a peer: a transport, a designator, and hints.
//   - The transport names the netlayer that reaches the peer, as in onion or tcp-testing-only.
//   - The designator says who the peer is, in the terms of its transport: a public key where the transport proves who
//     peers are, and any name where it does not.
//   - [Hints] say where to look for the peer. They change when a peer moves, and take no part in who it is: [Peer.ID] and
//     [Peer.SameAs] leave them out.
//   - A [SwissNumber] is the secret name of an object at its peer.
//   - A [SturdyRef] is a peer and a swiss number: a capability that can be written down.
//
// # Records
//
//	<ocapn-peer 'transport "designator" hints>      hints: false, or {"name" "value" ...}
//	<ocapn-sturdyref peer swiss-number>             a byte array
//
// [DecodePeer] and [DecodeSturdyRef] read them from a [syrup.Decoder], AppendSyrup writes them. Reading takes no hints as
// false or as an empty dictionary, hints in any order, and a swiss number also as a string. It refuses whatever else
// differs: another label, a dot in the transport, empty names, hints that are not strings, hints given twice.
//
// # URIs
//
//	ocapn://<designator>.<transport>?<hint>=<value>&<hint>=<value>
//	ocapn://<designator>.<transport>/s/<swiss number in base64url>?<hint>=<value>
//
// A designator may contain dots: the last one before path and hints separates it from the transport. Writing
// percent-encodes all but unreserved characters, spaces too, and pads no base64url. Reading accepts padding, and a plus
// sign as a space in hints; it is strict about all else, with user, port and fragment refused, any other path, and
// whatever stands raw that a URI must percent-encode.
//
// # Secrets
//
// A swiss number is shown by [SwissNumber.Bytes], by [SturdyRef.URI] and by the AppendSyrup methods, which are there for
// that. Printing a [SwissNumber] or [SturdyRef] by any verb of package fmt, logging it with log/slog and encoding it as
// JSON shows "(redacted)" or nothing in its place, also when it is a field of something else. Comparing is for
// [SwissNumber.Equal], whose time does not tell where two differ, and looking up for [SwissNumber.Digest].
//
// # Errors
//
// Parsing a URI returns a [*ParseError]: the part, the byte, what was expected. Decoding a record makes the decoder fail
// with an error of package syrup that has the place and, when it is about a field and not about syntax, wraps a
// [*FieldError]. Neither shows a swiss number.
//
// # Ownership and concurrency
//
// All types are values, and all functions may be called by several goroutines at once. Nothing refers to the bytes that
// were decoded. Copies of a [Peer] share their hints, which are not to be written to.
//
// # Limits
//
// Locators come from strangers, so everything in them has a limit: see [MaxRecordBytes] and the constants beside it.
// What is beyond is an error, and no text that is too long is copied.
//
// # Specifications
//
// The OCapN draft "Locators" at revision 9279671 of https://github.com/ocapn/ocapn, and RFC 3986 for URIs.
//
// # Design notes
//
// Why does a decoded peer keep its record? Signatures of locations, and the comparisons that some implementations make
// between an announced location and one in a handoff, are over bytes; and one locator has several spellings: no hints
// are false or an empty dictionary, and hints are sorted by their encoded or by their raw names, depending on who
// writes. Writing the fields anew would have to guess. The price is one copy of at most 8 KiB, and one more decoding when
// the peer is written, to see that nobody has changed the fields.
//
// Why are written hints sorted by raw names, where the Syrup draft sorts by encoded ones? The two orders agree when all
// names have the same length, as host and port do. When they disagree, there are readers that refuse the encoded order,
// and none that refuse the raw one. Who publishes a locator best uses names of one length.
//
// Why is there no LogValue method? Its type is of log/slog, and this package logs nothing. Loggers use the Format and
// MarshalText methods, which do the same.
package locator
