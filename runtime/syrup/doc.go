// Package syrup turns values into octets and back: the Syrup encoding, in which every OCapN message, locator and
// certificate is written.
//
// Encoding appends to a slice. Decoding pulls values out of one, in the order in which they stand there:
//
//	buf = append(buf, "<6'person"...)
//	buf = syrup.AppendString(buf, "Alice")
//	buf = syrup.AppendInt(buf, 30)
//	buf = append(buf, syrup.RecordEnd)
//
//	var d syrup.Decoder
//	d.Reset(buf, syrup.Options{})
//	d.Record()
//	label, name, age := d.Symbol(), d.String(), d.Int64()
//	d.End()
//	if err := d.Finish(); err != nil {
//		return err
//	}
//
// [Append] and [Decode] do the same for values whose types are known only at run time. [Skim] finds where a value ends and
// which records lie in it, and builds nothing; a [Scanner] does so while the value is still arriving. [CheckCanonical]
// tells whether a value is written in the one way that signatures rest on.
//
// # Terminology
//
//   - A value is an atom or a container. Atoms are booleans, integers of any size, doubles, single floats, byte arrays,
//     strings and symbols; containers are lists, dictionaries, records and sets. OCapN uses neither single floats nor
//     sets.
//   - A text is a string or a symbol.
//   - An item is what a container holds: a member of a list or set, an entry of a dictionary, the label or a field of a
//     record.
//   - The marker is the octet after digits that says what they are: an integer (+ -) or the length of a byte array (:),
//     string (") or symbol (').
//   - Canonical is the one form of a value that [Append] writes.
//
// # Strict and tolerant
//
// Strict mode accepts canonical input only. Tolerant mode, which is the zero [Options], also accepts
//
//   - zeros in front of an integer or a length (of which the digits are limited all the same), and negative zero, 0-;
//   - dictionaries and sets in any order;
//   - every NaN.
//
// Both refuse duplicate keys and members, invalid UTF-8, records without a label, white space between tokens, and the
// brackets of older encodings. Both demand canonical form of everything inside a dictionary's key or a set's member:
// two spellings of one key would be one key that occurs twice, and nobody would see it.
//
// There are two orders of keys, because deployed peers disagree: see [KeyOrder].
//
// # Errors
//
// Input is refused with a [*SyntaxError], [*TypeError], [*RangeError], [*LimitError] or [*ValueError]; a Go value that has no
// form in Syrup with an [*UnsupportedError]. Nothing in the input leads to a panic.
//
// Most of them say where, by an offset and by a path like
//
//	[1].image<img>.0
//
// which is: of the list's second item, a dictionary, the value of the key "image", a record labelled img, its first field.
// A record's label is <>, the third key of a dictionary itself is {2}, and its value, if the key is not a text that can be
// written as it is, ["any text"] or {"12+"}; the third member of a set is #2. Names in paths are the peer's words, so they
// are quoted and cut. A path is worked out by reading the input again, once there is an error; until then it costs nothing.
//
// # Ownership and concurrency
//
// Functions keep nothing of their arguments. What a [Decoder] returns is a copy, except where its documentation says that
// it aliases the input. A string or symbol of fewer than 64 octets may be part of a copy of 64, which its neighbours share: whoever
// keeps it keeps no more. Decoders and Scanners belong to one goroutine at a time; functions are safe for concurrent use.
//
// # Limits
//
// Whatever the input claims, memory is proportional to its length, and so is time, up to the logarithms of sorting. That
// holds within [Limits], which apply unless set otherwise: 16 MiB, 256 containers deep, 16384 digits in an integer, 1048576
// items in a container. A length is believed when as many octets are there.
//
// Conversion of an integer takes time that grows faster than its digits; for 16384 of them it is a fifth of a millisecond,
// some 12 ns for each. Passing over one converts nothing.
//
// # Specifications
//
// The Syrup draft (Syrup#specification) and the concrete representation of the Notation draft (Notation#value), as of July
// 2026. Where Notation allows white space between tokens, this package does not: nobody writes it, and Syrup is about
// canonical octets.
//
// # Design notes
//
// Why are errors sticky? Because readers of records then read like the records, with one check at the end. The price is
// that a loop must end by [Decoder.More], which every loop over a container does.
//
// Why no reflection, and no interface to implement? Generated code knows its types. For everybody else there are dynamic
// values.
//
// How are duplicates found in tolerant mode without a hash table? While keys ascend there can be none. A container in which
// they do not is sorted, by offset, when it closes. Comparing costs at most the shorter of two keys, so keys that are
// containers of containers cost a logarithm, not a factor of their depth, as hashing each of them would.
package syrup
