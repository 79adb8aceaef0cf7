// Package page shows a conversation in the browser of the person who has it. The page is served on loopback by the program that is in
// the room, and is live: what happens is sent to it over a websocket, and what the person types comes back over the same one.
//
//	p, err := page.New(page.Options{Room: "lobby", URI: uri})
//	if err != nil {
//		return err
//	}
//	defer p.Close()
//	fmt.Println("open", p.Address())
//	p.Show(page.Event{Kind: page.Message, At: time.Now(), Who: ada, Text: "Hello!"})
//	text := <-p.Entered()
//
// # Who can see it
//
// Whoever knows the address, on this machine: it holds 32 random bytes and is good for as long as the program runs. Everything else is
// answered like what does not exist. Requests that name another machine are refused, so that no site can have the page by giving its
// own name this address, and websockets from pages of others are refused too. The address of a page is in the history of the browser;
// what it leads to ends with the program.
//
// # What others can do to it
//
// Names and messages are shown as the text that they are; characters that hide, or that turn the direction of writing, are shown by
// their numbers, and no name or message turns the direction of what stands beside it. An address of the web in a message is a link if it is
// of ASCII and spelled as browsers spell it, so that it is seen where it leads; what is there does not learn where it was followed. That
// names are unlike each other is up to the program. The page loads nothing from anywhere else.
//
// # Limits
//
// [MaxText] bounds a message in either direction, [MaxPages] the number of pages. A page that does not read what happens is dropped when
// [Backlog] events wait for it; it connects again and is told how things stand. What is told then goes back as far as [MaxLines] and
// [MaxHistory] allow.
//
// # Ownership and concurrency
//
// All methods of a Page can be called at any time by any goroutine. Show does not wait for pages.
package page
