package mint_test

import (
	"context"
	"errors"
	"sync"
	"testing"

	"github.com/ocapn-go/ocapn/idl/std/mint"
	"github.com/ocapn-go/ocapn/runtime/captp"
	"github.com/ocapn-go/ocapn/runtime/captp/captptest"
)

// money implements mint.MintServer.
type money struct {
	mu sync.Mutex // guards the balances of all purses
}

func (m *money) NewPurse(ctx context.Context, initialBalance uint64) (mint.Purse, error) {
	return mint.NewPurse(captp.VatOf(ctx), &purse{money: m, balance: initialBalance}), nil
}

// purse implements mint.PurseServer.
type purse struct {
	mint.UnimplementedPurse // nobody takes money out but other purses, which look into this one

	money   *money
	balance uint64
}

func (p *purse) GetBalance(context.Context) (uint64, error) {
	p.money.mu.Lock()
	defer p.money.mu.Unlock()
	return p.balance, nil
}

func (p *purse) Sprout(ctx context.Context) (mint.Purse, error) { return p.money.NewPurse(ctx, 0) }

func (p *purse) Deposit(ctx context.Context, amount uint64, source mint.Purse) error {
	source, err := captp.Resolve(ctx, source)
	if err != nil {
		return err
	}
	from, ok := captp.Local[*purse](source)
	if !ok || from.money != p.money {
		return captp.Public(errors.New("this is not our money"))
	}
	p.money.mu.Lock()
	defer p.money.mu.Unlock()
	if from.balance < amount {
		return captp.Public(errors.New("there is not enough"))
	}
	from.balance -= amount
	p.balance += amount
	return nil
}

func TestPayment(t *testing.T) {
	here, there := captptest.Pair(t)
	ctx := t.Context()
	m := captptest.Carry(t, there, here, mint.NewMint(there, &money{}))
	ada := m.E(ctx).NewPurse(100)
	bob := ada.Sprout()
	if _, err := bob.Deposit(30, ada.Cap()).Await(ctx); err != nil { // the purses are made on the way
		t.Errorf("payment: %v", err)
	}
	if _, err := bob.Deposit(71, ada.Cap()).Await(ctx); err == nil {
		t.Error("more was paid than there was")
	}
	other := captptest.Carry(t, there, here, mint.NewMint(there, &money{}))
	if _, err := bob.Deposit(1, other.E(ctx).NewPurse(5).Cap()).Await(ctx); err == nil {
		t.Error("money of another mint was taken")
	}
	for name, purse := range map[string]mint.PurseE{"ada": ada, "bob": bob} {
		want := map[string]uint64{"ada": 70, "bob": 30}[name]
		if got, err := purse.GetBalance().Await(ctx); got != want || err != nil {
			t.Errorf("balance of %s: %d, %v; want %d", name, got, err, want)
		}
	}
}
