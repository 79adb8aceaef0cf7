package main

import (
	"strings"
	"testing"

	"github.com/ocapn-go/ocapn/runtime/captp/captptest"
)

func TestCall(t *testing.T) {
	here, there := captptest.Pair(t)
	ref, err := serve(there)
	if err != nil {
		t.Fatal(err)
	}
	got, err := call(t.Context(), here, ref, "french", "ada")
	if want := "Bonjour, ada!"; got != want || err != nil {
		t.Errorf("call: %q, %v; want %q", got, err, want)
	}
	if _, err := call(t.Context(), here, ref, "latin", "ada"); err == nil || !strings.Contains(err.Error(), "nobody here speaks latin") {
		t.Errorf("call of a desk that is not there: %v", err)
	}
}
