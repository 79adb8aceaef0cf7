package exercise

import (
	"github.com/ocapn-go/ocapn/idl"
)

// signature is a method, or what a callable does.
type signature struct {
	name   string // for people
	goName string
	wire   string
	oneWay bool
	stream bool
	params []*idl.Param
	result *idl.Type
	raises []*idl.TypeRef
}

func methodSignature(i *idl.Interface, m *idl.Method) *signature {
	return &signature{
		name: i.Name + "." + m.Name, goName: m.GoName, wire: m.Wire, oneWay: m.OneWay, stream: m.Stream, params: m.Params, result: m.Result,
		raises: m.Raises,
	}
}

func callableSignature(c *idl.Callable) *signature {
	return &signature{name: c.Name, goName: "Call", params: c.Params, result: c.Result, raises: c.Raises}
}

// required returns the parameters that cannot be left out.
func (s *signature) required() []*idl.Param {
	return s.choose(func(p *idl.Param) bool { return !p.Optional && !p.Rest })
}

// optional returns the parameters that may be left out.
func (s *signature) optional() []*idl.Param {
	return s.choose(func(p *idl.Param) bool { return p.Optional })
}

// rest returns the rest parameter, or nil.
func (s *signature) rest() *idl.Param {
	if list := s.choose(func(p *idl.Param) bool { return p.Rest }); len(list) > 0 {
		return list[0]
	}
	return nil
}

func (s *signature) choose(fits func(*idl.Param) bool) []*idl.Param {
	var out []*idl.Param
	for _, p := range s.params {
		if fits(p) {
			out = append(out, p)
		}
	}
	return out
}

// results returns the types of the results as the Go method has them, without the error.
func (s *signature) results() []*idl.Type {
	switch {
	case s.result == nil:
		return nil
	case s.result.Kind == idl.KindTuple && len(s.result.Absent) == 0:
		return s.result.Elems
	default:
		return []*idl.Type{s.result}
	}
}
