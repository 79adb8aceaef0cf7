package syrup_test

import (
	"bytes"
	"errors"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ocapn-go/ocapn/runtime/syrup"
)

// A file is what the benchmarks encode and decode: as a record, and as a dictionary.
type file struct {
	Name string
	ID   int64
	Tags []string
	Blob []byte
}

// files are n of them, all a little different.
func files(n int) []file {
	all := make([]file, n)
	for i := range all {
		all[i] = file{
			Name: fmt.Sprintf("file number %d", i),
			ID:   int64(i) * 7919,
			Tags: []string{"red", "green", "ultraviolet"},
			Blob: fmt.Appendf(nil, "%064d", i),
		}
	}
	return all
}

func (f *file) appendRecord(dst []byte) []byte {
	dst = append(dst, "<4'file"...)
	dst = syrup.AppendString(dst, f.Name)
	dst = syrup.AppendInt(dst, f.ID)
	dst = append(dst, syrup.ListStart)
	for _, tag := range f.Tags {
		dst = syrup.AppendString(dst, tag)
	}
	dst = append(dst, syrup.ListEnd)
	dst = syrup.AppendBytes(dst, f.Blob)
	return append(dst, syrup.RecordEnd)
}

func (f *file) decodeRecord(d *syrup.Decoder) {
	d.Record()
	if string(d.SymbolBytes()) != "file" {
		d.Fail(errLabel)
	}
	f.Name = d.String()
	f.ID = d.Int64()
	f.decodeTags(d)
	f.Blob = d.Bytes()
	d.End()
}

func (f *file) appendDict(dst []byte) []byte {
	dst = append(dst, `{2"id`...)
	dst = syrup.AppendInt(dst, f.ID)
	dst = append(dst, `4"blob`...)
	dst = syrup.AppendBytes(dst, f.Blob)
	dst = append(dst, `4"name`...)
	dst = syrup.AppendString(dst, f.Name)
	dst = append(dst, `4"tags[`...)
	for _, tag := range f.Tags {
		dst = syrup.AppendString(dst, tag)
	}
	return append(dst, "]}"...)
}

func (f *file) decodeDict(d *syrup.Decoder) {
	d.Dict()
	for d.More() {
		switch string(d.StringBytes()) {
		case "name":
			f.Name = d.String()
		case "id":
			f.ID = d.Int64()
		case "tags":
			f.decodeTags(d)
		case "blob":
			f.Blob = d.Bytes()
		default:
			d.Skip()
		}
	}
}

func (f *file) decodeTags(d *syrup.Decoder) {
	f.Tags = make([]string, 0, 4)
	d.List()
	for d.More() {
		f.Tags = append(f.Tags, d.String())
	}
}

var errLabel = errors.New("another label")

// appendList encodes all, in one of the two forms.
func appendList(dst []byte, all []file, one func(f *file, dst []byte) []byte) []byte {
	dst = append(dst, syrup.ListStart)
	for i := range all {
		dst = one(&all[i], dst)
	}
	return append(dst, syrup.ListEnd)
}

var forms = []struct {
	name     string
	appendTo func(f *file, dst []byte) []byte
	decode   func(f *file, d *syrup.Decoder)
}{
	{"Record", (*file).appendRecord, (*file).decodeRecord},
	{"Dict", (*file).appendDict, (*file).decodeDict},
}

// TestTyped round-trips what the benchmarks measure.
func TestTyped(t *testing.T) {
	want := files(10)
	for _, form := range forms {
		t.Run(form.name, func(t *testing.T) {
			wire := appendList(nil, want, form.appendTo)
			if err := syrup.CheckCanonical(wire, syrup.EncodedOrder, syrup.Limits{}); err != nil {
				t.Fatal(err)
			}
			var got []file
			var d syrup.Decoder
			d.Reset(wire, syrup.Options{})
			d.List()
			for d.More() {
				var f file
				form.decode(&f, &d)
				got = append(got, f)
			}
			if err := d.Finish(); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func BenchmarkEncode(b *testing.B) {
	all := files(1000)
	for _, form := range forms {
		b.Run(form.name, func(b *testing.B) {
			b.ReportAllocs()
			var buf []byte
			for b.Loop() {
				buf = form.appendTo(&all[500], buf[:0])
			}
			b.SetBytes(int64(len(buf)))
		})
		b.Run(form.name+"List1000", func(b *testing.B) {
			b.ReportAllocs()
			var buf []byte
			for b.Loop() {
				buf = appendList(buf[:0], all, form.appendTo)
			}
			b.SetBytes(int64(len(buf)))
		})
	}
}

// BenchmarkDecode calls methods of known types, so that neither the Decoder nor the file moves to the heap: what it
// allocates is what the caller keeps.
func BenchmarkDecode(b *testing.B) {
	all := files(1000)
	run := func(name string, wire []byte, decode func() error) {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(wire)))
			for b.Loop() {
				if err := decode(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	record, dict := all[500].appendRecord(nil), all[500].appendDict(nil)
	run("Record", record, func() error {
		var d syrup.Decoder
		var f file
		d.Reset(record, syrup.Options{})
		f.decodeRecord(&d)
		return d.Finish()
	})
	run("Dict", dict, func() error {
		var d syrup.Decoder
		var f file
		d.Reset(dict, syrup.Options{})
		f.decodeDict(&d)
		return d.Finish()
	})
	records, dicts := appendList(nil, all, (*file).appendRecord), appendList(nil, all, (*file).appendDict)
	run("RecordList1000", records, func() error {
		var d syrup.Decoder
		got := make([]file, 0, 1000)
		d.Reset(records, syrup.Options{})
		d.List()
		for d.More() {
			got = append(got, file{})
			got[len(got)-1].decodeRecord(&d)
		}
		return d.Finish()
	})
	run("DictList1000", dicts, func() error {
		var d syrup.Decoder
		got := make([]file, 0, 1000)
		d.Reset(dicts, syrup.Options{})
		d.List()
		for d.More() {
			got = append(got, file{})
			got[len(got)-1].decodeDict(&d)
		}
		return d.Finish()
	})
}

// BenchmarkPass passes over a list of 1000 without building anything, in each way there is.
func BenchmarkPass(b *testing.B) {
	all := files(1000)
	label := func(label []byte) bool { return string(label) == "desc:export" }
	for _, form := range forms {
		wire := appendList(nil, all, form.appendTo)
		run := func(name string, pass func() error) {
			b.Run(name+form.name, func(b *testing.B) {
				b.ReportAllocs()
				b.SetBytes(int64(len(wire)))
				for b.Loop() {
					if err := pass(); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
		run("Skim", func() error {
			_, _, err := syrup.Skim(nil, wire, 0, syrup.Limits{}, label)
			return err
		})
		run("Scan", func() error {
			var s syrup.Scanner
			_, _, err := s.Scan(wire)
			return err
		})
		run("Skip", func() error {
			var d syrup.Decoder
			d.Reset(wire, syrup.Options{})
			d.Skip()
			return d.Finish()
		})
		run("CheckCanonical", func() error { return syrup.CheckCanonical(wire, syrup.EncodedOrder, syrup.Limits{}) })
		run("Decode", func() error {
			_, err := syrup.Decode(wire, syrup.Options{})
			return err
		})
	}
}

// BenchmarkBigInt converts the longest integer that the default limits admit.
func BenchmarkBigInt(b *testing.B) {
	wire := append(bytes.Repeat([]byte("9"), syrup.DefaultMaxDigits), '+')
	b.ReportAllocs()
	b.SetBytes(int64(len(wire)))
	for b.Loop() {
		var d syrup.Decoder
		d.Reset(wire, syrup.Options{})
		if d.BigInt() == nil {
			b.Fatal(d.Err())
		}
	}
}
