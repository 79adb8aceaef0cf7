package handoff_test

import (
	"testing"

	"github.com/ocapn-go/ocapn/runtime/handoff"
)

func BenchmarkDecodePublicKey(b *testing.B) {
	form := handoff.KeyPairFromSeed(seedA).Public().AppendSyrup(nil)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := decode(form, handoff.DecodePublicKey); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkVerifyLocation(b *testing.B) {
	keys := handoff.KeyPairFromSeed(seedA)
	sig := handoff.SignLocation(keys, []byte(location))
	b.ReportAllocs()
	for b.Loop() {
		if !handoff.VerifyLocation(keys.Public(), []byte(location), sig) {
			b.Fatal("does not hold")
		}
	}
}

func BenchmarkSignLocation(b *testing.B) {
	keys := handoff.KeyPairFromSeed(seedA)
	b.ReportAllocs()
	for b.Loop() {
		handoff.SignLocation(keys, []byte(location))
	}
}

func BenchmarkParseReceive(b *testing.B) {
	raw := newScene(b).signedReceive(0).AppendSyrup(nil)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := handoff.ParseReceive(raw); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkVerifyReceive makes all the checks, two signatures among them, of which the last fails.
func BenchmarkVerifyReceive(b *testing.B) {
	s := newScene(b)
	receive, e := s.signedReceive(0), s.exporter()
	s.withdrawal(b, 0)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := e.Verify(receive); err == nil {
			b.Fatal("verified twice")
		}
	}
}

func BenchmarkGiftID(b *testing.B) {
	keys := handoff.KeyPairFromSeed(seedA)
	n := uint64(0)
	b.ReportAllocs()
	for b.Loop() {
		keys.GiftID(n)
		n++
	}
}

// BenchmarkDepositWithdraw puts a gift into a table of 1000 others and takes it out.
func BenchmarkDepositWithdraw(b *testing.B) {
	s := newScene(b)
	gifts := handoff.NewGifts[int, int](2000, 2000, 2000)
	for n := range 1000 {
		if _, _, err := gifts.Deposit(s.gifterSession(), s.gifterWithExporter.GiftID(uint64(n)), n); err != nil {
			b.Fatal(err)
		}
	}
	right, session := s.withdrawal(b, 0), s.gifterSession()
	b.ReportAllocs()
	for b.Loop() {
		if _, _, err := gifts.Deposit(session, s.giftID, 0); err != nil {
			b.Fatal(err)
		}
		if _, found, _ := gifts.Withdraw(right, 0); !found {
			b.Fatal("not found")
		}
	}
}
