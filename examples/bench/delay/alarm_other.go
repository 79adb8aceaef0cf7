//go:build !linux

package delay

import "time"

// alarm waits until a time.
type alarm struct{}

func newAlarm() alarm { return alarm{} }

func (alarm) wait(due time.Time) { time.Sleep(time.Until(due)) }

func (alarm) close() {}
