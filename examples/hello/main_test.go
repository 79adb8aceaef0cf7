package main

import (
	"strings"
	"testing"

	"github.com/ocapn-go/ocapn/runtime/captp/captptest"
)

func TestHotel(t *testing.T) {
	here, there := captptest.Pair(t)
	hotel := captptest.Carry(t, there, here, NewHotel(there, hotel{there})).E(t.Context())
	got, err := hotel.Desk("french").Greet("ada").Await(t.Context())
	if want := "Bonjour, ada!"; got != want || err != nil {
		t.Errorf("greeted with %q, %v; want %q", got, err, want)
	}
	_, err = hotel.Desk("latin").Greet("ada").Await(t.Context())
	if err == nil || !strings.Contains(err.Error(), "nobody here speaks latin") {
		t.Errorf("a desk that is not there: %v", err)
	}
}
