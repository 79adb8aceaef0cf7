// Package captpexpvar publishes the counts of a vat as variables of package expvar, for those who watch over it:
//
//	captpexpvar.Publish("ocapn", vat)
//	go http.ListenAndServe("localhost:6060", nil)
//
// Then http://localhost:6060/debug/vars has, under that name, what the vat keeps and what has happened in it.
//
// It is a package of its own because to import expvar is to register its HTTP handler.
package captpexpvar

import (
	"expvar"

	"github.com/ocapn-go/ocapn/runtime/captp"
)

// Variable is what is published of a vat: counts, and nothing else. Who the peers are, and what each of them costs, is not in it, since
// such pages are often open to more people than they should be.
type Variable struct {
	Stats  captp.Stats
	Totals captp.Totals
}

// Publish makes the counts of v visible under a name. It panics if something is published under that name already, as
// [expvar.Publish] does, and there is no way back: what is published of a vat that is closed are its last totals.
func Publish(name string, v *captp.Vat) { expvar.Publish(name, Var(v)) }

// Var returns the counts of v as a variable, for those who publish it themselves, in a map for example. To read it waits for the
// vat's loop, never for a peer. Its text is that of a [Variable] in JSON.
func Var(v *captp.Vat) expvar.Var {
	return expvar.Func(func() any { return Variable{v.Stats(), v.Totals()} })
}
