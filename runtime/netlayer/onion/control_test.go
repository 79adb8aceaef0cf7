package onion_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/ocapn-go/ocapn/runtime/netlayer/onion"
)

func TestAuthenticationAtTheControlPort(t *testing.T) {
	cookie := filepath.Join(t.TempDir(), `a "cookie"`)
	secret := bytes.Repeat([]byte{7}, 32)
	if err := os.WriteFile(cookie, secret, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name, auth, password string
		opts                 onion.Options
		ok                   bool
	}{
		{"nothing", "METHODS=NULL", "", onion.Options{}, true},
		{"cookie", fmt.Sprintf("METHODS=COOKIE,SAFECOOKIE COOKIEFILE=%q", cookie), string(secret), onion.Options{}, true},
		{"another cookie", fmt.Sprintf("METHODS=COOKIE,SAFECOOKIE COOKIEFILE=%q", cookie), strings.Repeat("x", 32), onion.Options{}, false},
		{"no cookie", fmt.Sprintf("METHODS=COOKIE,SAFECOOKIE COOKIEFILE=%q", cookie+"x"), string(secret), onion.Options{}, false},
		{"password", "METHODS=HASHEDPASSWORD", `pass "word" %s`, onion.Options{ControlPassword: `pass "word" %s`}, true},
		{"another password", "METHODS=HASHEDPASSWORD", "password", onion.Options{ControlPassword: "x"}, false},
		{"no password", "METHODS=HASHEDPASSWORD", "password", onion.Options{}, false},
		{
			"password before a cookie that cannot be read", fmt.Sprintf("METHODS=COOKIE,SAFECOOKIE,HASHEDPASSWORD COOKIEFILE=%q", cookie+"x"),
			"password",
			onion.Options{ControlPassword: "password"},
			true,
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			fake := startFake(t, t.TempDir(), func(f *fakeTor) { f.auth, f.password = test.auth, test.password })
			test.opts.ControlAddr = fake.address()
			nl, err := onion.New(t.Context(), test.opts)
			if err == nil {
				_ = nl.Close()
			}
			if (err == nil) != test.ok {
				t.Errorf("New: %v", err)
			}
			if err != nil && test.opts.ControlPassword != "" && strings.Contains(err.Error(), test.opts.ControlPassword) {
				t.Errorf("the error shows the password: %v", err)
			}
		})
	}
}

// says returns what says the text and no more.
func says(text string) func(net.Conn) {
	return func(c net.Conn) {
		_, _ = io.WriteString(c, text)
		_, _ = io.Copy(io.Discard, c)
	}
}

// endless returns what says the beginning, and then the piece for as long as somebody listens.
func endless(beginning, piece string) func(net.Conn) {
	many := strings.Repeat(piece, 1000)
	return func(c net.Conn) {
		_, err := io.WriteString(c, beginning)
		for err == nil {
			_, err = io.WriteString(c, many)
		}
	}
}

// saysOK says OK every millisecond, for as long as somebody listens.
func saysOK(c net.Conn) {
	for {
		if _, err := io.WriteString(c, "250 OK\r\n"); err != nil {
			return
		}
		<-time.After(time.Millisecond)
	}
}

// asksForCookie returns what a control port says that wants the cookie in the file.
func asksForCookie(file string) string {
	return "250-PROTOCOLINFO 1\r\n250-AUTH METHODS=SAFECOOKIE COOKIEFILE=" + file + "\r\n250 OK\r\n"
}

// TestHostileControlPorts attaches to what is no control port. New ends by itself, or else with its context, and takes no memory on
// their word.
func TestHostileControlPorts(t *testing.T) {
	huge := filepath.Join(t.TempDir(), "huge")
	if err := errors.Join(os.WriteFile(huge, nil, 0o600), os.Truncate(huge, 64<<20)); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name  string
		speak func(net.Conn)
		waits bool // until the context ends
	}{
		{"silence", says(""), true},
		{"end", func(net.Conn) {}, false},
		{"a web server", says("HTTP/1.1 400 Bad Request\r\n\r\n"), false},
		{"no number", says("abc def\r\n"), false},
		{"short", says("25\r\n"), false},
		{"empty lines", endless("", "\r\n"), false},
		{"endless line", endless("", "x"), false},
		{"endless answer", endless("", "250-x\r\n"), false},
		{"endless data", endless("250+x=\r\n", "data\r\n"), false},
		{"endless events", endless("", "650 STATUS_CLIENT NOTICE BOOTSTRAP PROGRESS=1 SUMMARY=\"x\r\n"), false},
		{"half an answer", says("250-PROTOCOLINFO 1\r\n"), true},
		{"OK to all", saysOK, false},
		{"cookie without a name", says(asksForCookie("")), false},
		{"cookie without quotes", says(asksForCookie(`"`)), false},
		{"cookie with a long name", says(asksForCookie(`"` + strings.Repeat("x", 1000<<10) + `"`)), false},
		{"huge cookie", says(asksForCookie(strconv.Quote(huge))), false},
		{"folder for a cookie", says(asksForCookie(strconv.Quote(t.TempDir()))), false},
		{"bad status", says("250-PROTOCOLINFO 1\r\n250-AUTH METHODS=NULL\r\n250 OK\r\n250 OK\r\n250 OK\r\n250-x=NOTICE BOOTSTRAP PROGRESS= \"\r\n250 OK\r\n"), true},
	} {
		t.Run(test.name, func(t *testing.T) {
			fake := startFake(t, t.TempDir(), func(f *fakeTor) {
				f.takeover = func(_ bool, c net.Conn) bool {
					test.speak(c)
					return true
				}
			})
			limit := patience
			if test.waits {
				limit = 200 * time.Millisecond
			}
			ctx, cancel := context.WithTimeout(t.Context(), limit)
			defer cancel()
			allocated, start := allocatedBytes(), time.Now()
			_, err := onion.New(ctx, onion.Options{ControlAddr: fake.address()})
			var failed *onion.StartError
			if !errors.As(err, &failed) || errors.Is(err, context.DeadlineExceeded) != test.waits {
				t.Errorf("New: %.200v, want a *StartError, by the end of the context: %v", err, test.waits)
			}
			if took := time.Since(start); took > limit+patience/4 {
				t.Errorf("New: took %v", took)
			}
			if got := allocatedBytes() - allocated; got > 16<<20 {
				t.Errorf("New: allocated %d KiB", got>>10)
			}
		})
	}
}

// allocatedBytes returns how many bytes the process has allocated so far.
func allocatedBytes() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.TotalAlloc
}

// TestLostControlPort attaches to a tor that ends before the netlayer is ready.
func TestLostControlPort(t *testing.T) {
	for _, command := range []string{"PROTOCOLINFO", "AUTHENTICATE", "SETEVENTS", "GETINFO", "ADD_ONION"} {
		t.Run(command, func(t *testing.T) {
			var fake *fakeTor
			fake = startFake(t, t.TempDir(), func(f *fakeTor) {
				f.answer = func(got string) string {
					if strings.HasPrefix(got, command) {
						fake.close()
					}
					return ""
				}
			})
			if _, err := onion.New(t.Context(), onion.Options{ControlAddr: fake.address()}); !errors.Is(err, onion.ErrGone) {
				t.Errorf("New: %v, want an error that wraps ErrGone", err)
			}
		})
	}
}
