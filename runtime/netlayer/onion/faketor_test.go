package onion_test

import (
	"bufio"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/cretz/bine/torutil"
	tor25519 "github.com/cretz/bine/torutil/ed25519"
)

// fakeTor is what a netlayer sees of a tor: a control port that knows the commands it is sent, and a SOCKS port that connects to the
// services of all fakes with the same folder. It is of this process, or is a process, the test binary itself.
type fakeTor struct {
	// Immutable after start.
	folder   string // a file for each service, with what to connect to
	control  net.Listener
	socks    net.Listener
	auth     string                                      // the line that says how to authenticate
	password string                                      // what to authenticate with; the cookie, if it says so
	steps    []string                                    // bootstrap phases, of which the last is the one to stay in
	answer   func(command string) string                 // in place of the usual answer, unless ""
	reply    func(name string) byte                      // the SOCKS reply in place of connecting, unless 0
	takeover func(socks bool, c net.Conn) (handled bool) // of a conn, in place of everything

	conversations sync.WaitGroup // those on the control port

	mu sync.Mutex
	// Guarded by mu.
	conns  map[net.Conn]bool
	closed bool
	owned  bool
}

var doneSteps = []string{`NOTICE BOOTSTRAP PROGRESS=100 TAG=done SUMMARY="Done"`}

// startFake starts a fake in this process, which ends with the test.
func startFake(t testing.TB, folder string, change func(*fakeTor)) *fakeTor {
	t.Helper()
	f := newFake(folder)
	if change != nil {
		change(f)
	}
	if err := f.run("127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		f.close()
		f.conversations.Wait() // they withdraw their services from the folder
	})
	return f
}

// exampleTor starts a fake for an example.
func exampleTor(folder string) *fakeTor {
	f := newFake(folder)
	if err := f.run("127.0.0.1:0"); err != nil {
		panic(err)
	}
	return f
}

// run opens the ports, that of control at the address, and serves them until close.
func (f *fakeTor) run(address string) error {
	if err := f.listen(address); err != nil {
		return err
	}
	go f.serve(f.control, f.converse)
	go f.serve(f.socks, f.connect)
	return nil
}

// listen opens the ports, that of control at the address.
func (f *fakeTor) listen(address string) (err error) {
	if f.control, err = net.Listen("tcp", address); err != nil {
		return err
	}
	f.socks, err = net.Listen("tcp", "127.0.0.1:0")
	return err
}

func newFake(folder string) *fakeTor {
	return &fakeTor{folder: folder, auth: "METHODS=NULL", steps: doneSteps, conns: map[net.Conn]bool{}}
}

// address is where the control port is.
func (f *fakeTor) address() string { return f.control.Addr().String() }

// close ends the fake and all that goes through it, as when tor is killed.
func (f *fakeTor) close() {
	_, _ = f.control.Close(), f.socks.Close()
	f.mu.Lock()
	defer f.mu.Unlock()
	f.closed = true
	for c := range f.conns {
		_ = c.Close()
	}
}

// serve hands the conns of the listener to handle.
func (f *fakeTor) serve(l net.Listener, handle func(net.Conn)) {
	for {
		c, err := l.Accept()
		if err != nil {
			return
		}
		ended := f.begin(l)
		go func() {
			defer ended()
			defer f.hold(c)()
			if f.takeover == nil || !f.takeover(l == f.socks, c) {
				handle(c)
			}
		}()
	}
}

// begin counts a conversation on the control port until the function that it returns is called.
func (f *fakeTor) begin(l net.Listener) (ended func()) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if l != f.control || f.closed {
		return func() {}
	}
	f.conversations.Add(1)
	return f.conversations.Done
}

// hold closes the conn with the fake, and by the function that it returns.
func (f *fakeTor) hold(c net.Conn) (release func()) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.closed {
		_ = c.Close()
	}
	f.conns[c] = true
	return func() {
		_ = c.Close()
		f.mu.Lock()
		defer f.mu.Unlock()
		delete(f.conns, c)
	}
}

// converse is the control port.
func (f *fakeTor) converse(c net.Conn) {
	var services []string
	defer func() {
		for _, s := range services {
			f.withdraw(s)
		}
		f.mu.Lock()
		owned := f.owned
		f.mu.Unlock()
		if owned {
			f.close()
		}
	}()
	var nonces []byte // of SAFECOOKIE
	lines := bufio.NewScanner(c)
	for lines.Scan() {
		command, args, _ := strings.Cut(lines.Text(), " ")
		answer, later := "250 OK", ""
		switch command {
		case "PROTOCOLINFO":
			answer = "250-PROTOCOLINFO 1\r\n250-AUTH " + f.auth + "\r\n250-VERSION Tor=\"0.4.9.11\"\r\n250 OK"
		case "AUTHCHALLENGE":
			answer, nonces = f.challenge(args)
		case "AUTHENTICATE":
			if !f.authenticates(args, nonces) {
				answer = "515 Authentication failed"
			}
		case "TAKEOWNERSHIP":
			f.mu.Lock()
			f.owned = true
			f.mu.Unlock()
		case "GETINFO":
			value := fmt.Sprintf("%q", f.socks.Addr())
			if args == "status/bootstrap-phase" {
				value, later = f.steps[0], f.bootstrap()
			}
			answer = "250-" + args + "=" + value + "\r\n250 OK"
		case "ADD_ONION":
			if answer, later = f.add(args); strings.HasPrefix(answer, "250") {
				services = append(services, strings.TrimPrefix(answer[:strings.Index(answer, "\r")], "250-ServiceID="))
			}
		case "DEL_ONION":
			f.withdraw(args)
		}
		if f.answer != nil {
			if other := f.answer(lines.Text()); other != "" {
				answer, later = other, ""
			}
		}
		if _, err := io.WriteString(c, answer+"\r\n"+later); err != nil {
			return
		}
	}
}

// bootstrap returns the events of the steps after the first.
func (f *fakeTor) bootstrap() string {
	var events strings.Builder
	for _, step := range f.steps[1:] {
		events.WriteString("650 STATUS_CLIENT " + step + "\r\n")
	}
	return events.String()
}

// challenge answers AUTHCHALLENGE.
func (f *fakeTor) challenge(args string) (answer string, nonces []byte) {
	client, _ := hex.DecodeString(strings.TrimPrefix(args, "SAFECOOKIE "))
	server := make([]byte, 32)
	rand.Read(server)
	nonces = slices.Concat([]byte(f.password), client, server)
	m := hmac.New(sha256.New, []byte("Tor safe cookie authentication server-to-controller hash"))
	m.Write(nonces)
	return fmt.Sprintf("250 AUTHCHALLENGE SERVERHASH=%X SERVERNONCE=%X", m.Sum(nil), server), nonces
}

// authenticates reports whether the argument of AUTHENTICATE is the right one.
func (f *fakeTor) authenticates(arg string, nonces []byte) bool {
	got, err := hex.DecodeString(arg)
	switch {
	case err != nil:
		return false
	case strings.Contains(f.auth, "NULL"):
		return true
	case nonces == nil:
		return string(got) == f.password
	}
	m := hmac.New(sha256.New, []byte("Tor safe cookie authentication controller-to-server hash"))
	m.Write(nonces)
	return hmac.Equal(got, m.Sum(nil))
}

// add serves an onion service.
func (f *fakeTor) add(args string) (answer, later string) {
	var id, target string
	for arg := range strings.FieldsSeq(args) {
		if blob, ok := strings.CutPrefix(arg, "ED25519-V3:"); ok {
			key, err := base64.StdEncoding.DecodeString(blob)
			if err != nil || len(key) != tor25519.PrivateKeySize {
				return "513 Failed to decode ED25519-V3 key", ""
			}
			id = torutil.OnionServiceIDFromV3PublicKey(tor25519.PrivateKey(key).PublicKey())
		}
		if port, ok := strings.CutPrefix(arg, "Port=9045,"); ok {
			target = port
		}
	}
	path := filepath.Join(f.folder, id)
	if old, err := os.ReadFile(path); err == nil && len(old) > 0 {
		return "550 Onion address collision", ""
	}
	if id == "" || target == "" || os.WriteFile(path, []byte(target), 0o600) != nil {
		return "512 Bad arguments", ""
	}
	return "250-ServiceID=" + id + "\r\n250 OK", "650 HS_DESC UPLOAD " + id + " UNKNOWN $00 x\r\n" +
		"650 HS_DESC FAILED " + id + " UNKNOWN $00 x REASON=UPLOAD_REJECTED\r\n" +
		"650 HS_DESC UPLOADED other UNKNOWN $00\r\n650 HS_DESC UPLOADED " + id + " UNKNOWN $00\r\n"
}

// withdraw leaves a trace of the service, so that connecting to it is refused at once.
func (f *fakeTor) withdraw(id string) { _ = os.WriteFile(filepath.Join(f.folder, id), nil, 0o600) }

// connect is the SOCKS port.
func (f *fakeTor) connect(c net.Conn) {
	head := make([]byte, 8)
	if _, err := io.ReadFull(c, head[:3]); err != nil {
		return
	}
	_, _ = c.Write([]byte{5, 0})
	if _, err := io.ReadFull(c, head[:5]); err != nil {
		return
	}
	name := make([]byte, int(head[4])+2)
	if _, err := io.ReadFull(c, name); err != nil {
		return
	}
	id, ok := strings.CutSuffix(string(name[:head[4]]), ".onion")
	port := int(name[head[4]])<<8 | int(name[head[4]+1])
	reply, far := byte(0), net.Conn(nil)
	if f.reply != nil {
		reply = f.reply(id)
	}
	if reply == 0 {
		switch target, err := os.ReadFile(filepath.Join(f.folder, id)); {
		case !ok || port != 9045:
			reply = 0x02
		case err != nil:
			reply = 0xf0
		default:
			if far, err = net.Dial("tcp", string(target)); err != nil {
				reply = 0x05
			}
		}
	}
	_, _ = c.Write([]byte{5, reply, 0, 1, 0, 0, 0, 0, 0, 0})
	if reply == 0 {
		f.splice(c, far)
	}
}

// splice passes everything on, and ends both directions with the first that ends, as tor does.
func (f *fakeTor) splice(near, far net.Conn) {
	defer f.hold(far)()
	done := make(chan struct{}, 2)
	for _, way := range [][2]net.Conn{{near, far}, {far, near}} {
		go func() {
			// Bare, package net would copy by pipes, which it keeps for the next time.
			_, _ = io.Copy(struct{ io.Writer }{way[0]}, struct{ io.Reader }{way[1]})
			_, _ = near.Close(), far.Close()
			done <- struct{}{}
		}()
	}
	<-done
	<-done
}

// The environment of a process that is a fake: the folder of the services, and what it does, of which "" is all that tor does.
const (
	fakeFolder = "OCAPN_FAKE_TOR"
	fakeMode   = "OCAPN_FAKE_TOR_MODE"
)

// fakeProcess is the file, in the folder of the services, where the last fake that is a process says what it is: its number, and the
// address of its control port.
const fakeProcess = "process"

// TestMain is another program when the environment says so: one that opens a netlayer, or a fake tor.
func TestMain(m *testing.M) {
	if os.Getenv(program) != "" {
		_ = os.Unsetenv(program)
		programMain()
		return
	}
	if folder := os.Getenv(fakeFolder); folder != "" {
		fakeMain(folder, os.Getenv(fakeMode))
		return
	}
	os.Exit(m.Run())
}

// fakeMain runs a fake until the conversation that owns it ends.
func fakeMain(folder, mode string) {
	option := func(name string) string { return os.Args[slices.Index(os.Args, name)+1] }
	switch mode {
	case "exit":
		fmt.Println("Nov 24 00:00:00.000 [notice] Tor is starting.")
		fmt.Println("Nov 24 00:00:00.000 [warn] Failed to parse/validate config: nonsense")
		fmt.Println("Nov 24 00:00:00.000 [err] Reading config failed--see warnings above.")
		os.Exit(1)
	case "silent":
		time.Sleep(time.Minute)
	}
	f := newFake(folder)
	cookie := filepath.Join(option("--DataDirectory"), "control_auth_cookie")
	f.password = strings.Repeat("cookie", 6)[:32]
	f.auth = fmt.Sprintf("METHODS=COOKIE,SAFECOOKIE COOKIEFILE=%q", cookie)
	if err := os.WriteFile(cookie, []byte(f.password), 0o600); err != nil {
		panic(err)
	}
	if err := f.listen("127.0.0.1:0"); err != nil {
		panic(err)
	}
	go f.serve(f.socks, f.connect)
	portFile := option("--ControlPortWriteToFile")
	if err := os.WriteFile(portFile+"~", []byte("PORT="+f.address()+"\n"), 0o600); err != nil {
		panic(err)
	}
	if err := os.Rename(portFile+"~", portFile); err != nil {
		panic(err)
	}
	if err := os.WriteFile(filepath.Join(folder, fakeProcess), fmt.Append(nil, os.Getpid(), " ", f.address()), 0o600); err != nil {
		panic(err)
	}
	f.serve(f.control, f.converse)
	if mode == "hang" {
		time.Sleep(time.Minute)
	}
}
