package report

import (
	"runtime/debug"
	"testing"
)

func TestRevisionOf(t *testing.T) {
	revision := debug.BuildSetting{Key: "vcs.revision", Value: "abc"}
	for want, settings := range map[string][]debug.BuildSetting{
		"":     {{Key: "GOOS", Value: "linux"}},
		"abc":  {{Key: "vcs", Value: "git"}, revision, {Key: "vcs.modified", Value: "false"}},
		"abc+": {{Key: "vcs.modified", Value: "true"}, revision},
	} {
		if got := revisionOf(settings); got != want {
			t.Errorf("%v: %q, want %q", settings, got, want)
		}
	}
}
