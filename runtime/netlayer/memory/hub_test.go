package memory_test

import (
	"testing"

	"github.com/ocapn-go/ocapn/runtime/netlayer"
	"github.com/ocapn-go/ocapn/runtime/netlayer/memory"
	"github.com/ocapn-go/ocapn/runtime/netlayer/netlayertest"
)

// listen returns a netlayer of the hub.
func listen(t testing.TB, hub *memory.Hub, designator string) *memory.Netlayer {
	t.Helper()
	nl, err := hub.Listen(designator)
	if err != nil {
		t.Fatal(err)
	}
	return nl
}

func TestConformance(t *testing.T) {
	netlayertest.Run(t, func(t *testing.T) (a, b netlayer.Netlayer) {
		hub := memory.NewHub()
		return listen(t, hub, "alice"), listen(t, hub, "bob")
	})
}
