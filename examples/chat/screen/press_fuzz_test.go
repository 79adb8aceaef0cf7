package screen

import "testing"

// FuzzPress presses any keys on terminals of any size, and checks that what is shown fits.
func FuzzPress(f *testing.F) {
	f.Add([]byte("hello\x1b[D\x1b[200~a\rb\x1b[201~\r\x1b[A\x1b[5~\t\x1b"), uint8(30), uint8(8))
	f.Add([]byte("你好👩‍💻\u0301\x17\x19\x19\x1b[H\x1b\r\x1b[A"), uint8(1), uint8(1))
	f.Fuzz(func(t *testing.T, input []byte, width, height uint8) {
		s := room()
		s.Resize(int(width), int(height))
		s.Press(input)
		s.PressAlone()
		frame := s.Frame()
		if len(frame.rows) != s.rows || frame.row < 0 || frame.row >= s.rows || frame.column < 0 || frame.column >= s.columns {
			t.Errorf("%d rows, the cursor at %d, %d, on a terminal of %d rows and %d columns", len(frame.rows), frame.row, frame.column, s.rows, s.columns)
		}
		for i, row := range frame.rows {
			if got := columns(row); got > s.columns {
				t.Errorf("row %d has %d columns on a terminal of %d: %q", i, got, s.columns, plain(row))
			}
		}
		if got := len(s.editor.text()); got > MaxInput {
			t.Errorf("%d bytes are typed", got)
		}
	})
}
