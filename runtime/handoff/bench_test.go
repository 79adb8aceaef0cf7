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
