// Package screen is the screen of a conversation in a terminal: what was said, who is there, and a line in which a person types at the
// bottom of it. It is a function of what goes in: it has no terminal, no goroutine and no clock.
//
//	s := screen.New("ada", []string{"/help"})
//	s.Add(screen.Line{At: time.Now(), Who: "bob", Text: "Hello!"})  // from here and there
//	actions := s.Press(input)                                       // bytes of a terminal in raw mode
//	fmt.Print(terminal.Draw(s.Frame()))                             // bytes for the terminal
//
// [Screen] is what there is to be seen and typed, [Frame] what that looks like on a terminal of some size, and [Terminal] knows which bytes
// lead from one frame to the next. Frames as text are the golden files of the tests.
//
// # Text of others
//
// Names and messages may come from anybody. [Visible] makes of them what is safe to show: nothing in it moves a cursor, changes the
// direction of writing, or takes no place; nothing is left out without a sign. All text is made visible here, so callers pass on what they
// were sent. A message of several lines has the same margin in all of them, so none of them passes for a line of somebody else.
//
// # Width
//
// What a person takes for one character is one when the cursor moves, and takes the columns that Unicode says, which is two for Chinese
// characters and pictures. Where terminals do not agree, as about pictures that are joined to one, the cursor is set anew behind the
// character: it may look odd, but what follows stands where it should.
//
// # Limits
//
// 2,000 lines are kept, or 1 MiB of text. Of a message, 8 KiB are shown. A person can type 16 KiB, and 500 lines of what she typed are
// remembered while the program runs.
package screen
