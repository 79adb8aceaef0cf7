package screen

// wrap breaks one line of visible text into rows of so many columns, between words where that is possible. There is at least one row.
func wrap(text string, limit int) []string {
	limit = max(limit, 2) // the widest character
	var rows []string
	start, end := 0, 0   // of the row in text, with all that is sure to fit
	space := -1          // where the row can be broken
	width, since := 0, 0 // columns of the row, and of what stands behind the space
	for c := range clusters(text) {
		if width+c.columns > limit {
			switch {
			case c.text == " ":
				rows = append(rows, text[start:end])
				start, end = end+1, end+1
				space, width, since = -1, 0, 0
				continue
			case space >= 0:
				rows = append(rows, text[start:space])
				start, width = space+1, since
			default:
				rows = append(rows, text[start:end])
				start, width = end, 0
			}
			space = -1
		}
		if c.text == " " && width > 0 {
			space, since = end, 0
		} else {
			since += c.columns
		}
		end += len(c.text)
		width += c.columns
	}
	return append(rows, text[start:])
}
