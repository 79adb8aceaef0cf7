package syrup

// sharedText is how long a copy is at the most that several texts are parts of, in octets. A text that is kept holds on to no more.
const sharedText = 64

// shortText is how long a text is at the most that is part of such a copy. So such copies begin at least sharedText-shortText octets from
// one another, and all copies together are at most three times as long as the input.
const shortText = 32

// nearText is how close to the end of one text the next one begins if they are neighbours: the name of a field fits in between.
const nearText = 16

// texts copies short texts that stand close to one another at once, since an allocation costs more than the octets between them. Whether
// the next ones are close is a guess: things repeat.
type texts struct {
	copy    string
	from    int  // where copy begins in the input
	end     int  // of the text that was last returned
	shares  bool // something beside the first text was found in copy
	isNear  bool // the first text in copy was a neighbour of the one before
	distant bool // a text without a neighbour before it has one behind it
	alone   bool // a text with a neighbour before it has none behind it
}

// text returns a copy of content, which was just read and so ends at the present offset.
func (d *Decoder) text(content []byte) string {
	t := &d.texts
	start := d.off - len(content)
	if at := start - t.from; at+len(content) <= len(t.copy) {
		t.end, t.shares = d.off, true
		return t.copy[at : at+len(content)]
	}
	if len(content) == 0 {
		return ""
	}
	return t.next(d.data, start, len(content))
}

// next returns a copy of the n octets at start, and of what follows them if it is likely to be of use.
func (t *texts) next(data []byte, start, n int) string {
	near := t.end > 0 && start-t.end <= nearText
	// What came of the guess before this one?
	switch hit := near || t.shares; {
	case t.end == 0:
	case t.isNear:
		t.alone = !hit
	default:
		t.distant = hit
	}
	t.isNear, t.shares, t.end = near, false, start+n
	rest := len(data) - start
	likely := near && !t.alone || !near && t.distant || rest <= sharedText
	if !likely || n > shortText || rest-n < len(`1"x`) {
		t.copy = ""
		return string(data[start : start+n])
	}
	t.copy, t.from = string(data[start:start+min(rest, sharedText)]), start
	return t.copy[:n]
}
