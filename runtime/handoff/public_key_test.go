package handoff_test

import (
	"crypto/ed25519"
	"errors"
	"math/big"
	"strings"
	"testing"

	"github.com/ocapn-go/ocapn/runtime/handoff"
)

var seedA, seedB = [32]byte{1: 1}, [32]byte{1: 2}

func TestDecodePublicKeyRefuses(t *testing.T) {
	key := handoff.KeyPairFromSeed(seedA).Public()
	form := string(key.AppendSyrup(nil))
	if len(form) != 96 {
		t.Fatalf("the form has %d bytes, want 96", len(form))
	}
	replace := func(old, new string) string {
		if !strings.Contains(form, old) {
			t.Fatalf("%q is no part of the form", old)
		}
		return strings.Replace(form, old, new, 1)
	}
	tests := []struct {
		name, input string
		form        bool // the error is about the form, and not about syntax
	}{
		{"nothing", "", false},
		{"cut off", form[:95], false},
		{"something after it", form + "f", false},
		{"the bytes alone", "32:" + string(key[:]), true},
		{"a string", `10"public-key`, true},
		{"other label", replace("10'public-key", "10'PUBLIC-KEY"), true},
		{"label a string", replace("10'public-key", `10"public-key`), true},
		{"other curve", replace("7'Ed25519", "7'Ed25518"), true},
		{"other flags", replace("5'eddsa", "5'ecdsa"), true},
		{"key cut off", replace("[1'q32:", "[1'q0:]"), false},
		{"leading zero", replace("[1'q32:", "[1'q032:"), true},
		{"fields in another order", replace("[5'curve7'Ed25519][5'flags5'eddsa]", "[5'flags5'eddsa][5'curve7'Ed25519]"), true},
		{"one item more", form[:95] + "f]", true},
		{"a signature", string(handoff.Signature{}.AppendSyrup(nil)), true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			k, err := decode([]byte(test.input), handoff.DecodePublicKey)
			if err == nil {
				t.Fatalf("decoded as %v", k)
			}
			var wrong *handoff.FormError
			if got := errors.As(err, &wrong); got != test.form {
				t.Errorf("error %v about the form: %t, want %t", err, got, test.form)
			}
		})
	}
}

// TestKeysOfSmallOrder computes every encoding of every point of small order, and expects each to be refused.
func TestKeysOfSmallOrder(t *testing.T) {
	points := torsionPoints(t)
	if len(points) != 8 {
		t.Fatalf("found %d points whose order divides 8, want 8", len(points))
	}
	encodings := 0
	for _, p := range points {
		for _, y := range []*big.Int{p.y, new(big.Int).Add(p.y, prime)} {
			if y.BitLen() > 255 {
				continue
			}
			// A point with x = 0 has a second spelling, with the sign of -0.
			for _, sign := range []byte{0, 1} {
				encodings++
				checkRefused(t, encode(y, sign))
			}
		}
	}
	if encodings < 14 { // the spellings that RFC 8032 and its readers know of
		t.Errorf("only %d encodings", encodings)
	}
}

// TestKeysBeyondTheField checks the encodings of coordinates that are not reduced.
func TestKeysBeyondTheField(t *testing.T) {
	for i := range int64(19) {
		for _, sign := range []byte{0, 1} {
			checkRefused(t, encode(new(big.Int).Add(prime, big.NewInt(i)), sign))
		}
	}
	// The largest coordinate that is reduced, beside that of the point of order 2, is no small order.
	k := encode(new(big.Int).Sub(prime, big.NewInt(2)), 0)
	if _, err := decode(k.AppendSyrup(nil), handoff.DecodePublicKey); err != nil {
		t.Errorf("%v: %v", k, err)
	}
}

// TestOneSignatureForEveryMessage shows what small order would allow.
func TestOneSignatureForEveryMessage(t *testing.T) {
	neutral := handoff.PublicKey{1}
	sig := handoff.Signature{1}
	for _, msg := range []string{"", "one message", "and another"} {
		if !ed25519.Verify(neutral[:], []byte(msg), sig[:]) {
			t.Errorf("%q: crypto/ed25519 refuses the neutral key by itself", msg)
		}
		if neutral.Verify([]byte(msg), sig) {
			t.Errorf("%q: verified under the neutral key", msg)
		}
	}
}

func TestZeroValuesVerifyNothing(t *testing.T) {
	pair := handoff.KeyPairFromSeed(seedA)
	msg := []byte("message")
	var zero handoff.KeyPair
	switch {
	case !zero.IsZero() || pair.IsZero():
		t.Error("only the zero key pair is zero")
	case zero.Public().Verify(msg, zero.Sign(msg)), pair.Public().Verify(msg, zero.Sign(msg)), zero.Public().Verify(msg, pair.Sign(msg)):
		t.Error("a zero value verifies")
	}
}

func checkRefused(tb testing.TB, k handoff.PublicKey) {
	tb.Helper()
	decoded, err := decode(k.AppendSyrup(nil), handoff.DecodePublicKey)
	var wrong *handoff.FormError
	if !errors.As(err, &wrong) || decoded != (handoff.PublicKey{}) {
		tb.Errorf("%v: decoded with error %v", k, err)
	}
	if k.Verify([]byte("message"), handoff.Signature{1}) {
		tb.Errorf("%v: verifies", k)
	}
}

// Edwards25519 in affine coordinates, slow and plain: the curve -x^2 + y^2 = 1 + d x^2 y^2 over the field of 2^255 - 19.
var (
	prime  = new(big.Int).Sub(new(big.Int).Lsh(big.NewInt(1), 255), big.NewInt(19))
	curveD = mul(big.NewInt(-121665), new(big.Int).ModInverse(big.NewInt(121666), prime))
	// groupOrder is the order of the large subgroup.
	groupOrder, _ = new(big.Int).SetString("7237005577332262213973186563042994240857116359379907606001950938285454250989", 10)
)

type point struct{ x, y *big.Int }

func mul(a, b *big.Int) *big.Int {
	product := new(big.Int).Mul(a, b)
	return product.Mod(product, prime)
}

func (p point) add(q point) point {
	one := big.NewInt(1)
	t := mul(curveD, mul(mul(p.x, q.x), mul(p.y, q.y)))
	x := mul(new(big.Int).Add(mul(p.x, q.y), mul(p.y, q.x)), new(big.Int).ModInverse(new(big.Int).Add(one, t), prime))
	down := new(big.Int).Mod(new(big.Int).Sub(one, t), prime)
	y := mul(new(big.Int).Add(mul(p.y, q.y), mul(p.x, q.x)), new(big.Int).ModInverse(down, prime))
	return point{x, y}
}

func (p point) times(n *big.Int) point {
	sum := point{big.NewInt(0), big.NewInt(1)}
	for i := n.BitLen() - 1; i >= 0; i-- {
		sum = sum.add(sum)
		if n.Bit(i) == 1 {
			sum = sum.add(p)
		}
	}
	return sum
}

// pointsAt returns the points with the coordinate y.
func pointsAt(y *big.Int) []point {
	one := big.NewInt(1)
	yy := mul(y, y)
	xx := mul(new(big.Int).Sub(yy, one), new(big.Int).ModInverse(new(big.Int).Add(mul(curveD, yy), one), prime))
	x := new(big.Int).ModSqrt(xx, prime)
	if x == nil {
		return nil
	}
	return []point{{x, y}, {new(big.Int).Mod(new(big.Int).Neg(x), prime), y}}
}

// torsionPoints returns the points whose order divides 8: what is left of any point after it is multiplied by the order
// of the large subgroup.
func torsionPoints(tb testing.TB) map[string]point {
	tb.Helper()
	found := map[string]point{}
	for y := int64(2); y < 100 && len(found) < 8; y++ {
		for _, p := range pointsAt(big.NewInt(y)) {
			left := p.times(groupOrder)
			found[left.x.String()+","+left.y.String()] = left
			if eight := left.times(big.NewInt(8)); eight.x.Sign() != 0 || eight.y.Cmp(big.NewInt(1)) != 0 {
				tb.Fatalf("8 times the point at %v is not neutral", left.y)
			}
		}
	}
	return found
}

// encode returns the coordinate as a key, with a bit for the sign of the other coordinate.
func encode(y *big.Int, sign byte) handoff.PublicKey {
	var k handoff.PublicKey
	y.FillBytes(k[:])
	for i := range len(k) / 2 {
		k[i], k[len(k)-1-i] = k[len(k)-1-i], k[i]
	}
	k[31] |= sign << 7
	return k
}
