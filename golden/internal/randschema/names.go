package randschema

import (
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/ocapn-go/ocapn/idl"
)

// keywords are the kinds of declarations, the frequent ones several times.
var keywords = []string{
	"interface", "interface", "interface", "struct", "struct", "union", "union", "error", "enum", "callable", "type", "const",
}

// builtins are the names of types that a declaration cannot have.
var builtins = []string{
	"any", "bigint", "bool", "bytes", "error", "float64", "i16", "i32", "i64", "i8", "int", "list", "map", "number", "promise",
	"string", "sturdyref", "symbol", "tagged", "target", "tuple", "u16", "u32", "u64", "u8", "uint",
}

// plain are names that people would choose.
var plain = []string{
	"user", "room", "channel", "message", "content", "sealer", "avatar-url", "id", "user-id", "self-proposed-name", "ok",
	"http", "json-text", "x", "y", "a", "e", "d", "v2", "url", "urls", "uris", "getURL", "HTTPServer", "camelCase", "CONNECTION-CLOSED",
}

// awkward are names that mean something to Go, to this language or to generated code.
var awkward = []string{
	"type", "func", "range", "go", "select", "chan", "defer", "struct", "interface", "package", "import", "var", "const", "return",
	"len", "nil", "true", "false", "make", "new", "append", "iota", "byte", "rune", "comparable", "undefined", "null", "void",
	"enum", "union", "callable", "closed", "oneway", "stream", "extends", "raises", "opt", "ref", "pipe", "vat", "captp",
	"context", "big", "locator", "utf8", "ctx", "err", "args", "result", "opts", "c", "f", "h", "m", "o", "r", "s", "v", "r0", "r1",
	"has", "some", "decode", "encode", "known", "server", "funcs", "unimplemented", "handler", "dispatch", "unwrap", "extra", "value",
	"o-k", "i-d", "dArg", "typeArg", "string", "error", "int", "bool", "any", "symbol",
}

// alike are names that become the same Go name, or the same but for one letter.
var alike = []string{
	"ok", "o-k", "OK", "oK", "id", "i-d", "ID", "a-b", "aB", "ab", "A-b", "a-1", "a1", "url-x", "urlX", "x-2", "x2", "x-e", "xE",
}

// quoted are names that are no identifiers. Some have no Go name.
var quotedNames = []string{
	"get-chat-sealed?", "set!", "a->b", "+", "größer", "日本", "2fa", "hello world", "-", "x.y", "a/b", "_", "naïve?", "Ärger", "say \"x\"",
	"back\\slash", "`tick`", "%d", "*/", "don't", "a  b", "#", "ok?", "id!", "٣x",
}

// name returns a random name. It is an identifier of the language unless quotes are allowed.
func (g *generator) name(quotes bool) string {
	switch {
	case g.careless && g.chance(3):
		return pick(g, alike...)
	case g.careless && len(g.decls) > 0 && g.chance(2):
		return g.nearName(pick(g, g.decls...))
	}
	switch g.r.IntN(10) {
	case 0, 1, 2, 3:
		return pick(g, plain...)
	case 4, 5:
		return pick(g, awkward...)
	case 6:
		if quotes {
			return pick(g, quotedNames...)
		}
		return pick(g, plain...) + "-" + pick(g, plain...)
	case 7:
		return pick(g, plain...) + strconv.Itoa(g.r.IntN(100))
	case 8:
		if len(g.decls) > 0 {
			return g.nearName(pick(g, g.decls...))
		}
		fallthrough
	default:
		return pick(g, awkward...) + "-" + pick(g, plain...)
	}
}

// nearName returns a name that is, or almost is, one that generated code adds for a declaration.
func (g *generator) nearName(d *decl) string {
	if names := g.near[d]; len(names) > 0 && g.chance(2) {
		return pick(g, names...)
	}
	n := d.name
	if len(d.all) > 0 && g.chance(2) {
		n += "-" + pick(g, d.all...).name
		return pick(g, n, n+"-opts", n+"-result", n+"-result-e", n+"-stream")
	}
	return pick(g, n, n+"-e", n+"-server", n+"-funcs", "new-"+n, "unimplemented-"+n, n+"-opts", n+"-result", n+"-unknown", "decode-"+n,
		n+"-stream", n+"-event", "new-"+n+"-stream", n+"-error", n+"-s", n+"2")
}

// isIdent reports whether a name can be written without quotes.
func isIdent(name string) bool {
	for part := range strings.SplitSeq(name, "-") {
		if part == "" || strings.IndexFunc(part, func(r rune) bool { return r > unicode.MaxASCII || !unicode.IsLetter(r) && !unicode.IsDigit(r) }) >= 0 {
			return false
		}
	}
	return unicode.IsLetter(rune(name[0]))
}

// newGoName returns an exported Go name that nothing becomes by itself.
func (g *generator) newGoName() string {
	g.renamed++
	return pick(g, "Renamed", "X", "URL", "E", "GoName") + "9" + strconv.Itoa(g.renamed)
}

// needs returns the Go names that a declaration needs in its package before its body is known.
func needs(keyword, goName string, closed bool) []string {
	switch keyword {
	case "type":
		return nil
	case "interface":
		return []string{
			goName, goName + "E", goName + "Server", "Unimplemented" + goName, goName + "Funcs", "New" + goName,
			goName + "Event", "New" + goName + "Stream",
		}
	case "callable":
		return []string{goName, goName + "E", "New" + goName, goName + "Opts", goName + "Result"}
	case "union":
		return []string{goName, goName + "Unknown", "Decode" + goName, goName + "E"}
	case "struct":
		return []string{goName, goName + "E"}
	default:
		return []string{goName}
	}
}

// errorName returns the Go name of an error declaration.
func errorName(name string) string {
	goName := idl.ExportedName(name)
	if goName == "" || strings.HasSuffix(goName, "Error") {
		return goName
	}
	return goName + "Error"
}

// nameDecl gives a declaration a name that is free in its file, and a Go name that is free in its package.
func (g *generator) nameDecl(d *decl) {
	for {
		d.name = g.name(false)
		if isIdent(d.name) && !d.file.names[d.name] && !slices.Contains(builtins, d.name) {
			break
		}
	}
	d.file.names[d.name] = true
	d.goName = idl.ExportedName(d.name)
	if d.keyword == "error" {
		d.goName = errorName(d.name)
	}
	if d.keyword == "type" {
		return
	}
	for d.goName == "" || g.chance(12) || !g.claim(d.file.pkg, needs(d.keyword, d.goName, d.closed)) {
		d.goName = g.newGoName()
		d.anns = []string{"@", "go", "(", d.goName, ")"}
	}
	for _, n := range needs(d.keyword, d.name, d.closed)[1:] {
		if isIdent(n) {
			g.near[d] = append(g.near[d], n)
		}
	}
}

// claim takes Go names in a package if all of them are free, and reports whether they are.
func (g *generator) claim(p *goPackage, names []string) bool {
	if g.careless {
		return true
	}
	if slices.ContainsFunc(names, func(n string) bool { return p.claimed[n] }) {
		return false
	}
	for _, n := range names {
		p.claimed[n] = true
	}
	return true
}

// members are the names that are taken within a declaration.
type members struct {
	names, wires, goNames map[string]bool
}

// takenFields are the Go names that every struct has.
var takenFields = []string{"DecodeOCapN", "EncodeOCapN"}

// newMembers returns a set in which the Go names are taken.
func newMembers(goNames ...string) *members {
	m := &members{names: map[string]bool{}, wires: map[string]bool{}, goNames: map[string]bool{}}
	for _, n := range goNames {
		m.goNames[n] = true
	}
	return m
}

// member is a member with its names.
type member struct {
	name, wire, goName string
	anns               []string // tokens
}

// token returns the name of the member as it is written.
func (m member) token(g *generator) string {
	if isIdent(m.name) && !g.chance(10) {
		return m.name
	}
	return quote(m.name)
}

// member returns a member with names that are free. goNameOf says what a name becomes, claim takes what it needs beside.
func (g *generator) member(taken *members, goNameOf func(string) string, claim func(goName string) bool) member {
	for {
		m := member{name: g.name(true)}
		m.wire = m.name
		if g.chance(12) {
			m.wire = pick(g, "w", "wire name", "größe", "a\"b", "x?", "'", "\\", "@go", "日本", "{", "<b>", "`", "%d") + strconv.Itoa(g.r.IntN(20))
			m.anns = append(m.anns, "@", "wire", "(", quote(m.wire), ")")
		}
		if taken.names[m.name] || taken.wires[m.wire] {
			continue
		}
		m.goName = goNameOf(m.name)
		for m.goName == "" || !g.careless && taken.goNames[m.goName] || g.chance(15) || !claim(m.goName) {
			m.goName = g.newGoName()
			if i := slices.Index(m.anns, "go"); i >= 0 {
				m.anns[i+2] = m.goName
				continue
			}
			m.anns = append(m.anns, "@", "go", "(", m.goName, ")")
		}
		taken.names[m.name], taken.wires[m.wire], taken.goNames[m.goName] = true, true, true
		return m
	}
}
