package idl

import "slices"

// addedName is a Go name that generated code adds to that of a declaration.
type addedName struct{ goName, what string }

// addedNames returns the Go names that generated code needs for a declaration beside its own. Its file has been looked at by
// findRefs.
func (s *session) addedNames(d Decl) []addedName {
	switch d := d.(type) {
	case *Struct:
		if s.refs[d] {
			return []addedName{{d.GoName + "E", "the eventual view"}}
		}
		return nil
	case *Union:
		out := []addedName{{"Decode" + d.GoName, "the decoder"}}
		if !d.Closed {
			out = append(out, addedName{d.GoName + "Unknown", "the unknown variant"})
		}
		if s.refs[d] {
			out = append(out, addedName{d.GoName + "E", "the eventual view"})
		}
		return out
	case *Interface:
		x := d.GoName
		out := []addedName{
			{x + "E", "the eventual view"},
			{x + "Server", "the server"},
			{"Unimplemented" + x, "the unimplemented server"},
			{x + "Funcs", "the functions"},
			{"New" + x, "the constructor"},
		}
		for _, m := range d.Methods {
			out = append(out, s.signatureNames(x+m.GoName, m.Params, m.Result, " of method "+quoted(m.Name))...)
			if m.Stream {
				out = append(out, addedName{x + m.GoName + "Stream", "the stream of method " + quoted(m.Name)})
			}
		}
		return append(out, eventNames(d)...)
	case *Callable:
		x := d.GoName
		out := []addedName{{x + "E", "the eventual view"}, {"New" + x, "the constructor"}}
		return append(out, s.signatureNames(x, d.Params, d.Result, "")...)
	default:
		return nil
	}
}

// signatureNames returns the Go names that a signature needs: of its optional arguments and of a result of several
// values.
func (s *session) signatureNames(prefix string, params []*Param, result *Type, of string) []addedName {
	var out []addedName
	if slices.ContainsFunc(params, func(p *Param) bool { return p.Optional }) {
		out = append(out, addedName{prefix + "Opts", "the options" + of})
	}
	if result != nil && result.Kind == KindTuple && len(result.Absent) == 0 {
		out = append(out, addedName{prefix + "Result", "the result" + of})
		if s.leadsToRef(result) {
			out = append(out, addedName{prefix + "ResultE", "the eventual view of the result" + of})
		}
	}
	return out
}

// eventNames returns the Go names that an interface needs whose methods are all oneway: such an interface can be listened to
// as a sequence of events.
func eventNames(d *Interface) []addedName {
	if len(d.All) == 0 || slices.ContainsFunc(d.All, func(m *Method) bool { return !m.OneWay }) {
		return nil
	}
	out := []addedName{{d.GoName + "Event", "the event"}, {"New" + d.GoName + "Stream", "the constructor of streams"}}
	for _, m := range d.All {
		out = append(out, addedName{d.GoName + m.GoName, "the event of method " + quoted(m.Name)})
	}
	return out
}
