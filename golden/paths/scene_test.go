package paths_test

import (
	"context"

	"github.com/ocapn-go/ocapn/golden/imports/shapes"
	"github.com/ocapn-go/ocapn/golden/paths"
	"github.com/ocapn-go/ocapn/runtime/captp"
)

// scene has the objects that results refer to.
type scene struct{ vat *captp.Vat }

// node returns a node, whose next one has a dash more.
func (s scene) node(name string) paths.Node {
	return paths.NewNode(s.vat, paths.NodeFuncs{
		NameFunc: func(context.Context) (string, error) { return name, nil },
		NextFunc: func(context.Context) (paths.Node, error) { return s.node(name + "-"), nil },
	})
}

func (s scene) stop(name string) paths.Stop {
	return paths.NewStop(s.vat, func(context.Context) (string, error) { return name + " stops", nil })
}

func (s scene) leaf(name string) paths.Leaf { return paths.Leaf{Node: s.node(name), Label: name} }

func (s scene) shape() shapes.Shape {
	return shapes.NewShape(s.vat, shapes.ShapeFuncs{
		ColorFunc: func(context.Context) (shapes.Color, error) { return shapes.ColorBlue, nil },
	})
}

// tree returns a tree with everything that need not be in it, or without.
func (s scene) tree(full bool) paths.Tree {
	soon, r := captp.NewPromise[paths.Leaf](s.vat)
	r.Fulfill(s.leaf("later"))
	t := paths.Tree{
		Owner: s.node("owner"), Opaque: s.node("opaque").Ref, Contents: "contents", Leaf: s.leaf("leaf"),
		ByName: map[string]paths.Node{"ada": s.node("ada")},
		Grid:   []map[string]paths.Node{{}, {"x": s.node("1.x")}},
		Later:  soon, Soon: s.node("soon"), Stop: s.stop("stop"),
		Await: s.node("await"), Promise: s.node("promise"), AwaitMember: s.node("await member"),
	}
	t.Pair.String, t.Pair.Node = "a", s.node("pair")
	if full {
		t.Guest, t.Maybe, t.Shape = s.node("guest"), s.node("maybe"), s.shape()
		t.Leaves, t.Children = []paths.Leaf{s.leaf("leaf 0"), s.leaf("leaf 1")}, []paths.Tree{s.tree(false)}
	}
	return t
}

// place returns a variant by its name.
func (s scene) place(which string) paths.Place {
	switch which {
	case "at":
		return paths.PlaceAt{Value: s.node("at")}
	case "on":
		return paths.PlaceOn{Value: s.leaf("on")}
	case "between":
		return paths.PlaceBetween{Left: s.node("left"), Right: s.node("right")}
	case "among":
		return paths.PlaceAmong{s.node("among 0"), s.node("among 1")}
	case "named":
		return paths.PlaceNamed{"ada": s.node("named")}
	case "opaque":
		return paths.PlaceOpaque{Value: s.node("opaque").Ref}
	default:
		return paths.PlaceNowhere{}
	}
}

// registry answers everything if the name that is asked for is "there".
func (s scene) registry() paths.Registry {
	list := []paths.Node{s.node("0"), s.node("1")}
	there := func(name string) bool { return name == "there" }
	return paths.NewRichRegistry(s.vat, paths.RichRegistryFuncs{
		SubscribeFunc: func(_ context.Context, name string) (string, paths.Stop, error) { return name, s.stop(name), nil },
		BothFunc: func(context.Context) (paths.Node, paths.Leaf, paths.Node, error) {
			return s.node("first"), s.leaf("second"), s.node("third"), nil
		},
		TreeFunc:     func(context.Context) (paths.Tree, error) { return s.tree(true), nil },
		AllFunc:      func(context.Context) ([]paths.Node, error) { return list, nil },
		FirstTwoFunc: func(context.Context) ([]paths.Node, error) { return list, nil },
		LeavesFunc:   func(context.Context) ([]paths.Leaf, error) { return []paths.Leaf{s.leaf("leaf 0")}, nil },
		ByNameFunc: func(context.Context) (map[string]paths.Node, error) {
			return map[string]paths.Node{"ada": s.node("ada")}, nil
		},
		GridFunc:  func(context.Context) ([][]paths.Node, error) { return [][]paths.Node{nil, list}, nil },
		PairsFunc: func(context.Context) ([]pair, error) { return []pair{{"a", s.node("pair")}}, nil },
		FindFunc: func(_ context.Context, name string) (node paths.Node, err error) {
			if there(name) {
				node = s.node("found")
			}
			return node, nil
		},
		FindLeafFunc: func(_ context.Context, name string) (leaf captp.Opt[paths.Leaf], err error) {
			if there(name) {
				leaf = captp.Some(s.leaf("found"))
			}
			return leaf, nil
		},
		FindPairFunc: func(_ context.Context, name string) (p captp.Opt[pair], err error) {
			if there(name) {
				p = captp.Some(pair{"a", s.node("found")})
			}
			return p, nil
		},
		FindAllFunc: func(_ context.Context, name string) (all []paths.Node, err error) {
			if there(name) {
				all = list
			}
			return all, nil
		},
		FindTargetFunc: func(_ context.Context, name string) (r captp.Ref, err error) {
			if there(name) {
				r = s.node("found").Ref
			}
			return r, nil
		},
		LaterFunc: func(context.Context) (*captp.Promise[paths.Tree], error) {
			p, r := captp.NewPromise[paths.Tree](s.vat)
			r.Fulfill(s.tree(true))
			return p, nil
		},
		LaterAllFunc: func(context.Context) (*captp.Promise[[]paths.Node], error) {
			p, r := captp.NewPromise[[]paths.Node](s.vat)
			r.Fulfill(list)
			return p, nil
		},
		MaybeLaterFunc: func(context.Context) (*captp.Promise[paths.Leaf], error) {
			p, r := captp.NewPromise[paths.Leaf](s.vat)
			r.Fulfill(s.leaf("later"))
			return p, nil
		},
		PlaceFunc: func(_ context.Context, which string) (paths.Place, error) { return s.place(which), nil },
		PlacesFunc: func(context.Context) (map[string]paths.Place, error) {
			return map[string]paths.Place{"here": s.place("at")}, nil
		},
		FindPlaceFunc: func(_ context.Context, name string) (place paths.Place, err error) {
			if there(name) {
				place = s.place("at")
			}
			return place, nil
		},
		LabelledFunc:       func(context.Context) (paths.Node, error) { return s.node("labelled"), nil },
		LabelledLeafFunc:   func(context.Context) (paths.Leaf, error) { return s.leaf("labelled"), nil },
		LabelledListFunc:   func(context.Context) ([]paths.Node, error) { return list, nil },
		LabelledTargetFunc: func(context.Context) (captp.Ref, error) { return s.node("labelled").Ref, nil },
		LabelledMaybeFunc: func(_ context.Context, name string) (leaf captp.Opt[paths.Leaf], err error) {
			if there(name) {
				leaf = captp.Some(s.leaf("labelled"))
			}
			return leaf, nil
		},
		ShapesFunc: func(context.Context) ([]shapes.Shape, error) { return []shapes.Shape{s.shape()}, nil },
		CountFunc:  func(context.Context) (int64, error) { return 1, nil },
	}).Registry()
}

// pair is a tuple that is no result.
type pair = struct {
	String string
	Node   paths.Node
}
