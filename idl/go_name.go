package idl

import (
	"go/token"
	"strings"
	"unicode"
)

// initialisms are the words that Go code writes in capitals.
var initialisms = map[string]string{
	"acl": "ACL", "api": "API", "ascii": "ASCII", "cpu": "CPU", "css": "CSS", "dns": "DNS", "eof": "EOF", "html": "HTML",
	"http": "HTTP", "https": "HTTPS", "id": "ID", "ids": "IDs", "ip": "IP", "json": "JSON", "ok": "OK", "qr": "QR",
	"rpc": "RPC", "sql": "SQL", "ssh": "SSH", "tcp": "TCP", "tls": "TLS", "ttl": "TTL", "udp": "UDP", "ui": "UI",
	"uid": "UID", "uri": "URI", "uris": "URIs", "url": "URL", "urls": "URLs", "utf8": "UTF8", "uuid": "UUID",
	"vm": "VM", "xml": "XML",
}

// ExportedName returns the Go name that a name of the language becomes: self-proposed-name is SelfProposedName,
// avatar-url is AvatarURL, CONNECTION-CLOSED is ConnectionClosed and get-chat-sealed? is GetChatSealed. It returns ""
// when that is not an exported Go identifier, as for "+" or "2fa".
func ExportedName(name string) string {
	var b strings.Builder
	for _, w := range words(name) {
		b.WriteString(capitalized(w))
	}
	if goName := b.String(); token.IsIdentifier(goName) && token.IsExported(goName) {
		return goName
	}
	return ""
}

// LocalName returns the Go name that a parameter's name becomes: avatar-url is avatarURL and id is id. The name may be
// a Go keyword. It returns "" when the name has no letter to start with.
func LocalName(name string) string {
	var b strings.Builder
	for i, w := range words(name) {
		if i == 0 {
			b.WriteString(strings.ToLower(w))
		} else {
			b.WriteString(capitalized(w))
		}
	}
	if goName := b.String(); token.IsIdentifier(goName) || token.IsKeyword(goName) {
		return goName
	}
	return ""
}

// caseName returns the name of the Go constant for a case of an enum, or "" if the case has no letter or digit.
func caseName(enum, name string) string {
	var b strings.Builder
	for _, w := range words(name) {
		b.WriteString(capitalized(w))
	}
	if b.Len() == 0 {
		return ""
	}
	return enum + b.String()
}

// words cuts a name at everything that is neither letter nor digit and where small letters turn into capitals.
func words(name string) []string {
	var out []string
	var word []rune
	flush := func() {
		if len(word) > 0 {
			out = append(out, string(word))
		}
		word = nil
	}
	runes := []rune(name)
	for i, r := range runes {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			flush()
			continue
		}
		if i > 0 && unicode.IsUpper(r) {
			endsWord := unicode.IsLower(runes[i-1]) || unicode.IsDigit(runes[i-1])
			startsWord := unicode.IsUpper(runes[i-1]) && i+1 < len(runes) && unicode.IsLower(runes[i+1])
			if endsWord || startsWord {
				flush()
			}
		}
		word = append(word, r)
	}
	flush()
	return out
}

// capitalized returns a word as it stands inside of a Go name.
func capitalized(word string) string {
	if known, ok := initialisms[strings.ToLower(word)]; ok {
		return known
	}
	runes := []rune(word)
	if strings.ToUpper(word) == word { // shouted, as symbols often are
		runes = []rune(strings.ToLower(word))
	}
	runes[0] = unicode.ToUpper(runes[0])
	return string(runes)
}
