package runtime_test

import (
	"go/ast"
	"strings"
	"testing"
)

// wallClock has what looks at the time of day, or makes a time that has nothing else: of package time, and of its type Time. Differences
// of two results of time.Now, and timers, are measured by a clock that nobody sets.
var wallClock = map[string]bool{
	"time.Date": true, "time.Unix": true, "time.UnixMilli": true, "time.UnixMicro": true, "time.Parse": true, "time.ParseInLocation": true,

	"AddDate": true, "Clock": true, "In": true, "ISOWeek": true, "Local": true, "Round": true, "Truncate": true, "UTC": true, "Unix": true,
	"UnixMicro": true, "UnixMilli": true, "UnixNano": true, "Weekday": true, "YearDay": true,
}

// readsTheClock lists what may do so all the same, and why.
var readsTheClock = map[string]string{
	"runtime/netlayer/tls/identity.go: time.Date":      "a certificate has to say from when to when it holds; it holds always",
	"runtime/netlayer/stream.go: time.Unix":            past,
	"runtime/netlayer/internal/tcp/dial.go: time.Unix": past,
	"runtime/netlayer/tls/records.go: time.Unix":       past,
	"runtime/netlayer/noise/stream.go: time.Unix":      past,
	"runtime/netlayer/onion/socks.go: time.Unix":       past,
	"runtime/captp/dump.go: UTC":                       "it is shown to people",
}

const past = "a deadline that is past by any clock"

// TestNothingDependsOnTheTimeOfDay keeps out of the runtime what a wrong clock, or one that is set meanwhile, could make go wrong.
func TestNothingDependsOnTheTimeOfDay(t *testing.T) {
	found := make(map[string]bool)
	for _, s := range load(t).sources {
		if s.isTest() || !strings.HasPrefix(s.dir, "runtime/") || strings.HasSuffix(s.dir, "test") { // the folders of test kits
			continue
		}
		ast.Inspect(s.syntax, func(n ast.Node) bool {
			selector, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			name := selector.Sel.Name
			if pkg, ok := selector.X.(*ast.Ident); ok && pkg.Name == "time" {
				name = "time." + name
			}
			if wallClock[name] {
				found[s.name+": "+name] = true
			}
			return true
		})
	}
	for use := range found {
		if readsTheClock[use] == "" {
			t.Errorf("%s: what it does must not depend on the time of day", use)
		}
	}
	for use := range readsTheClock {
		if !found[use] {
			t.Errorf("%s: it is listed, but does not do so", use)
		}
	}
}
