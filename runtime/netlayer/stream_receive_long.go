package netlayer

// isLong reports whether the message at r, which has not arrived whole, gets a buffer of its own.
func (in *streamReader) isLong() bool {
	if in.framing == Raw {
		return in.scanned >= longReceived
	}
	arrived := in.w - in.r
	return in.framing == Framed && in.length >= longReceived && arrived >= longReceived &&
		(arrived >= firstStage || in.length <= most(arrived-in.head))
}

// readLong completes the message at r in a buffer of its own.
func (in *streamReader) readLong() ([]byte, error) {
	defer in.hold(0)
	if in.framing == Raw {
		return in.readLongValue()
	}
	return in.readLongFrame()
}

// readLongFrame is readLong for Framed. Its reads end where the message ends.
func (in *streamReader) readLongFrame() ([]byte, error) {
	arrived := in.buf[in.r+in.head : in.w]
	msg := append(longBuffer(in.length, len(arrived)), arrived...)
	in.hold(cap(msg))
	in.detach()
	for len(msg) < in.length {
		if len(msg) == cap(msg) {
			stage := msg
			msg = append(longBuffer(in.length, len(stage)), stage...)
			in.hold(cap(msg))
			putStage(stage)
		}
		n, err := in.readMore(msg[len(msg):cap(msg)])
		msg = msg[:len(msg)+n]
		if err != nil && len(msg) < in.length {
			in.err = err
			putStage(msg)
			return nil, in.endedIn(true)
		}
	}
	in.before += int64(in.head + in.length)
	in.head, in.length = 0, 0
	return msg, nil
}

// readLongValue is readLong for Raw. It reads no more beyond the message than a read buffer has room for.
func (in *streamReader) readLongValue() ([]byte, error) {
	msg := append(make([]byte, 0, 2*(in.w-in.r)), in.buf[in.r:in.w]...)
	in.hold(cap(msg))
	in.detach()
	for {
		if len(msg) == cap(msg) {
			msg = append(make([]byte, 0, 2*len(msg)), msg...)
			in.hold(cap(msg))
		}
		n, err := in.readMore(msg[len(msg):min(cap(msg), len(msg)+maxReadBuffer)])
		msg = msg[:len(msg)+n]
		if n == 0 && err != nil {
			in.err = err
			return nil, in.endedIn(true)
		}
		done, bad := in.scan(msg[len(msg)-n:])
		if bad != nil {
			return nil, bad
		}
		if done {
			end := in.scanned
			in.before += int64(end)
			in.keep(msg[end:])
			in.err, in.scanned = err, 0
			return msg[:end:end], nil
		}
	}
}

// detach empties the read buffer, whose content has moved. A reader of a socket does without one from then on.
func (in *streamReader) detach() {
	in.before += int64(in.r)
	in.r, in.w = 0, 0
	if in.socket != nil {
		readBuffers.Put((*[maxReadBuffer]byte)(in.buf))
		in.buf, in.rest = nil, nil
	}
}

// readMore reads once into p, which is in the buffer of a long message.
func (in *streamReader) readMore(p []byte) (int, error) {
	in.wait()
	n, err := in.src.Read(p)
	in.arrived(n)
	return n, err
}

// keep puts what has arrived behind a long message into the read buffer, which is empty.
func (in *streamReader) keep(data []byte) {
	switch {
	case len(data) == 0:
		return
	case in.socket != nil:
		in.buf = readBuffers.Get().(*[maxReadBuffer]byte)[:]
	case len(data) > len(in.buf):
		in.buf = make([]byte, maxReadBuffer)
	}
	in.w = copy(in.buf, data)
}
