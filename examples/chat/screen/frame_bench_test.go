package screen

import (
	"strings"
	"testing"
)

// BenchmarkFlood shows each message of a flood of them, on a terminal of 200 columns and 60 rows with a long history.
func BenchmarkFlood(b *testing.B) {
	for name, text := range map[string]string{"ASCII": strings.Repeat("word ", 30), "wide": strings.Repeat("你好 👩‍💻 ", 12)} {
		b.Run(name, func(b *testing.B) {
			s := room()
			s.Resize(200, 60)
			var terminal Terminal
			for range maxLines {
				s.Add(Line{At: at(12, 0), Who: "bob", Color: 1, Text: text})
			}
			for b.Loop() {
				s.Add(Line{At: at(12, 0), Who: "bob", Color: 1, Text: text})
				terminal.Draw(s.Frame())
			}
		})
	}
}

// BenchmarkFloodAbove is a flood while the person reads what was said long before.
func BenchmarkFloodAbove(b *testing.B) {
	s := room()
	s.Resize(200, 60)
	line := Line{At: at(12, 0), Who: "bob", Color: 1, Text: strings.Repeat("word ", 60)}
	for range maxLines {
		s.Add(line)
	}
	s.scroll(1 << 20)
	for b.Loop() {
		s.Add(line)
	}
}
