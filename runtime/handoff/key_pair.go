package handoff

import (
	"crypto/ed25519"
	"fmt"
	"io"
)

// A KeyPair signs on behalf of one side of one session, and lives no longer than that session. It is a value that does
// not change and may be used by several goroutines at once. Its zero value holds no key, and its signatures verify under
// none.
//
// The secret half cannot be read back, and nothing that prints values shows it.
//
// Spec: CapTP#cryptography.
type KeyPair struct {
	public PublicKey
	// private returns the secret half, from where printers that walk values by reflection cannot follow.
	private func() ed25519.PrivateKey
}

// GenerateKeyPair returns a key pair from 32 bytes of r, which must be a source of secrets: [crypto/rand.Reader] in
// programs. It blocks as r does, and returns the error of r.
func GenerateKeyPair(r io.Reader) (KeyPair, error) {
	var seed [ed25519.SeedSize]byte
	if _, err := io.ReadFull(r, seed[:]); err != nil {
		return KeyPair{}, fmt.Errorf("handoff: generating a key pair: %w", err)
	}
	return KeyPairFromSeed(seed), nil
}

// KeyPairFromSeed returns the key pair of the seed, which is the private key of RFC 8032.
func KeyPairFromSeed(seed [ed25519.SeedSize]byte) KeyPair {
	private := ed25519.NewKeyFromSeed(seed[:])
	return KeyPair{
		public:  PublicKey(private[ed25519.SeedSize:]),
		private: func() ed25519.PrivateKey { return private },
	}
}

// Public returns the public half.
func (p KeyPair) Public() PublicKey { return p.public }

// IsZero reports whether p holds no key.
func (p KeyPair) IsZero() bool { return p.private == nil }

// Sign returns the Ed25519 signature of msg, which is not hashed before.
//
// Spec: CapTP#signature.
func (p KeyPair) Sign(msg []byte) Signature {
	if p.IsZero() {
		return Signature{}
	}
	return Signature(ed25519.Sign(p.private(), msg))
}

// String returns the public half, in hexadecimal, and says that it is of a key pair.
func (p KeyPair) String() string { return "key pair of " + p.public.String() }

// Format writes what String returns, whatever the verb.
func (p KeyPair) Format(f fmt.State, _ rune) { io.WriteString(f, p.String()) }
