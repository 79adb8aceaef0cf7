package paths_test

import (
	"github.com/ocapn-go/ocapn/golden/paths"
	"github.com/ocapn-go/ocapn/runtime/captp"
)

// named asks the reference that a path led to, of which no interface is declared, for its name.
func named(e captp.Pipe[captp.AnyRef]) *captp.Promise[string] {
	return paths.NodeE{Pipe: captp.Pipe[paths.Node](e)}.Name()
}

// nodeAt is the node that a step from a plain promise leads to.
func nodeAt(p *captp.Promise[any]) paths.NodeE { return captp.ViewRef[paths.NodeE](p) }

// route is a path through the result of a method to an object, and a message to that.
type route struct {
	name string
	send func(e paths.RegistryE) *captp.Promise[string]
	want string
	// trips are the round trips where the peer knows no steps, if they are not two.
	trips int
}

var routes = []route{
	{name: "tuple", want: "ada stops", send: func(e paths.RegistryE) *captp.Promise[string] {
		return e.Subscribe("ada").Stop().Call()
	}},
	{name: "tuple of two", want: "third", send: func(e paths.RegistryE) *captp.Promise[string] {
		return e.Both().Node2().Name()
	}},
	{name: "struct in a tuple", want: "second", send: func(e paths.RegistryE) *captp.Promise[string] {
		return e.Both().Leaf().Node().Name()
	}},
	{name: "field", want: "owner", send: func(e paths.RegistryE) *captp.Promise[string] {
		return e.Tree().Owner().Name()
	}},
	{name: "further calls", want: "owner--", send: func(e paths.RegistryE) *captp.Promise[string] {
		return e.Tree().Owner().Next().Next().Name()
	}},
	{name: "optional field", want: "guest", send: func(e paths.RegistryE) *captp.Promise[string] {
		return e.Tree().Guest().Name()
	}},
	{name: "field or undefined", want: "maybe", send: func(e paths.RegistryE) *captp.Promise[string] {
		return e.Tree().Maybe().Name()
	}},
	{name: "target", want: "opaque", send: func(e paths.RegistryE) *captp.Promise[string] {
		return named(e.Tree().Opaque())
	}},
	{name: "struct in a struct", want: "leaf", send: func(e paths.RegistryE) *captp.Promise[string] {
		return e.Tree().Leaf().Node().Name()
	}},
	{name: "list of structs", want: "leaf 1", send: func(e paths.RegistryE) *captp.Promise[string] {
		return e.Tree().Leaves().At(1).Node().Name()
	}},
	{name: "its own kind", want: "leaf", send: func(e paths.RegistryE) *captp.Promise[string] {
		return e.Tree().Children().At(0).Leaf().Node().Name()
	}},
	{name: "map", want: "ada", send: func(e paths.RegistryE) *captp.Promise[string] {
		return e.Tree().ByName().Get("ada").Name()
	}},
	{name: "map in a list", want: "1.x", send: func(e paths.RegistryE) *captp.Promise[string] {
		return e.Tree().Grid().At(1).Get("x").Name()
	}},
	{name: "tuple without a name", want: "pair", send: func(e paths.RegistryE) *captp.Promise[string] {
		return nodeAt(e.Tree().Pair().Index(1)).Name()
	}},
	{name: "promise of a struct", want: "later", trips: 3, send: func(e paths.RegistryE) *captp.Promise[string] {
		return e.Tree().Later().Node().Name()
	}},
	{name: "promise of a reference", want: "soon", send: func(e paths.RegistryE) *captp.Promise[string] {
		return e.Tree().Soon().Name()
	}},
	{name: "callable", want: "stop stops", send: func(e paths.RegistryE) *captp.Promise[string] {
		return e.Tree().Stop().Call()
	}},
	{name: "field named as a method", want: "await", send: func(e paths.RegistryE) *captp.Promise[string] {
		return e.Tree().AwaitMemberMember().Name()
	}},
	{name: "field named as the promise", want: "promise", send: func(e paths.RegistryE) *captp.Promise[string] {
		return e.Tree().PromiseMember().Name()
	}},
	{name: "field named as that is renamed", want: "await member", send: func(e paths.RegistryE) *captp.Promise[string] {
		return e.Tree().AwaitMember().Name()
	}},
	{name: "list", want: "1", send: func(e paths.RegistryE) *captp.Promise[string] {
		return e.All().At(1).Name()
	}},
	{name: "list of structs as a result", want: "leaf 0", send: func(e paths.RegistryE) *captp.Promise[string] {
		return e.Leaves().At(0).Node().Name()
	}},
	{name: "map as a result", want: "ada", send: func(e paths.RegistryE) *captp.Promise[string] {
		return e.ByName().Get("ada").Name()
	}},
	{name: "list of lists", want: "0", send: func(e paths.RegistryE) *captp.Promise[string] {
		return e.Grid().At(1).At(0).Name()
	}},
	{name: "list of tuples", want: "pair", send: func(e paths.RegistryE) *captp.Promise[string] {
		return nodeAt(e.Pairs().At(0).Index(1)).Name()
	}},
	{name: "reference or undefined", want: "found", trips: 1, send: func(e paths.RegistryE) *captp.Promise[string] {
		return e.Find("there").Present().Name()
	}},
	{name: "struct or undefined", want: "found", send: func(e paths.RegistryE) *captp.Promise[string] {
		return e.FindLeaf("there").Present().Node().Name()
	}},
	{name: "tuple or false", want: "found", send: func(e paths.RegistryE) *captp.Promise[string] {
		return nodeAt(e.FindPair("there").Present().Index(1)).Name()
	}},
	{name: "list or null", want: "0", send: func(e paths.RegistryE) *captp.Promise[string] {
		return e.FindAll("there").At(0).Name()
	}},
	{name: "target or undefined", want: "found", trips: 1, send: func(e paths.RegistryE) *captp.Promise[string] {
		return named(e.FindTarget("there").Present())
	}},
	{name: "promised struct", want: "owner", send: func(e paths.RegistryE) *captp.Promise[string] {
		return e.Later().Owner().Name()
	}},
	{name: "promised list", want: "0", send: func(e paths.RegistryE) *captp.Promise[string] {
		return e.LaterAll().At(0).Name()
	}},
	{name: "promised struct or undefined", want: "later", send: func(e paths.RegistryE) *captp.Promise[string] {
		return e.MaybeLater().Present().Node().Name()
	}},
	{name: "variant", want: "at", send: func(e paths.RegistryE) *captp.Promise[string] {
		return e.Place("at").AsAt().Name()
	}},
	{name: "struct in a variant", want: "on", send: func(e paths.RegistryE) *captp.Promise[string] {
		return e.Place("on").AsOn().Node().Name()
	}},
	{name: "field of a variant", want: "left", send: func(e paths.RegistryE) *captp.Promise[string] {
		return e.Place("between").AsBetweenLeft().Name()
	}},
	{name: "optional field of a variant", want: "right", send: func(e paths.RegistryE) *captp.Promise[string] {
		return e.Place("between").AsBetweenRight().Name()
	}},
	{name: "list in a variant", want: "among 1", send: func(e paths.RegistryE) *captp.Promise[string] {
		return e.Place("among").AsAmong().At(1).Name()
	}},
	{name: "map in a variant", want: "named", send: func(e paths.RegistryE) *captp.Promise[string] {
		return e.Place("named").AsNamed().Get("ada").Name()
	}},
	{name: "target in a variant", want: "opaque", send: func(e paths.RegistryE) *captp.Promise[string] {
		return named(e.Place("opaque").AsOpaque())
	}},
	{name: "map of variants", want: "at", send: func(e paths.RegistryE) *captp.Promise[string] {
		return e.Places().Get("here").AsAt().Name()
	}},
	{name: "variant or undefined", want: "at", send: func(e paths.RegistryE) *captp.Promise[string] {
		return e.FindPlace("there").AsAt().Name()
	}},
	{name: "tagged reference", want: "labelled", send: func(e paths.RegistryE) *captp.Promise[string] {
		return e.Labelled().Name()
	}},
	{name: "tagged struct", want: "labelled", send: func(e paths.RegistryE) *captp.Promise[string] {
		return e.LabelledLeaf().Node().Name()
	}},
	{name: "list behind two tags", want: "0", send: func(e paths.RegistryE) *captp.Promise[string] {
		return e.LabelledList().At(0).Name()
	}},
	{name: "tagged target", want: "labelled", send: func(e paths.RegistryE) *captp.Promise[string] {
		return named(e.LabelledTarget())
	}},
	{name: "tagged struct or undefined", want: "labelled", send: func(e paths.RegistryE) *captp.Promise[string] {
		return e.LabelledMaybe("there").Present().Node().Name()
	}},
	{name: "inherited", want: "leaf", send: func(e paths.RegistryE) *captp.Promise[string] {
		return paths.RichRegistryE{Pipe: captp.Pipe[paths.RichRegistry](e.Pipe)}.Tree().Leaf().Node().Name()
	}},
}

// lost are paths to what is not there.
var lost = []route{
	{name: "index", send: func(e paths.RegistryE) *captp.Promise[string] {
		return e.All().At(7).Name()
	}},
	{name: "negative index", send: func(e paths.RegistryE) *captp.Promise[string] {
		return e.All().At(-1).Name()
	}},
	{name: "key", send: func(e paths.RegistryE) *captp.Promise[string] {
		return e.ByName().Get("nobody").Name()
	}},
	{name: "optional field", send: func(e paths.RegistryE) *captp.Promise[string] {
		return e.Tree().Children().At(0).Guest().Name()
	}},
	{name: "undefined field", send: func(e paths.RegistryE) *captp.Promise[string] {
		return e.Tree().Children().At(0).Maybe().Name()
	}},
	{name: "null field", send: func(e paths.RegistryE) *captp.Promise[string] {
		return e.Tree().Children().At(0).Children().At(0).Owner().Name()
	}},
	{name: "list without items", send: func(e paths.RegistryE) *captp.Promise[string] {
		return e.Tree().Children().At(0).Leaves().At(0).Node().Name()
	}},
	{name: "reference", send: func(e paths.RegistryE) *captp.Promise[string] {
		return e.Find("not").Present().Name()
	}},
	{name: "struct", send: func(e paths.RegistryE) *captp.Promise[string] {
		return e.FindLeaf("not").Present().Node().Name()
	}},
	{name: "tuple", send: func(e paths.RegistryE) *captp.Promise[string] {
		return nodeAt(e.FindPair("not").Present().Index(1)).Name()
	}},
	{name: "list", send: func(e paths.RegistryE) *captp.Promise[string] {
		return e.FindAll("not").At(0).Name()
	}},
	{name: "variant", send: func(e paths.RegistryE) *captp.Promise[string] {
		return e.Place("on").AsAt().Name()
	}},
	{name: "variant without a value", send: func(e paths.RegistryE) *captp.Promise[string] {
		return e.Place("nowhere").AsAt().Name()
	}},
	{name: "field of a variant", send: func(e paths.RegistryE) *captp.Promise[string] {
		return e.Place("among").AsBetweenLeft().Name()
	}},
	{name: "union", send: func(e paths.RegistryE) *captp.Promise[string] {
		return e.FindPlace("not").AsAt().Name()
	}},
	{name: "tagged struct", send: func(e paths.RegistryE) *captp.Promise[string] {
		return e.LabelledMaybe("not").Present().Node().Name()
	}},
	{name: "target", send: func(e paths.RegistryE) *captp.Promise[string] {
		return named(e.FindTarget("not").Present())
	}},
}
