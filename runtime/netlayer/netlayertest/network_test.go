package netlayertest_test

import (
	"testing"

	"github.com/ocapn-go/ocapn/runtime/netlayer"
	"github.com/ocapn-go/ocapn/runtime/netlayer/netlayertest"
)

func TestNetworkConformance(t *testing.T) {
	netlayertest.Run(t, func(*testing.T) (a, b netlayer.Netlayer) {
		network := netlayertest.NewNetwork(netlayertest.NetworkOptions{})
		return network.Peer("alice"), network.Peer("bob")
	})
}
