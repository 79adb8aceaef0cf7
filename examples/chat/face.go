package main

// face is where a person, or a program, sees what happens and enters lines. Its methods are called by one goroutine.
type face interface {
	// entered returns the channel of what is entered, which is closed at the end.
	entered() <-chan string
	// show shows what happened to somebody.
	show(e event, who someone)
	// present says who is in the room.
	present(here people)
	// note shows lines that are no event: what a command answers.
	note(lines ...string)
	// bare shows a text that is to be copied, without anything beside it.
	bare(text string)
	// sending shows that a message is on its way, under the number of the event that will say more.
	sending(id int64, text string, who someone)
	// refused shows that a message could not be sent.
	refused(text string, err error)
	// picture shows a picture, and says what it is.
	picture(rows []string, caption string)
}
