package idl

// Loader reads and checks .ocapn files. The zero Loader reads from the file system and finds imports beside the
// importing file. A Loader may be used by several goroutines if its ReadFile may.
type Loader struct {
	// ReadFile returns the bytes of a file by its path; nil means [os.ReadFile]. The error for a missing file must
	// match [io/fs.ErrNotExist].
	ReadFile func(path string) ([]byte, error)
	// Search are the folders in which an import is looked for when it is not beside the importing file.
	Search []string
}

// Load reads the file at path with everything that it imports and returns its checked schema. When anything is wrong
// the schema is nil and the errors, of all the files read, are in order of file and place.
//
//	schema, errs := idl.Load("chat.ocapn")
func Load(path string) (*Schema, []Error) { return new(Loader).Load(path) }

// Load is [Load] with the loader's settings.
func (l *Loader) Load(path string) (*Schema, []Error) { panic("not yet") }
