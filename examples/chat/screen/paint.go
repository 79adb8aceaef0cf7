package screen

import (
	"fmt"
	"slices"
	"strings"
)

// Frame returns what the terminal is to show now.
func (s *Screen) Frame() Frame {
	if s.picture != nil {
		return s.pictureFrame()
	}
	input, row, column := s.inputRows()
	f := Frame{column: min(column, s.columns-1)}
	header, rule := s.chrome(len(input))
	if header {
		f.rows = append(f.rows, s.titleRow())
	}
	f.rows = append(f.rows, s.conversation(s.height(len(input)))...)
	if rule {
		f.rows = append(f.rows, s.ruleRow())
	}
	f.row = len(f.rows) + row
	f.rows = append(f.rows, input...)
	for i, row := range f.rows {
		f.rows[i] = clip(row, s.columns)
	}
	return f
}

// chrome says whether there is room for a title above the conversation, and for a rule below it.
func (s *Screen) chrome(input int) (header, rule bool) {
	return s.rows-input >= 6, s.rows-input >= 3
}

// height returns how many rows there are for the conversation.
func (s *Screen) height(input int) int {
	header, rule := s.chrome(input)
	h := s.rows - input
	for _, there := range []bool{header, rule} {
		if there {
			h--
		}
	}
	return max(h, 0)
}

// layout returns where things stand in the conversation.
func (s *Screen) layout() layout { return newLayout(s.columns, s.names) }

// conversation returns the rows of the conversation that are shown, which has so many of them.
func (s *Screen) conversation(height int) [][]span {
	rows := s.lastRows(height + s.newer)
	s.newer = min(s.newer, max(0, len(rows)-height))
	end := len(rows) - s.newer
	rows = rows[max(0, end-height):end]
	return slices.Concat(make([][]span, height-len(rows)), rows)
}

// lastRows returns the last rows of the conversation, at least n of them unless there are fewer.
func (s *Screen) lastRows(n int) [][]span {
	l := s.layout()
	var last [][][]span // of each line, the last one first
	have := 0
	for _, p := range slices.Backward(s.pending) {
		last = append(last, l.rows(p.line))
		have += len(last[len(last)-1])
	}
	for i := len(s.lines) - 1; i >= 0 && have < n; i-- {
		last = append(last, l.rows(s.lines[i]))
		have += len(last[len(last)-1])
	}
	slices.Reverse(last)
	return slices.Concat(last...)
}

// Last returns the last rows of the conversation as text, as many as there is room for.
func (s *Screen) Last() []string {
	height := s.height(1)
	rows := s.lastRows(height)
	rows = rows[max(0, len(rows)-height):]
	last := make([]string, len(rows))
	for i, row := range rows {
		last[i] = strings.TrimRight(plain(clip(row, s.columns)), " ")
	}
	return last
}

// mostNewer returns how many rows can be below those that are shown.
func (s *Screen) mostNewer() int {
	input, _, _ := s.inputRows()
	height := s.height(len(input))
	return max(0, len(s.lastRows(1<<30))-height)
}

// page returns by how many rows a key moves the conversation.
func (s *Screen) page() int {
	input, _, _ := s.inputRows()
	return max(1, s.height(len(input))-1)
}

// scroll moves the conversation up or down by so many rows. It reports whether it moved.
func (s *Screen) scroll(rows int) bool {
	was := s.newer
	s.newer = max(0, min(s.newer+rows, s.mostNewer()))
	return s.newer != was
}

// titleRow says which room it is, and who is there.
func (s *Screen) titleRow() []span {
	bar := style{reverse: true}
	count := fmt.Sprintf(" %d here ", len(s.people))
	title := " " + Cut(Visible(s.title), max(s.columns/3, 8)) + "  "
	names := make([]string, len(s.people))
	for i, p := range s.people {
		names[i] = Visible(p.Name)
	}
	who := Cut(strings.Join(names, ", "), max(s.columns-Width(title)-Width(count), 0))
	space := strings.Repeat(" ", max(s.columns-Width(title)-Width(who)-Width(count), 0))
	return []span{{title, style{reverse: true, bold: true}}, {who + space, bar}, {count, bar}}
}

// ruleRow stands between the conversation and what is typed, and says what else there is to say.
func (s *Screen) ruleRow() []span {
	line := style{faint: true}
	var text string
	switch {
	case s.newer > 0:
		text = fmt.Sprintf(" %d more below: PgDn ", s.newer)
	case s.status != "":
		text = " " + Visible(s.status) + " "
	default:
		return []span{{strings.Repeat("─", s.columns), line}}
	}
	text = Cut(text, max(s.columns-4, 0))
	return []span{{"──", line}, {text, style{bold: true}}, {strings.Repeat("─", max(s.columns-2-Width(text), 0)), line}}
}

// inputRows returns the rows of what is typed, at most a third of the terminal, and where in them the cursor is.
func (s *Screen) inputRows() (rows [][]span, row, column int) {
	prompt := Cut(Visible(s.name), min(MaxName, s.columns/4)) + "> "
	if s.columns < 20 {
		prompt = ""
	}
	indent := Width(prompt)
	limit := max(s.columns-indent, 2)
	texts := []string{""}
	width := 0
	put := func(characters []string) {
		for _, character := range characters {
			if character == "\n" {
				texts, width = append(texts, ""), 0
				continue
			}
			for c := range clusters(Visible(character)) {
				if width+c.columns > limit {
					texts, width = append(texts, ""), 0
				}
				texts[len(texts)-1] += c.text
				width += c.columns
			}
		}
	}
	put(s.editor.before)
	if width == limit { // the cursor stands where the next character will
		texts, width = append(texts, ""), 0
	}
	row, column = len(texts)-1, indent+width
	put(s.editor.after)

	most := max(s.rows/3, 1)
	from := max(0, min(row-most/2, len(texts)-most))
	texts = texts[from:min(from+most, len(texts))]
	for i, text := range texts {
		head := span{strings.Repeat(" ", indent), style{}}
		if i+from == 0 {
			head = span{prompt, style{bold: true}}
		}
		rows = append(rows, []span{head, {text, style{}}})
	}
	if s.editor.text() == "" {
		rows[0][1] = span{"type a message, or /help", style{faint: true}}
	}
	return rows, row - from, column
}

// pictureFrame shows the picture in the middle, with some light around it, or says how large the terminal has to be for that.
func (s *Screen) pictureFrame() Frame {
	rows, caption := s.picture[:len(s.picture)-1], s.picture[len(s.picture)-1]
	width := Width(rows[0])
	if width > s.columns || len(rows) > s.rows {
		text := fmt.Sprintf("The picture needs %d columns and %d rows; there are %d and %d.", width, len(rows), s.columns, s.rows)
		f := Frame{}
		for _, row := range wrap(text, s.columns) {
			f.rows = append(f.rows, []span{{row, style{}}})
		}
		f.rows = append(f.rows[:min(len(f.rows), s.rows)], make([][]span, max(0, s.rows-len(f.rows)))...)
		return f
	}
	captions := wrap(Visible(caption), s.columns)
	if len(captions) > s.rows-len(rows) {
		captions = nil
	}
	side := strings.Repeat(" ", min(2, (s.columns-width)/2))
	if len(rows)+2+len(captions) <= s.rows {
		blank := strings.Repeat(" ", width)
		rows = slices.Concat([]string{blank}, rows, []string{blank})
	}
	left := strings.Repeat(" ", (s.columns-width)/2-len(side))
	f := Frame{rows: make([][]span, s.rows), row: s.rows - 1}
	top := (s.rows - len(rows) - len(captions)) / 2
	for i, row := range rows {
		f.rows[top+i] = []span{{left, style{}}, {side + row + side, style{picture: true}}}
	}
	for i, row := range captions {
		f.rows[top+len(rows)+i] = []span{{row, style{}}}
	}
	return f
}
