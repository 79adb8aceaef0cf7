package syrup

// A Symbol is an identifier, such as the label of a record. It is text, but never equal to a string.
//
// Spec: Syrup#symbols.
type Symbol string

// A Record is a label, mostly a [Symbol], and fields.
//
// Spec: Syrup#records.
type Record struct {
	Label  any
	Fields []any
}

// A Set is a collection of distinct values in no particular order. [Append] sorts the members; decoding keeps their order
// on the wire.
//
// Spec: Syrup#sets.
type Set []any

// An Entry is one key of a dictionary and its value.
type Entry struct {
	Key, Value any
}

// A Dict is a dictionary. Any value can be a key, so it is a slice of entries: in the order of the wire when it was
// decoded, in any order for [Append].
//
// Spec: Syrup#dictionaries.
type Dict []Entry

// A KeyOrder says how the keys of a dictionary are sorted. The two orders differ only where keys differ in length. Members
// of sets are in EncodedOrder always.
type KeyOrder uint8

const (
	// EncodedOrder compares the encoded keys octet by octet, their length prefixes included, as the draft demands.
	//
	// Spec: Syrup#sorting-algorithm.
	EncodedOrder KeyOrder = iota
	// RawOrder compares the contents of strings, symbols and byte arrays octet by octet, and their kinds (string, symbol, byte
	// array) only if those are equal. Such keys come before all others, which are in EncodedOrder. JavaScript peers
	// refuse dictionaries in another order than this. (Theirs is by UTF-16 units, which places U+E000 to U+FFFF after
	// the characters beyond; it is the same for all other text.)
	//
	// Deviates: the draft knows EncodedOrder only.
	RawOrder
)

// Brackets that delimit containers.
const (
	ListStart   = '['
	ListEnd     = ']'
	DictStart   = '{'
	DictEnd     = '}'
	RecordStart = '<'
	RecordEnd   = '>'
	SetStart    = '#'
	SetEnd      = '$'
)

// A Kind is what a value is, or why there is none.
type Kind uint8

// The kinds. After the first three, each is a type of value.
const (
	Invalid    Kind = iota // an octet that begins no value, or digits that nothing legal follows
	EndOfInput             // nothing is left, or not enough to tell
	Close                  // a closing bracket
	Bool
	Int
	Float64
	Float32
	Bytes
	String
	SymbolKind
	List
	DictKind
	RecordKind
	SetKind
)

// String returns the name of the kind as errors show it.
func (k Kind) String() string {
	names := [...]string{
		"invalid octet", "end of input", "closing bracket", "boolean", "integer", "float64", "float32", "byte array", "string",
		"symbol", "list", "dictionary", "record", "set",
	}
	if int(k) < len(names) {
		return names[k]
	}
	return "unknown kind"
}

// kindAt returns the kind of the value at off.
func kindAt(data []byte, off int) Kind {
	for i := off; i < len(data); i++ {
		c := data[i]
		if c-'0' <= 9 {
			continue
		}
		if i > off {
			return kindOfMarker(c)
		}
		return kindOfOctet(c)
	}
	return EndOfInput
}

// kindOfMarker returns the kind that an octet after digits makes of them.
func kindOfMarker(c byte) Kind {
	switch c {
	case '+', '-':
		return Int
	case ':':
		return Bytes
	case '"':
		return String
	case '\'':
		return SymbolKind
	}
	return Invalid
}

// kindOfOctet returns the kind of the value that begins with c, which is no digit.
func kindOfOctet(c byte) Kind {
	switch c {
	case 't', 'f':
		return Bool
	case 'D':
		return Float64
	case 'F':
		return Float32
	case ListStart:
		return List
	case DictStart:
		return DictKind
	case RecordStart:
		return RecordKind
	case SetStart:
		return SetKind
	case ListEnd, DictEnd, RecordEnd, SetEnd:
		return Close
	}
	return Invalid
}

// closing returns the bracket that closes what open opens.
func closing(open byte) byte {
	switch open {
	case ListStart:
		return ListEnd
	case DictStart:
		return DictEnd
	case RecordStart:
		return RecordEnd
	default:
		return SetEnd
	}
}
