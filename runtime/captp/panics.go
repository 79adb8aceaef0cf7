package captp

import (
	"fmt"
	"path/filepath"
	"runtime"
	"strings"
)

// outlive ends a panic of something of the program that the vat calls beside methods of objects, counts it, and logs it. It is to be
// deferred. Peers may choose when such a function runs, so its panic must not take the process.
func (v *Vat) outlive(what string) {
	if cause := recover(); cause != nil {
		v.notePanic(what, cause)
	}
}

// notePanic counts and logs a panic that was recovered.
func (v *Vat) notePanic(what string, cause any) {
	v.totals.panics.Add(1)
	v.log.Error("panic in "+what, "panic", panicText(cause), stackKey, stack())
}

// panicText says what kind of thing was panicked with. The value itself may hold arguments, which are not logged, unless it
// is an error of the run-time system. One that only looks like that may panic in turn.
func panicText(v any) (text string) {
	defer func() {
		if recover() != nil {
			text = fmt.Sprintf("%T", v)
		}
	}()
	if err, ok := v.(interface {
		error
		RuntimeError()
	}); ok {
		return err.Error()
	}
	return fmt.Sprintf("%T", v)
}

// stack returns the functions that led here, the last call first, each with the name of its file, without the folder, and its line. The
// values of arguments are not in it.
func stack() string {
	pcs := make([]uintptr, 64)
	frames := runtime.CallersFrames(pcs[:runtime.Callers(3, pcs)])
	var out strings.Builder
	for {
		f, more := frames.Next()
		fmt.Fprintf(&out, "%s (%s:%d)", f.Function, filepath.Base(f.File), f.Line)
		if !more {
			return out.String()
		}
		out.WriteString(" < ")
	}
}
