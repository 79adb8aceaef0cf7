package wire

import (
	"encoding/hex"
	"fmt"
	"strings"

	"github.com/google/go-cmp/cmp"

	"github.com/ocapn-go/ocapn/runtime/handoff"
	"github.com/ocapn-go/ocapn/runtime/locator"
	"github.com/ocapn-go/ocapn/runtime/syrup"
)

var dialects = []*Dialect{&Modern, &SuitePR, &SuiteMain, &Goblins}

// An entry is an operation in one of its forms.
type entry struct {
	name string
	wire string
	// op is what the bytes decode to.
	op Op
	// sent is what is encoded into them, if it is not op.
	sent Op
	// by are the dialects that send this form. The others decode it, too.
	by []*Dialect
}

func (e *entry) String() string { return e.name }

var (
	all      = dialects
	modern   = []*Dialect{&Modern}
	noOnly   = []*Dialect{&Modern, &SuitePR}
	only     = []*Dialect{&SuiteMain, &Goblins}
	singular = []*Dialect{&SuitePR, &SuiteMain}
	goblins  = []*Dialect{&Goblins}
	nobody   = []*Dialect(nil)
)

var (
	export0 = Desc{Kind: Export, Pos: 0}
	export1 = Desc{Kind: Export, Pos: 1}
	export3 = Desc{Kind: Export, Pos: 3}
	object1 = Desc{Kind: ImportObject, Pos: 1}
	object2 = Desc{Kind: ImportObject, Pos: 2}
)

// giftID is the 32 bytes 00 to 1f.
const giftID = "\x00\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f\x10\x11\x12\x13\x14\x15\x16\x17\x18\x19\x1a\x1b\x1c\x1d\x1e\x1f"

var (
	sigVal  = "[7'sig-val[5'eddsa[1'r32:" + giftID + "][1's32:" + giftID + "]]]"
	give    = "<17'desc:sig-envelope<17'desc:handoff-give1:k2:lo3:sid4:side" + "32:" + giftID + ">" + sigVal + ">"
	receive = "<17'desc:sig-envelope<20'desc:handoff-receive32:" + giftID + "32:" + giftID + "0+" + give + ">" + sigVal + ">"
)

// body makes a body, finding the descriptors in the text.
func body(data string, descs ...Desc) Body {
	b := Body{Data: []byte(data)}
	from := 0
	for _, d := range descs {
		record := AppendDesc(nil, d)
		i := strings.Index(data[from:], string(record))
		if i < 0 {
			panic(fmt.Sprintf("no %v in %q", d, data))
		}
		b.Slots = append(b.Slots, Slot{Start: from + i, End: from + i + len(record), Desc: d})
		from += i + len(record)
	}
	return b
}

// fulfil and breakWith make entries of a value, which is told to a resolver.
func fulfil(name, value string, descs ...Desc) entry {
	args := "[7'fulfill" + value + "]"
	return entry{
		name: name,
		wire: "<10'op:deliver<11'desc:export1+>" + args + "ff>",
		op:   &Deliver{To: export1, Args: body(args, descs...)},
		sent: &Resolve{To: export1, Value: body(value, descs...)},
		by:   noOnly,
	}
}

func breakWith(name, value string) entry {
	e := fulfil(name, value)
	args := "[5'break" + value + "]"
	e.wire = "<10'op:deliver<11'desc:export1+>" + args + "ff>"
	e.op = &Deliver{To: export1, Args: body(args)}
	e.sent = &Resolve{To: export1, Broken: true, Value: body(value)}
	return e
}

var entries = []entry{
	{
		name: "start-session",
		wire: "<16'op:start-session3\"1.0" + helloKey + helloLocation + helloSignature + ">",
		op: &StartSession{
			Version: "1.0", Key: decodedKey(), Location: decodedPeer(), LocationRaw: []byte(helloLocation),
			Signature: decodedSignature(),
		},
		by: all,
	},
	{
		name: "A5 call with answer 3 and resolver 15",
		wire: "<10'op:deliver<11'desc:export5+>[16'make-car-factory]3+<18'desc:import-object15+>>",
		op: &Deliver{
			To: Desc{Kind: Export, Pos: 5}, Args: body("[16'make-car-factory]"), Answer: 3, HasAnswer: true,
			Resolver: Desc{Kind: ImportObject, Pos: 15},
		},
		by: all,
	},
	{
		name: "A6 call, resolver only",
		wire: "<10'op:deliver<11'desc:export1+>[4'beep]f<18'desc:import-object2+>>",
		op:   &Deliver{To: export1, Args: body("[4'beep]"), Resolver: object2},
		by:   all,
	},
	{
		name: "A7 call without reply",
		wire: "<10'op:deliver<11'desc:export0+>[<18'desc:import-object1+>]ff>",
		op:   &Deliver{To: export0, Args: body("[<18'desc:import-object1+>]", object1)},
		by:   noOnly,
	},
	{
		name: "call without reply, older",
		wire: "<15'op:deliver-only<11'desc:export0+>[<18'desc:import-object1+>]>",
		op:   &Deliver{To: export0, Args: body("[<18'desc:import-object1+>]", object1)},
		by:   only,
	},
	{
		name: "call with an answer only",
		wire: "<10'op:deliver<11'desc:export1+>[]0+f>",
		op:   &Deliver{To: export1, Args: body("[]"), HasAnswer: true},
		by:   noOnly,
	},
	{
		name: "call with a promise as the resolver",
		wire: "<10'op:deliver<11'desc:export1+>[]f<19'desc:import-promise7+>>",
		op:   &Deliver{To: export1, Args: body("[]"), Resolver: Desc{Kind: ImportPromise, Pos: 7}},
		by:   all,
	},
	{
		name: "the largest positions",
		wire: "<10'op:deliver<11'desc:export18446744073709551615+>[]18446744073709551615+f>",
		op:   &Deliver{To: Desc{Kind: Export, Pos: 1<<64 - 1}, Args: body("[]"), Answer: 1<<64 - 1, HasAnswer: true},
		by:   noOnly,
	},
	{
		name: "A8 fetch",
		wire: "<10'op:deliver<11'desc:export0+>[5'fetch12:swiss-number]3+<18'desc:import-object5+>>",
		op: &Deliver{
			To: export0, Args: body("[5'fetch12:swiss-number]"), Answer: 3, HasAnswer: true,
			Resolver: Desc{Kind: ImportObject, Pos: 5},
		},
		by: all,
	},
	{
		name: "A9 fetch without an answer",
		wire: "<10'op:deliver<11'desc:export0+>[5'fetch32:gi02I1qghIwPiKGKleCQAOhpy3ZtYRpB]f<18'desc:import-object1+>>",
		op:   &Deliver{To: export0, Args: body("[5'fetch32:gi02I1qghIwPiKGKleCQAOhpy3ZtYRpB]"), Resolver: object1},
		by:   all,
	},
	{
		name: "A10 mixed arguments",
		wire: "<10'op:deliver<11'desc:export0+>[3'foo1+f3:bar[3\"baz]]f<18'desc:import-object1+>>",
		op:   &Deliver{To: export0, Args: body("[3'foo1+f3:bar[3\"baz]]"), Resolver: object1},
		by:   all,
	},
	{
		name: "A11 nested list argument",
		wire: "<10'op:deliver<11'desc:export1+>[[3'red9'zoomracer]]2+<18'desc:import-object2+>>",
		op:   &Deliver{To: export1, Args: body("[[3'red9'zoomracer]]"), Answer: 2, HasAnswer: true, Resolver: object2},
		by:   all,
	},
	{
		name: "A12 abort",
		wire: "<8'op:abort7\"explode>",
		op:   &Abort{Reason: "explode"},
		by:   all,
	},
	{
		name: "abort with another value",
		wire: "<8'op:abort[1+]>",
		op:   &Abort{Reason: notText},
		by:   nobody,
	},
	{
		name: "A13 listen",
		wire: "<9'op:listen<11'desc:export1+><18'desc:import-object2+>f>",
		op:   &Listen{To: export1, Resolver: object2},
		by:   all,
	},
	{
		name: "listen for news of any kind",
		wire: "<9'op:listen<11'desc:answer1+><19'desc:import-promise2+>t>",
		op: &Listen{
			To: Desc{Kind: Answer, Pos: 1}, Resolver: Desc{Kind: ImportPromise, Pos: 2}, WantsPartial: true,
		},
		by: all,
	},
	{
		name: "listen as in the draft",
		wire: "<9'op:listen<11'desc:export1+><18'desc:import-object2+>>",
		op:   &Listen{To: export1, Resolver: object2},
		by:   nobody,
	},
	{
		name: "A14 gc exports",
		wire: "<13'op:gc-exports[1+][2+]>",
		op:   &GCExports{Pos: []uint64{1}, Delta: []uint64{2}},
		by:   modern,
	},
	{
		name: "A15 gc exports, singular",
		wire: "<12'op:gc-export[1+][2+]>",
		op:   &GCExports{Pos: []uint64{1}, Delta: []uint64{2}},
		by:   singular,
	},
	{
		name: "A16 gc exports, one",
		wire: "<12'op:gc-export1+2+>",
		op:   &GCExports{Pos: []uint64{1}, Delta: []uint64{2}},
		by:   goblins,
	},
	{
		name: "gc exports, several",
		wire: "<13'op:gc-exports[1+5+0+][2+1+1+]>",
		op:   &GCExports{Pos: []uint64{1, 5, 0}, Delta: []uint64{2, 1, 1}},
		by:   modern,
	},
	{
		name: "A17 gc answers",
		wire: "<13'op:gc-answers[1+]>",
		op:   &GCAnswers{Pos: []uint64{1}},
		by:   modern,
	},
	{
		name: "A18 gc answers, singular",
		wire: "<12'op:gc-answer[1+]>",
		op:   &GCAnswers{Pos: []uint64{1}},
		by:   singular,
	},
	{
		name: "A19 gc answers, one",
		wire: "<12'op:gc-answer1+>",
		op:   &GCAnswers{Pos: []uint64{1}},
		by:   goblins,
	},
	{
		name: "A20 get",
		wire: "<6'op:get<11'desc:export3+>12\"anotherField7+>",
		op:   &Get{To: export3, Field: "anotherField", Answer: 7},
		by:   all,
	},
	{
		name: "A21 index",
		wire: "<8'op:index<11'desc:answer5+>0+10+>",
		op:   &Index{To: Desc{Kind: Answer, Pos: 5}, Answer: 10},
		by:   all,
	},
	{
		name: "negative index",
		wire: "<8'op:index<11'desc:answer5+>1-0+>",
		op:   &Index{To: Desc{Kind: Answer, Pos: 5}, Index: -1},
		by:   all,
	},
	{
		name: "index beyond 64 bits",
		wire: "<8'op:index<11'desc:answer5+>99999999999999999999+1+>",
		op:   &Index{To: Desc{Kind: Answer, Pos: 5}, Index: 1<<63 - 1, Answer: 1},
		by:   nobody,
	},
	{
		name: "index beyond 64 bits, negative",
		wire: "<8'op:index<11'desc:answer5+>99999999999999999999-1+>",
		op:   &Index{To: Desc{Kind: Answer, Pos: 5}, Index: -1 << 63, Answer: 1},
		by:   nobody,
	},
	{
		name: "A22 untag",
		wire: "<8'op:untag<11'desc:export3+>5\"myTag7+>",
		op:   &Untag{To: export3, Tag: "myTag", Answer: 7},
		by:   all,
	},
	fulfil("A23 fulfil with an object", "<18'desc:import-object1+>", object1),
	breakWith("A24 break with an error", "<10'desc:error4\"boom>"),
	{
		name: "A25 fulfil, older",
		wire: "<15'op:deliver-only<11'desc:export1+>[7'fulfill2'ok]>",
		op:   &Deliver{To: export1, Args: body("[7'fulfill2'ok]")},
		sent: &Resolve{To: export1, Value: body("2'ok")},
		by:   only,
	},
	{
		name: "A26 pipelined call",
		wire: "<10'op:deliver<11'desc:answer0+>[8'make-car]1+<18'desc:import-object2+>>",
		op: &Deliver{
			To: Desc{Kind: Answer}, Args: body("[8'make-car]"), Answer: 1, HasAnswer: true, Resolver: object2,
		},
		by: all,
	},
	{
		name: "A27 deposit-gift",
		wire: "<10'op:deliver<11'desc:export0+>[12'deposit-gift32:" + giftID + "<11'desc:export4+>]ff>",
		op: &Deliver{
			To:   export0,
			Args: body("[12'deposit-gift32:"+giftID+"<11'desc:export4+>]", Desc{Kind: Export, Pos: 4}),
		},
		by: noOnly,
	},
	fulfil("A28 undefined", "<4'void>"),
	fulfil("A28 null", "<4'null>"),
	fulfil("A29 tagged", "<11'desc:tagged5'hello[5\"world]>"),
	fulfil("A30 tagged with a reference", "<11'desc:tagged5'myTag<18'desc:import-object100+>>", Desc{Kind: ImportObject, Pos: 100}),
	fulfil("A31 tagged, proposed form", "<8'desc:tag5\"hello[5\"world]>"),
	breakWith("A32 error", "<10'desc:error10\"Test error>"),
	breakWith("A32 empty error", "<10'desc:error0\">"),
	breakWith("A33 error, proposed form", "<10'desc:error4\"boom2:\x00\x01{}>"),
	breakWith("A34 error of goblins", "<16'exn:fail:mystery>"),
	fulfil("every kind of descriptor, nested",
		"{1\"a[<19'desc:import-promise1+>]1\"b<3'foo<11'desc:export1+>#<11'desc:answer1+>$>1\"c"+give+"}",
		Desc{Kind: ImportPromise, Pos: 1}, export1, Desc{Kind: Answer, Pos: 1}, Desc{Kind: Give, Raw: []byte(give)}),
	fulfil("A44 signed object that is no handoff", receive),
	fulfil("descriptors that are only text", "[25\"<18\"desc:import-object1+>25:<18'desc:import-object1+>]"),
}

var (
	helloKey       = "[10'public-key[3'ecc[5'curve7'Ed25519][5'flags5'eddsa][1'q32:" + string(unhex("03a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b8")) + "]]]"
	helloLocation  = "<10'ocapn-peer16'tcp-testing-only32\"a2ef69ddd5f84840970612ff660f5058{4\"host9\"127.0.0.14\"port5\"22045}>"
	helloSignature = "[7'sig-val[5'eddsa[1'r32:" + string(unhex("2ff9143d351affad515179c329f4f748cac26797855027e3fb658b9ca606dfcd")) +
		"][1's32:" + string(unhex("7542337df4df199f444e8a405bd6502794e9df56cd396bf48dd969d1f24cb108")) + "]]]"
)

func unhex(s string) []byte {
	b, err := hex.DecodeString(s)
	if err != nil {
		panic(err)
	}
	return b
}

func decodedKey() (k handoff.PublicKey) {
	copy(k[:], unhex("03a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b8"))
	return k
}

func decodedSignature() (s handoff.Signature) {
	copy(s[:], unhex("2ff9143d351affad515179c329f4f748cac26797855027e3fb658b9ca606dfcd7542337df4df199f444e8a405bd6502794e9df56cd396bf48dd969d1f24cb108"))
	return s
}

func decodedPeer() locator.Peer {
	var d syrup.Decoder
	d.Reset([]byte(helloLocation), syrup.Options{})
	return locator.DecodePeer(&d)
}

// samePeer compares locators by their records.
var samePeer = cmp.Comparer(func(a, b locator.Peer) bool {
	return string(a.AppendSyrup(nil)) == string(b.AppendSyrup(nil))
})
