package page

import (
	"fmt"
	"strings"
	"time"
)

func Example() {
	p, err := New(Options{Room: "lobby"})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer p.Close()
	ada := Person{ID: 1, Name: "ada", Color: 3}
	p.Show(Event{Kind: Joined, At: time.Now(), Who: ada})
	p.Show(Event{Kind: Message, At: time.Now(), Who: ada, Text: "Hello!"})
	fmt.Println(strings.HasPrefix(p.Address(), "http://127.0.0.1:"))
	// Output: true
}
