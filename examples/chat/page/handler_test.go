package page

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"path"
	"strings"
	"testing"
)

// ask makes a request of which only the parts given differ from those of the page itself.
func ask(t *testing.T, p *Page, method, rest string, change func(*http.Request)) *http.Response {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, p.Address()+rest, nil)
	if err != nil {
		t.Fatal(err)
	}
	if change != nil {
		change(r)
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { answer.Body.Close() })
	return answer
}

func TestRequests(t *testing.T) {
	p := start(t)
	tests := []struct {
		name   string
		method string
		path   string // behind the address, or all of it if it begins with a slash
		host   string
		want   int
	}{
		{"the page", "GET", "", "", 200},
		{"its head", "HEAD", "", "", 200},
		{"its style", "GET", "page.css", "", 200},
		{"its program", "GET", "page.js", "", 200},
		{"the invitation", "GET", "invite", "", 200},
		{"no websocket", "GET", "live", "", 403},
		{"something else", "GET", "site/index.html", "", 404},
		{"a file of the server", "GET", "../../page.go", "", 404},
		{"writing", "POST", "", "", 405},
		{"no secret", "GET", "/", "", 404},
		{"no secret, the page's file", "GET", "/page.js", "", 404},
		{"an empty secret", "GET", "//invite", "", 404},
		{"no slash behind the secret", "GET", "/" + p.secret, "", 404},
		{"half the secret", "GET", "/" + p.secret[:20] + "/", "", 404},
		{"a wrong secret", "GET", "/" + strings.Repeat("A", len(p.secret)) + "/", "", 404},
		{"the secret in another case", "GET", "/" + swapCase(p.secret) + "/", "", 404},
		{"a name with this address", "GET", "", "attacker.example", 421},
		{"localhost by another port", "GET", "", "127.0.0.1:1", 421},
		{"a name, and no secret", "GET", "/", "attacker.example", 421},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			answer := ask(t, p, test.method, test.path, func(r *http.Request) {
				if strings.HasPrefix(test.path, "/") {
					r.URL.Path = test.path
				}
				if test.host != "" {
					r.Host = test.host
				}
			})
			if answer.StatusCode != test.want {
				t.Errorf("got %s, want %d", answer.Status, test.want)
			}
			content, err := io.ReadAll(answer.Body)
			if err != nil || test.want != 200 && bytes.Contains(content, []byte(p.secret)) {
				t.Errorf("%v, the answer is %q", err, content)
			}
		})
	}
}

func swapCase(s string) string {
	if lower := strings.ToLower(s); lower != s {
		return lower
	}
	return strings.ToUpper(s)
}

func TestHeaders(t *testing.T) {
	p := start(t)
	policy := "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self' ws://" + p.authority +
		"; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
	for rest, kind := range map[string]string{"": "text/html; charset=utf-8", "page.js": "text/javascript; charset=utf-8", "nothing": ""} {
		h := ask(t, p, "GET", rest, nil).Header
		for name, want := range map[string]string{
			"Content-Security-Policy": policy, "Cache-Control": "no-store", "Referrer-Policy": "no-referrer",
			"X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Cross-Origin-Resource-Policy": "same-origin",
		} {
			if got := h.Get(name); got != want {
				t.Errorf("%q: %s is %q, want %q", rest, name, got, want)
			}
		}
		if kind != "" && h.Get("Content-Type") != kind {
			t.Errorf("%q is %q", rest, h.Get("Content-Type"))
		}
	}
}

// TestSite wants each file of the page to be served, and nothing in it that the policy forbids.
func TestSite(t *testing.T) {
	entries, err := site.ReadDir("site")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if _, ok := files[e.Name()]; !ok {
			t.Errorf("%s is not served", e.Name())
		}
		content, err := site.ReadFile(path.Join("site", e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		for _, bad := range []string{
			" onclick=", " onload=", " style=", "<style", "<script>", "javascript:", "https://", "//cdn", ".innerHTML", ".outerHTML",
			"insertAdjacentHTML", "document.write", "eval(", "new Function",
		} {
			if bytes.Contains(content, []byte(bad)) {
				t.Errorf("%s has %q in it", e.Name(), bad)
			}
		}
	}
	if len(entries) != len(files) {
		t.Errorf("%d files, of which %d are served", len(entries), len(files))
	}
}

func TestInvitation(t *testing.T) {
	p := start(t)
	var got invitation
	if err := json.NewDecoder(ask(t, p, "GET", "invite", nil).Body).Decode(&got); err != nil {
		t.Fatal(err)
	}
	if got.URI != uri || got.Size < 21 || !strings.HasPrefix(got.Path, "M0 0h7v1h-7zM") {
		t.Errorf("got %+v", got)
	}
	closed, err := New(Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer closed.Close()
	if answer := ask(t, closed, "GET", "invite", nil); answer.StatusCode != 404 {
		t.Errorf("without a URI: %s", answer.Status)
	}
	long := &Page{uri: strings.Repeat("a", 5000)}
	if answer := record(long.serveInvite); !strings.Contains(answer, `{"uri":"aaa`) || strings.Contains(answer, "size") {
		t.Errorf("a URI that is too long for a code: %.100s", answer)
	}
}

// record returns what a handler answers.
func record(handle http.HandlerFunc) string {
	var answer recorded
	handle(&answer, nil)
	return answer.String()
}

// recorded is an answer.
type recorded struct {
	bytes.Buffer
}

func (r *recorded) Header() http.Header { return http.Header{} }
func (r *recorded) WriteHeader(int)     {}
