package randschema

import (
	"math/rand/v2"
	"path"
	"strings"
)

// A File is the source of one description.
type File struct {
	// Path is a slash path below the folder of the description.
	Path   string
	Source []byte
}

// Main is the path of the first file of every description, which may import the others.
const Main = "main.ocapn"

// Files returns the files of the description with a seed, the main one first. root is the import path that the folder of the
// description has.
func Files(seed uint64, root string) []File { return newGenerator(seed, root).write() }

// Careless returns a small description in which no care is taken that the Go names of things differ. Package idl has to
// refuse it, or the code has to compile.
func Careless(seed uint64, root string) []File {
	g := newGenerator(seed, root)
	g.careless = true
	return g.write()
}

func newGenerator(seed uint64, root string) *generator {
	return &generator{
		r: rand.New(rand.NewPCG(seed, 0x6f6361706e)), root: root, packages: map[string]*goPackage{}, near: map[*decl][]string{},
	}
}

// write returns the files.
func (g *generator) write() []File {
	g.wild = g.chance(4)
	g.crlf = g.chance(8)
	g.plan()
	g.fill()
	var out []File
	for _, f := range g.files {
		out = append(out, File{f.path, g.print(f)})
	}
	return out
}

// generator writes one description.
type generator struct {
	r        *rand.Rand
	root     string
	packages map[string]*goPackage // by folder
	files    []*file               // the main file first
	decls    []*decl               // by rank
	near     map[*decl][]string    // names that are near to those which a declaration needs
	careless bool                  // Go names may be the same
	wild     bool                  // white space and comments stand anywhere
	crlf     bool
	comments int // how many comments were written
	renamed  int // how many names were made up for @go
}

// goPackage is a Go package with the names that are taken in it.
type goPackage struct {
	claimed map[string]bool
}

// file is one source file.
type file struct {
	path    string
	std     bool   // it is part of the standard library
	alias   string // by which others import it
	as      bool   // the alias is written down
	clause  []string
	pkg     *goPackage
	imports []*file
	names   map[string]bool // of its declarations and imports
	decls   []*decl
}

// decl is a declaration. Those of lower rank may be part of its values.
type decl struct {
	file    *file
	keyword string
	name    string
	goName  string
	rank    int
	anns    []string // tokens
	typ     *typ     // what an alias stands for
	cases   []string // of an enum
	closed  bool
	wire    string   // of an error
	body    []string // tokens after the name
	all     []*method
}

// method is a method of an interface.
type method struct {
	name, wire, goName string
	tokens             []string
	end                string // the separator after it
	from               *decl
}

// chance reports true once in n times.
func (g *generator) chance(n int) bool { return g.r.IntN(n) == 0 }

// between returns a number from low to high.
func (g *generator) between(low, high int) int { return low + g.r.IntN(high-low+1) }

// pick returns one of the items.
func pick[T any](g *generator, items ...T) T { return items[g.r.IntN(len(items))] }

// plan settles the files, and the names and kinds of all declarations.
func (g *generator) plan() {
	main := g.file(Main, "")
	if g.chance(3) {
		g.imported(main, "part.ocapn")
	}
	if g.chance(3) {
		other := g.imported(main, pick(g, "other/shapes.ocapn", "context/context.ocapn", "captp/captp.ocapn", "v/v2.ocapn"))
		if len(main.imports) > 1 && g.chance(2) {
			main.imports[0].imports = append(main.imports[0].imports, other)
			main.imports[0].names[other.alias] = true
		}
	}
	if g.chance(4) {
		g.standard(pick(g, g.files...))
	}
	for i := len(g.files) - 1; i >= 0; i-- { // what is imported has the lower ranks
		g.declare(g.files[i])
	}
}

// standard lets a file import one of the standard library.
func (g *generator) standard(by *file) {
	library := pick(g, []string{"sealers", "callable", "sealer", "unsealer", "predicate"},
		[]string{"collections", "interface", "set", "table"}, []string{"streams", "struct", "iteration"})
	f := &file{std: true, path: "ocapn/" + library[0] + ".ocapn", alias: library[0]}
	for f.as = g.chance(2) || by.names[f.alias]; f.as && (f.alias == library[0] || by.names[f.alias]); {
		f.alias = g.newGoName()
	}
	by.imports = append(by.imports, f)
	by.names[f.alias] = true
	for _, name := range library[2:] {
		g.decls = append(g.decls, &decl{file: f, keyword: library[1], name: name, goName: name, rank: len(g.decls)})
	}
}

// imported adds a file that the importing one imports.
func (g *generator) imported(by *file, p string) *file {
	alias := strings.TrimSuffix(path.Base(p), ".ocapn")
	f := g.file(p, alias)
	for f.as = g.chance(2) || by.names[alias]; f.as && (f.alias == alias || by.names[f.alias]); {
		f.alias = pick(g, "i", "other", "type", "import", "shapes2", "x-y", "e")
	}
	by.imports = append(by.imports, f)
	by.names[f.alias] = true
	return f
}

// file adds a file with its package clause.
func (g *generator) file(p, alias string) *file {
	f := &file{path: p, alias: alias, names: map[string]bool{}}
	dir := path.Dir(p)
	if g.packages[dir] == nil {
		g.packages[dir] = &goPackage{claimed: map[string]bool{}}
	}
	f.pkg = g.packages[dir]
	goName := path.Base(strings.TrimSuffix(p, ".ocapn"))
	if dir == "." {
		goName = "desc"
	}
	clause := []string{"package"}
	for range g.r.IntN(3) {
		clause = append(clause, pick(g, "spritely", "go", "type", "x-y", "v2"), ".")
	}
	switch {
	case dir == "." && g.chance(3):
		clause = append(clause, pick(g, "main", "goblin-chat", "Room"), "go", quote(path.Join(g.root, dir)+";"+goName))
	case dir == ".":
		clause = append(clause, goName)
	case g.chance(2):
		clause = append(clause, goName, "go", quote(path.Join(g.root, dir)+";"+goName))
	default:
		clause = append(clause, goName)
	}
	var anns []string
	if g.chance(6) {
		anns = append(anns, "@", "lenient")
	}
	f.clause = append(append(g.docs(3), append(anns, g.notes()...)...), clause...)
	g.files = append(g.files, f)
	return f
}

// declare makes the declarations of a file, without their bodies.
func (g *generator) declare(f *file) {
	n := g.between(3, 14)
	switch {
	case g.careless:
		n = g.between(1, 4)
	case f != g.files[0]:
		n = g.between(2, 5)
	}
	for i := range n {
		keyword := pick(g, keywords...)
		if i == 0 {
			keyword = "interface"
		}
		d := &decl{file: f, keyword: keyword, rank: len(g.decls)}
		d.closed = (keyword == "enum" || keyword == "union") && g.chance(3)
		g.nameDecl(d)
		f.decls = append(f.decls, d)
		g.decls = append(g.decls, d)
	}
}

// fill writes the bodies of all declarations, those of lower rank first. Aliases come before everything else, so that what
// they stand for is known where they are used, and so do errors, whose tags must differ where they are raised.
func (g *generator) fill() {
	for _, first := range []string{"type", "error", ""} {
		for _, d := range g.decls {
			if d.file.std {
				continue
			}
			if d.keyword == first || first == "" && d.keyword != "type" && d.keyword != "error" {
				g.body(d)
			}
		}
	}
	for _, f := range g.files { // the order of declarations means nothing
		g.r.Shuffle(len(f.decls), func(i, j int) { f.decls[i], f.decls[j] = f.decls[j], f.decls[i] })
	}
}
