package idl

import (
	"errors"
	"io/fs"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestOnRead(t *testing.T) {
	loader := memory(chatFiles(), "lib")
	var got []string
	loader.OnRead = func(path string, src []byte, err error) {
		switch {
		case err == nil && len(src) > 0:
			got = append(got, path)
		case errors.Is(err, fs.ErrNotExist):
			got = append(got, path+" is missing")
		default:
			t.Errorf("%s: %d bytes, %v", path, len(src), err)
		}
	}
	if _, errs := loader.Load("chat/chat.ocapn"); len(errs) > 0 {
		t.Fatal(errs)
	}
	want := []string{
		"chat/chat.ocapn", "chat/go.mod is missing", "go.mod is missing", "chat/base.ocapn is missing", "lib/base.ocapn",
		"lib/go.mod is missing", "go.mod is missing",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("read (-want +got):\n%s", diff)
	}
}
