package breaking

import (
	"slices"

	"github.com/ocapn-go/ocapn/idl"
)

// viewOf says what kind of eventual view the result of a Go method has beside that of its type: none, one that may turn out to be of
// nothing, or a plain one.
func viewOf(result *idl.Type) string {
	if !result.LeadsToRef() {
		return ""
	}
	t := outcome(result)
	for t.Kind == idl.KindTagged && len(t.Absent) == 0 {
		t = t.Elem
	}
	if len(t.Absent) > 0 && !slices.Contains([]idl.Kind{idl.KindList, idl.KindMap, idl.KindUnion}, t.Kind) {
		return "optional view"
	}
	return "view"
}
