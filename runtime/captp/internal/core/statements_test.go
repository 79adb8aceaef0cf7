package core_test

import (
	"strings"
	"testing"
)

// statement is one entry of the list of statements about session set-up, messages and garbage collection that a peer is held
// to, and the traces that show it. What no trace of one vat can show says where it is shown.
type statement struct {
	number    int
	says      string
	traces    string // file/trace, separated by semicolons
	elsewhere string
}

var statements = []statement{
	{21, "a called peer answers a valid hello with exactly one of its own", "session_setup/called", ""},
	{22, "the version sent is the configured one", "session_setup/called", ""},
	{23, "the location signature verifies with the key in the same operation", "session_setup/called", ""},
	{24, "the key differs on every connection", "session_setup/keys differ", ""},
	{25, "the public key has its one exact form", "", "package handoff"},
	{26, "another version is aborted", "session_setup/wrong version", ""},
	{27, "an invalid location signature is aborted", "session_setup/signature of another key", ""},
	{28, "a signature over the bare location is aborted", "session_setup/signature over the bare location", ""},
	{29, "a first operation that is no hello is aborted", "session_setup/an operation before hello, called; session_setup/not an operation; session_setup/malformed hello", ""},
	{30, "after an abort nothing is answered", "session_setup/abort first, then hello", ""},
	{31, "a second hello is aborted", "session_setup/a second hello; duplicates/a hello on a parked connection", ""},
	{32, "a second session is answered with hello and abort; the first stays usable", "duplicates/given up; session_setup/other hints, the same peer", ""},
	{33, "after an abort a new connection is accepted at once", "session_setup/a new connection after an abort; duplicates/taken over when the older one is aborted", ""},
	{34, "a silent connection hinders nobody", "session_setup/a silent connection hinders nobody", ""},
	{35, "a peer that is not connected is dialled, and told hello first", "session_setup/calling; dialling/enliven", ""},
	{36, "crossed hellos, ours lower: ours is aborted", "crossed_hellos/ours is lower", ""},
	{37, "crossed hellos, theirs lower: theirs is aborted", "crossed_hellos/hers is lower", ""},
	{38, "both are decided without an answer on our connection", "crossed_hellos/ours is lower; crossed_hellos/hers is lower", ""},
	{39, "what waited is carried out on the winning session", "crossed_hellos/ours is lower, and what waits is carried out on hers; crossed_hellos/hers is lower, and what waits is carried out on ours; crossed_hellos/the abort of ours overtakes her hello", ""},
	{40, "a session that the peer opened is used", "dialling/a session that the peer opened is used", ""},
	{41, "our own location is not dialled", "dialling/our own location is not dialled", ""},
	{42, "both ends compute the same session id", "", "TestSessionID; package handoff"},
	{43, "the bootstrap object is at position 0 without being announced", "session_setup/called; bootstrap/fetch", ""},
	{44, "after an abort outstanding calls are not answered", "session_setup/abort in mid-session; session_loss/before we are told the outcome", ""},
	{45, "after a disconnect pending calls fail", "session_loss/calls break, whatever they wait for", ""},
	{46, "the advertised locator is the published one", "session_setup/called", ""},
	{47, "hints may be false or an empty struct", "", "package locator"},
	{48, "locators that differ in hints are one peer", "session_setup/other hints, the same peer", ""},

	{65, "fetch of a known number fulfils with an import-object", "bootstrap/fetch", ""},
	{66, "fetch of an unknown number breaks with one reason, and the session survives", "bootstrap/unknown swiss number", ""},
	{67, "a resolver at position 0 is told there", "deliver/positions zero", ""},
	{68, "answer position 0 can be sent to", "deliver/positions zero; pipeline/fetch, build, make and drive in one flight", ""},
	{69, "a chain in one flight", "pipeline/fetch, build, make and drive in one flight", ""},
	{70, "the same with a failing step", "pipeline/the middle step fails", ""},
	{71, "messages to one answer arrive in order", "pipeline/in the order in which they were sent", ""},
	{72, "a resolver without an answer position is told once", "deliver/resolver only", ""},
	{73, "an answer position without a resolver is silent until op:listen", "deliver/answer only", ""},
	{74, "neither of them is silent, even on errors", "deliver/neither; bootstrap/no answer wanted", ""},
	{75, "a method that fails breaks its resolver and no more", "deliver/a method that fails", ""},
	{76, "a call to a number breaks", "pipeline/to a number", ""},
	{77, "an answer that is a promise is listened to", "promises/an answer that is a promise of the peer; dialects/goblins", ""},
	{78, "a live promise is listened to once", "promises/we listen once", ""},
	{79, "op:listen, fulfilled later", "listen/two fields or three; promises/our promise, fulfilled", ""},
	{80, "op:listen, broken later, with the reason unchanged", "listen/broken later; promises/our promise, broken", ""},
	{81, "op:listen, settled already", "listen/settled already", ""},
	{82, "op:listen to an answer", "listen/two fields or three; deliver/answer only", ""},
	{83, "op:listen is sent with three fields, the third a boolean", "promises/we listen once", ""},
	{84, "op:listen is accepted with two or three fields", "listen/two fields or three", ""},
	{85, "one op:listen, one notification", "listen/two fields or three; listen/settled already", ""},
	{86, "a promise that becomes another of ours is reported when it is settled", "promises/our promise, fulfilled", ""},
	{87, "a resolver may be an import-promise", "deliver/a resolver that is a promise", ""},
	{88, "a second resolution is ignored", "resolvers/told twice", ""},
	{89, "messages to our promise reach its object", "promises/our promise, fulfilled", ""},
	{90, "what resolves to the caller's object comes back to the caller", "promises/our promise becomes one of the peer; handoff_gifter/in a result and in a reason", ""},
	{91, "what resolves to an object of a third peer is passed on", "handoff_gifter/in a result and in a reason; handoff_gifter/a promise that turns out to be one", ""},
	{92, "an answer is understood as an argument", "deliver/an answer as an argument", ""},
	{93, "an object of the peer goes home as desc:export", "deliver/the peer's object goes home; deliver/the peer's object goes home, alone", ""},
	{94, "an object keeps its position while it is held", "deliver/our own object comes home; gc/the same position twice in one operation", ""},
	{95, "op:deliver-only is accepted", "deliver/neither; resolvers/told in another way", ""},
	{96, "an unknown operation is aborted", "session_setup/unknown operation in mid-session", ""},
	{97, "a position that was never exported aborts", "deliver/a position that was never exported; deliver/an argument that was never exported; resolvers/told of a position that never was", ""},
	{98, "a promise and an object never share a position", "promises/our promise, fulfilled", ""},

	{99, "op:index of an answer", "steps/index of an answer", ""},
	{100, "op:index of an exported promise", "steps/index of an exported promise", ""},
	{101, "op:index of a broken promise", "steps/everything that can go wrong", ""},
	{102, "op:index of what is no list", "steps/everything that can go wrong", ""},
	{103, "op:index out of bounds", "steps/everything that can go wrong", ""},
	{104, "op:get, and a chain in one flight", "steps/a chain, and a message to what is found", ""},
	{105, "op:get of a missing field, of what is no struct, of a broken promise", "steps/everything that can go wrong", ""},
	{106, "op:untag with the right and with a wrong tag", "steps/everything that can go wrong; steps/a chain, and a message to what is found", ""},
	{107, "new answer positions are over 0", "steps/by the program, of an answer of the peer", ""},

	{108, "one reference, a delta of one", "bootstrap/what the bootstrap object does not understand", ""},
	{109, "a reference four times in one message, a delta of four", "deliver/references to one object, in one message and in several", ""},
	{110, "four messages with a reference each, a delta of four", "promises/we listen once; gc/an import is counted by occurrence", ""},
	{111, "an answer position is let go of once the resolver is told", "gc/our answers", ""},
	{112, "resolvers are let go of once they are told", "deliver/resolver only; listen/two fields or three", ""},
	{113, "no delta of 0, none over the references received", "gc/an import is counted by occurrence; gc/sent again after we have let go of it", ""},
	{114, "the lists of op:gc-exports have equal length", "gc/many go out without waiting", ""},
	{115, "an object that was let go of fails cleanly, and is usable when it is sent again", "deliver/a position that was let go of", ""},
	{116, "part of the count leaves the object reachable", "gc/an export is counted by occurrence", ""},
	{117, "an answer position can be used again", "gc/the position of an answer again; pipeline/answers are let go of while they are open", ""},
	{118, "op:gc-exports of an unknown position", "gc/a position that was never exported", ""},
	{119, "position 0 is let go of only if it was received", "deliver/positions zero; deliver/an object at position zero", ""},
	{120, "the gc operations of older peers", "gc/the labels of older peers", ""},
	{121, "references in a message that fails are counted", "deliver/a position that was let go of", ""},
	{122, "deposit-gift is accepted without a word", "handoff_exporter/deposit first", ""},
	{123, "what was deposited can be withdrawn", "handoff_exporter/deposit first", ""},
	{124, "what is deposited later can be withdrawn", "handoff_exporter/withdrawal first", ""},
	{125, "a handoff count that was used breaks the withdrawal", "handoff_exporter/the same count again", ""},
	{126, "a wrong signature of the receive breaks it", "handoff_exporter/certificates that are not good", ""},
	{127, "a wrong signature of the give breaks it", "handoff_exporter/certificates that are not good", ""},
	{128, "a receiving-session that is another one breaks it", "handoff_exporter/certificates that are not good", ""},
	{129, "a receiving-side that is not the peer breaks it", "handoff_exporter/certificates that are not good", ""},
	{130, "a session of the give that is unknown breaks it", "handoff_exporter/certificates that are not good", ""},
	{131, "a gifter-side that is not the gifter breaks it", "handoff_exporter/certificates that are not good", ""},
	{132, "a gift can be withdrawn once", "handoff_exporter/deposit first", ""},
	{133, "gift ids have any length", "", "package handoff: TestNewGiftID"},
	{134, "gifts of different sessions do not meet", "", "package handoff: TestGiftsAreKeyedBySession"},
	{135, "the receiver dials the exporter and withdraws", "handoff_receiver/without a session; handoff_receiver/crossed hellos", ""},
	{136, "the receiver passes the give on as it is", "handoff_receiver/with a session", ""},
	{137, "each withdrawal in a session has its own count", "handoff_receiver/with a session", ""},
	{138, "a session with the exporter is used", "handoff_receiver/with a session; handoff_receiver/the exporter calls in the meantime", ""},
	{139, "a give for another receiver breaks the promise", "handoff_receiver/what is wrong breaks the promise", ""},
	{140, "the message with a give is delivered at once", "handoff_receiver/with a session; handoff_receiver/without a session", ""},
	{141, "the gift is deposited as the give says", "handoff_gifter/in arguments", ""},
	{142, "the give has the location that the exporter announced", "handoff_gifter/in arguments", ""},
	{143, "the gifter holds its import until the deposit is sent", "handoff_gifter/in a result and in a reason", ""},
	{144, "there is no handoff to the exporter itself", "handoff_gifter/in arguments", ""},
	{145, "a second gift of the same object has the same position", "", "package captp: TestHandoffOverTCP"},
	{146, "a sturdyref is data, and enlivening it fetches", "", "examples/conformance"},
}

// TestStatements checks that every statement of the list is shown by traces that are there.
func TestStatements(t *testing.T) {
	have := make(map[string]bool)
	for _, f := range traceFiles(t) {
		for _, tr := range f.traces {
			have[f.name+"/"+tr.name] = true
		}
	}
	want := 21
	for _, s := range statements {
		if s.number != want {
			t.Errorf("statement %d follows %d", s.number, want-1)
		}
		if want = s.number + 1; want == 49 {
			want = 65
		}
		if (s.traces == "") == (s.elsewhere == "") {
			t.Errorf("statement %d, %q, is shown nowhere", s.number, s.says)
		}
		for name := range strings.SplitSeq(s.traces, "; ") {
			if s.traces != "" && !have[name] {
				t.Errorf("statement %d: no trace %q", s.number, name)
			}
		}
	}
	if want != 147 {
		t.Errorf("the last statement is %d, want 146", want-1)
	}
}
