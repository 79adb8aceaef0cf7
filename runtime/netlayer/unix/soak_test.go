package unix_test

import (
	"path/filepath"
	"testing"

	"github.com/ocapn-go/ocapn/runtime/netlayer"
	"github.com/ocapn-go/ocapn/runtime/netlayer/internal/tcptest"
	"github.com/ocapn-go/ocapn/runtime/netlayer/unix"
)

func TestSoak(t *testing.T) {
	path := filepath.Join(folder(t), "socket")
	tcptest.Soak(t, func(listens bool) netlayer.Netlayer {
		if listens {
			return open(t, unix.Options{Path: path})
		}
		return open(t, unix.Options{})
	}, tcptest.SoakTime(t))
}
