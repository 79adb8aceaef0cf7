package delay

import (
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// alarm waits until a time, to a few microseconds. A sleep in a process that is otherwise idle ends up to a millisecond late, since that is
// the unit in which the runtime waits for timers and the network together; this is a timer of the system, which wakes like the network.
type alarm struct {
	file *os.File // nil if there is none to be had
}

func newAlarm() alarm {
	fd, err := unix.TimerfdCreate(unix.CLOCK_MONOTONIC, unix.TFD_NONBLOCK|unix.TFD_CLOEXEC)
	if err != nil {
		return alarm{}
	}
	return alarm{os.NewFile(uintptr(fd), "timer")}
}

func (a alarm) wait(due time.Time) {
	left := time.Until(due)
	if left <= 0 {
		return
	}
	if a.file == nil || a.set(left) != nil {
		time.Sleep(left)
		return
	}
	var ticks [8]byte
	if _, err := a.file.Read(ticks[:]); err != nil {
		time.Sleep(time.Until(due))
	}
}

func (a alarm) set(d time.Duration) error {
	raw, err := a.file.SyscallConn()
	if err != nil {
		return err
	}
	var failed error
	err = raw.Control(func(fd uintptr) {
		failed = unix.TimerfdSettime(int(fd), 0, &unix.ItimerSpec{Value: unix.NsecToTimespec(d.Nanoseconds())}, nil)
	})
	if err != nil {
		return err
	}
	return failed
}

func (a alarm) close() {
	if a.file != nil {
		_ = a.file.Close()
	}
}
