package exercise

import (
	"reflect"

	"github.com/ocapn-go/ocapn/runtime/captp"
)

// File is what reflection needs to know of a generated file.
type File struct {
	References []Reference
	Promises   []Promise
	Unions     []Union
	Errors     []any // a nil pointer to each type
	// Constants are the values of constants by name, those of functions called.
	Constants map[string]any
}

// Reference is the type that an interface or a callable becomes.
type Reference struct {
	Zero any // a value of the type
	New  any // its constructor
	// Funcs and Unimplemented are values of the types that implement the server, nil for a callable.
	Funcs, Unimplemented any
	// Events is the constructor of streams of events, nil if there is none.
	Events any
}

// Union is the type that a union becomes.
type Union struct {
	Zero any // a nil pointer to the interface
	// Variants are values of the types of the variants in source order, and last the one of unknown variants if there is one.
	Variants []any
}

// Promise is a type of promises.
type Promise struct {
	typ reflect.Type
	// make returns a promise and what settles it: with a value, or with an error that is not nil.
	make func(v *captp.Vat) (promise reflect.Value, settle func(reflect.Value, error))
}

// PromiseOf returns the type of promises of T.
func PromiseOf[T any]() Promise {
	return Promise{
		typ: reflect.TypeFor[*captp.Promise[T]](),
		make: func(v *captp.Vat) (reflect.Value, func(reflect.Value, error)) {
			p, r := captp.NewPromise[T](v)
			return reflect.ValueOf(p), func(value reflect.Value, err error) {
				if err != nil {
					r.Break(err)
					return
				}
				var out T
				reflect.ValueOf(&out).Elem().Set(value)
				r.Fulfill(out)
			}
		},
	}
}
