package main

import (
	"context"
	"slices"
	"sync"

	"github.com/ocapn-go/ocapn/examples/chat/chatcap"
)

// gathering is a set of users. It is ready for use, and may be used by several goroutines.
type gathering struct {
	mu    sync.Mutex
	users []chatcap.User
}

func (g *gathering) add(who chatcap.User) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.users = append(g.users, who)
}

func (g *gathering) remove(who chatcap.User) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.users = slices.DeleteFunc(g.users, func(u chatcap.User) bool { return u == who })
}

// settle waits until the programs of the users have dealt with what this one has answered, for parting at the most. Each is asked
// something, and deals with what came before the question first. Endo's peers drop an answer when the end of the session is right behind
// it: what the last message says would be lost on them.
func (g *gathering) settle(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, parting)
	defer cancel()
	g.mu.Lock()
	users := slices.Clone(g.users)
	g.mu.Unlock()
	var asked sync.WaitGroup
	for _, who := range users {
		asked.Go(func() { _, _ = who.SelfProposedName(ctx) }) // whoever cannot be asked cannot be answered either
	}
	asked.Wait()
}
