package main

import (
	"errors"
	"os"
	"runtime"
	"runtime/pprof"
)

// profiles are the files that go tool pprof reads afterwards. An empty name is one that is not wanted.
type profiles struct {
	cpu    string // where time went
	memory string // what was allocated since the start, and what is in use at the end
}

// during runs the work while it is profiled. What the profiles show is of both ends, and of everything that is run, with what warms up.
func (p profiles) during(work func() error) error {
	if p.cpu == "" {
		return errors.Join(work(), p.writeMemory())
	}
	f, err := os.Create(p.cpu)
	if err != nil {
		return err
	}
	if err := pprof.StartCPUProfile(f); err != nil {
		return errors.Join(err, f.Close())
	}
	err = work()
	pprof.StopCPUProfile()
	return errors.Join(err, f.Close(), p.writeMemory())
}

func (p profiles) writeMemory() error {
	if p.memory == "" {
		return nil
	}
	f, err := os.Create(p.memory)
	if err != nil {
		return err
	}
	runtime.GC() // the profile is of what was there at the last one
	return errors.Join(pprof.Lookup("allocs").WriteTo(f, 0), f.Close())
}
