package netlayer

import "sync"

// The buffers in which long messages that arrive in frames wait until so much has arrived that there may be one for the whole message. Each
// stage is claimFactor times what is there before, and some more, so that what is around a content whose length is a power of two does not
// need one stage more.
const (
	stage1 = claimFactor*firstStage + stageSlack
	stage2 = claimFactor*stage1 + stageSlack/2
	stage3 = claimFactor*stage2 + stageSlack/2
)

// The stages that nobody uses. Messages are given away, stages are not.
var (
	stages1 = sync.Pool{New: func() any { return new([stage1]byte) }}
	stages2 = sync.Pool{New: func() any { return new([stage2]byte) }}
	stages3 = sync.Pool{New: func() any { return new([stage3]byte) }}
)

// most returns how many bytes may be held for a long message in a frame of which so much has arrived.
func most(arrived int) int { return claimFactor*arrived + stageSlack }

// longBuffer returns an empty buffer for a message in a frame of which so much has arrived: for the whole of it if that is allowed, or
// else the largest stage that is. The capacity is no more than the length.
func longBuffer(length, arrived int) []byte {
	switch most := most(arrived); {
	case length <= most:
		return make([]byte, 0, length)
	case most >= stage3 && arrived < stage3:
		return stages3.Get().(*[stage3]byte)[:0]
	case most >= stage2 && arrived < stage2:
		return stages2.Get().(*[stage2]byte)[:0]
	case most >= stage1 && arrived < stage1:
		return stages1.Get().(*[stage1]byte)[:0]
	default:
		return make([]byte, 0, min(length, most))
	}
}

// putStage says that a buffer, which may be a stage, is not used any more.
func putStage(buf []byte) {
	switch cap(buf) {
	case stage1:
		stages1.Put((*[stage1]byte)(buf[:stage1]))
	case stage2:
		stages2.Put((*[stage2]byte)(buf[:stage2]))
	case stage3:
		stages3.Put((*[stage3]byte)(buf[:stage3]))
	}
}
