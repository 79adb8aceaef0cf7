package captptest

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"maps"

	"github.com/ocapn-go/ocapn/runtime/netlayer/netlayertest"
	"github.com/ocapn-go/ocapn/runtime/syrup"
)

// names gives names to what is random in messages, in the order in which it occurs.
type names struct {
	peers   map[string]string // those whose locations are written by their names, as they have roles. Read only.
	numbers map[thing]int
	count   map[kind]int
	hellos  map[int]hello // conns on which one side has introduced itself
}

// kind is what a named thing is. A key and its public identifier, which is the side of a session, are one thing.
type kind string

const (
	kindPlain   kind = ""
	kindKey     kind = "key"
	kindSide    kind = "side"
	kindSig     kind = "sig"
	kindSession kind = "session"
	kindGift    kind = "gift"
	kindSwiss   kind = "swiss"
)

type thing struct {
	kind  kind
	bytes string
}

type hello struct {
	from string
	side []byte
}

// givenName is what is written in the place of a value that has a name.
type givenName string

func newNames(peers map[string]string) *names {
	return &names{
		peers: peers, numbers: make(map[thing]int), count: make(map[kind]int), hellos: make(map[int]hello),
	}
}

func (n *names) clone() *names {
	return &names{
		peers: n.peers, numbers: maps.Clone(n.numbers), count: maps.Clone(n.count), hellos: maps.Clone(n.hellos),
	}
}

// notation returns a message in the abstract notation, with names. Of what is no Syrup it returns what [Notation] does.
func (n *names) notation(m netlayertest.Message) string {
	v, err := syrup.Decode(m.Data, syrup.Options{})
	if err != nil {
		return Notation(m.Data)
	}
	if op, ok := v.(syrup.Record); ok && op.Label == syrup.Symbol("op:start-session") && len(op.Fields) > 1 {
		n.meet(m, op.Fields[1])
	}
	return valueNotation(n.value(v))
}

// meet numbers the session when both sides have introduced themselves.
func (n *names) meet(m netlayertest.Message, publicKey any) {
	own := publicID(publicKey)
	other, ok := n.hellos[m.Link]
	if !ok {
		n.hellos[m.Link] = hello{m.From, own}
	} else if other.from != m.From {
		n.number(kindSession, sessionID(own, other.side))
	}
}

// value returns a value with names in the place of what has one.
func (n *names) value(v any) any {
	switch v := v.(type) {
	case []any:
		return n.fields(v, nil)
	case syrup.Dict:
		out := make(syrup.Dict, len(v))
		for i, entry := range v {
			out[i] = entry
			out[i].Value = n.value(entry.Value)
		}
		return out
	case syrup.Record:
		return n.record(v)
	default:
		return v
	}
}

func (n *names) record(r syrup.Record) any {
	label, _ := r.Label.(syrup.Symbol)
	switch label {
	case "ocapn-peer":
		if peer, ok := n.peer(r); ok {
			return peer
		}
	case "op:deliver", "op:deliver-only":
		if len(r.Fields) > 1 && isBootstrap(r.Fields[0]) {
			out := n.fields(r.Fields, nil)
			out[1] = n.bootstrapArguments(r.Fields[1])
			return syrup.Record{Label: r.Label, Fields: out}
		}
	}
	return syrup.Record{Label: r.Label, Fields: n.fields(r.Fields, fieldKinds(label))}
}

// fieldKinds returns what the fields of a record are; those that are not listed are plain.
//
// Spec: CapTP#opstart-session, CapTP#descriptors, Locators#sturdyref-locator.
func fieldKinds(label syrup.Symbol) []kind {
	switch label {
	case "op:start-session":
		return []kind{kindPlain, kindKey, kindPlain, kindSig}
	case "desc:sig-envelope":
		return []kind{kindPlain, kindSig}
	case "desc:handoff-give":
		return []kind{kindKey, kindPlain, kindSession, kindSide, kindGift}
	case "desc:handoff-receive":
		return []kind{kindSession, kindSide}
	case "ocapn-sturdyref":
		return []kind{kindPlain, kindSwiss}
	default:
		return nil
	}
}

// bootstrapArguments returns the arguments of a message to the bootstrap object.
//
// Spec: CapTP#the-bootstrap-object.
func (n *names) bootstrapArguments(v any) any {
	args, ok := v.([]any)
	if !ok || len(args) == 0 {
		return n.value(v)
	}
	switch args[0] {
	case syrup.Symbol("fetch"):
		return n.fields(args, []kind{kindPlain, kindSwiss})
	case syrup.Symbol("deposit-gift"):
		return n.fields(args, []kind{kindPlain, kindGift})
	default:
		return n.fields(args, nil)
	}
}

// fields returns a list of values that are of certain kinds, as far as those are listed.
func (n *names) fields(values []any, kinds []kind) []any {
	out := make([]any, len(values))
	for i, v := range values {
		if i < len(kinds) && kinds[i] != kindPlain {
			out[i] = n.named(kinds[i], v)
		} else {
			out[i] = n.value(v)
		}
	}
	return out
}

// named returns the name of a value of a kind, or what else is there instead of one.
func (n *names) named(k kind, v any) any {
	switch v := v.(type) {
	case []byte:
		if k != kindKey && k != kindSig {
			return n.name(k, v)
		}
	case []any:
		switch k {
		case kindKey:
			return n.name(kindKey, publicID(v))
		case kindSig:
			return n.name(kindSig, encoded(v))
		}
	}
	return n.value(v)
}

func (n *names) name(k kind, b []byte) givenName {
	return givenName(fmt.Sprintf("<%s %d>", k, n.number(k, b)))
}

// number returns the number of a thing, among those of its kind; of a key, that of its public identifier.
func (n *names) number(k kind, b []byte) int {
	if k == kindKey {
		k = kindSide
	}
	t := thing{k, string(b)}
	if n.numbers[t] == 0 {
		n.count[k]++
		n.numbers[t] = n.count[k]
	}
	return n.numbers[t]
}

// peer returns the name of a peer that has a role.
func (n *names) peer(r syrup.Record) (givenName, bool) {
	if len(r.Fields) < 2 || r.Fields[0] != syrup.Symbol(netlayertest.Transport) {
		return "", false
	}
	designator, ok := r.Fields[1].(string)
	return givenName("<" + designator + ">"), ok && n.peers[designator] != ""
}

// isBootstrap reports whether a descriptor is that of the bootstrap object.
func isBootstrap(v any) bool {
	r, ok := v.(syrup.Record)
	return ok && r.Label == syrup.Symbol("desc:export") && len(r.Fields) == 1 && r.Fields[0] == int64(0)
}

// publicID returns the public identifier of a key.
//
// Spec: CapTP#public-identifier.
func publicID(publicKey any) []byte { return twiceHashed(encoded(publicKey)) }

// sessionID returns the id of the session between two sides.
//
// Spec: CapTP#session-id.
func sessionID(x, y []byte) []byte {
	if bytes.Compare(x, y) > 0 {
		x, y = y, x
	}
	return twiceHashed(append(append([]byte("prot0"), x...), y...))
}

func twiceHashed(b []byte) []byte {
	once := sha256.Sum256(b)
	twice := sha256.Sum256(once[:])
	return twice[:]
}

// encoded returns the bytes of a value that was decoded, and so can be encoded.
func encoded(v any) []byte {
	b, err := syrup.Append(nil, v, syrup.RawOrder)
	if err != nil {
		return fmt.Append(nil, v)
	}
	return b
}
