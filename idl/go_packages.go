package idl

// GoPackages returns the names of the Go packages that the generated code of the schema imports because the declarations refer to
// those of other schemas, by import path.
func (s *Schema) GoPackages() map[string]string {
	out := map[string]string{}
	add := func(ref *TypeRef) {
		if ref.GoImport != "" {
			out[ref.GoImport] = ref.GoPackage
		}
	}
	var extends func(i *Interface, home *TypeRef)
	extends = func(i *Interface, home *TypeRef) {
		for _, ref := range i.Extends {
			from := ref
			if ref.GoImport == "" && home != nil {
				from = home
			}
			if from.GoImport != s.GoImport {
				add(from)
			}
			if ref.Interface != nil {
				extends(ref.Interface, from)
			}
		}
	}
	for _, t := range s.types() {
		walkRefs(t, add)
	}
	for _, i := range s.Interfaces {
		extends(i, nil)
		for _, m := range i.Methods {
			eachRef(m.Raises, add)
		}
	}
	for _, c := range s.Callables {
		eachRef(c.Raises, add)
	}
	return out
}

// types returns the types that the declarations use.
func (s *Schema) types() []*Type {
	var out []*Type
	params := func(list []*Param, result *Type) {
		for _, p := range list {
			out = append(out, p.Type)
		}
		out = append(out, result)
	}
	for _, c := range s.Consts {
		out = append(out, c.Type)
	}
	fields := func(list []*Field) {
		for _, f := range list {
			out = append(out, f.Type)
		}
	}
	for _, d := range s.Structs {
		fields(d.Fields)
	}
	for _, u := range s.Unions {
		for _, v := range u.Variants {
			out = append(out, v.Type)
			fields(v.Fields)
		}
	}
	for _, e := range s.Errors {
		fields(e.Fields)
	}
	for _, i := range s.Interfaces {
		for _, m := range i.All {
			params(m.Params, m.Result)
		}
	}
	for _, c := range s.Callables {
		params(c.Params, c.Result)
	}
	return out
}

// eachRef calls visit with the references.
func eachRef(refs []*TypeRef, visit func(*TypeRef)) {
	for _, ref := range refs {
		visit(ref)
	}
}

// walkRefs calls visit with every reference in t.
func walkRefs(t *Type, visit func(*TypeRef)) {
	if t == nil {
		return
	}
	if t.Ref != nil {
		visit(t.Ref)
	}
	walkRefs(t.Elem, visit)
	for _, e := range t.Elems {
		walkRefs(e, visit)
	}
}
