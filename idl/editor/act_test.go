package editor

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/ocapn-go/ocapn/idl/lint"
)

func TestActions(t *testing.T) {
	const clause = "package a go \"example.org/a\"\n"
	for _, test := range []struct {
		name, title string // no title: nothing is offered
		files       world
		want        string // of /a.ocapn
	}{
		{"misspelled type", "Change to string", one(clause + "type t = str^ng\n"), clause + "type t = string\n"},
		{"misspelled annotation", "Change to max", one(clause + "struct s { @ma^c(5) a: string }\n"), clause + "struct s { @max(5) a: string }\n"},
		{"misspelled keyword", "Change to interface", one(clause + "inter^fce a {}\n"), clause + "interface a {}\n"},
		{
			"misspelled name of an imported declaration", "Change to user",
			world{"/a.ocapn": clause + "import \"b.ocapn\"\ntype t = b.us^r\n", "/b.ocapn": "package a go \"example.org/a\"\ninterface user {}\n"},
			clause + "import \"b.ocapn\"\ntype t = b.user\n",
		},
		{
			"misspelled alias", "Change to base",
			world{"/a.ocapn": clause + "import \"b.ocapn\" as base\ntype t = bas^.user\n", "/b.ocapn": "package a go \"example.org/a\"\ninterface user {}\n"},
			clause + "import \"b.ocapn\" as base\ntype t = base.user\n",
		},
		{"misspelled case", `Change to "all right"`, one(clause + "enum e { \"all right\" }\nconst c: e = \"al^l rigt\"\n"), clause + "enum e { \"all right\" }\nconst c: e = \"all right\"\n"},
		{"unknown import", `Import "b.ocapn"`, world{"/a.ocapn": clause + "type t = ^b.x\n", "/b.ocapn": "type x = int\n"}, clause + "\nimport \"b.ocapn\"\ntype t = b.x\n"},
		{
			"unknown import after others", `Import "ocapn/sealers.ocapn"`,
			world{"/a.ocapn": clause + "import \"b.ocapn\"\ntype t = sea^lers.sealer\n", "/b.ocapn": ""},
			clause + "import \"b.ocapn\"\nimport \"ocapn/sealers.ocapn\"\ntype t = sealers.sealer\n",
		},
		{
			"type of another file", `Use b.thing of "b.ocapn"`,
			world{"/a.ocapn": "type t = th^ing\n", "/b.ocapn": "struct thing {}\n"},
			"import \"b.ocapn\"\n\ntype t = b.thing\n",
		},
		{
			"type of a file that is imported", `Use x.thing of "b.ocapn"`,
			world{"/a.ocapn": "import \"b.ocapn\" as x\ntype t = th^ing\n", "/b.ocapn": "struct thing {}\n"},
			"import \"b.ocapn\" as x\ntype t = x.thing\n",
		},
		{"no Go name", "Add @go(Name)", one(clause + "interface i { oneway \"^+\"() }\n"), clause + "interface i { @go(Name) oneway \"+\"() }\n"},
		{
			"two things with one Go name", "Add @go(ListUsers2)", one(clause + "interface i { list-users(); \"list^_users\"() }\n"),
			clause + "interface i { list-users(); @go(ListUsers2) \"list_users\"() }\n",
		},
		{"what is sent has another name", `Send "say" instead of "send"`, one(clause + "interface i { @wire(\"send\") s^ay() }\n"), clause + "interface i { say() }\n"},
		{"style of a name", "Rename to list-users", one(clause + "struct ^listUsers {}\ntype t = listUsers\n"), clause + "struct list-users {}\ntype t = list-users\n"},
		{"quotes", "Take the quotes away", one(clause + "interface i { \"na^me\"() }\n"), clause + "interface i { name() }\n"},
		{
			"unused import", "Remove the import",
			world{"/a.ocapn": clause + "import \"b.o^capn\";\r\ntype t = int\n", "/b.ocapn": "package a go \"example.org/a\"\n"},
			clause + "type t = int\n",
		},
		{
			"ignored", `Ignore ANY_TYPE for parameter "x"`, one(clause + "/// Does.\ncallable c(x: a^ny)\n"),
			clause + "/// Does.\ncallable c(@x-lint-ignore(\"ANY_TYPE\") x: any)\n",
		},
		{
			"one more ignored", `Ignore DOC_MISSING for interface "i"`, one(clause + "@x-lint-ignore(\"X\") interface i^ {}\n"),
			clause + "@x-lint-ignore(\"X, DOC_MISSING\") interface i {}\n",
		},
		{"nothing wrong", "", one(clause + "/// Doc.\ntype t = str^ing\n"), ""},
		{"no idea", "", one(clause + "type t = xyz^zyx\n"), ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			w, path, offset := test.files.open(t)
			problems := CheckFile(w.sources, path, lint.IDs()).Problems
			var titles []string
			for _, a := range w.Actions(path, Span{Start: offset, End: offset}, problems) {
				titles = append(titles, a.Title)
				if a.Title != test.title {
					continue
				}
				if diff := cmp.Diff(test.want, edited(t, test.files.clean(), a.Edits)[path]); diff != "" {
					t.Errorf("text (-want +got):\n%s", diff)
				}
				return
			}
			if test.title != "" || len(titles) > 0 {
				t.Errorf("offered %q, want %q; problems %v", titles, test.title, problems)
			}
		})
	}
}
