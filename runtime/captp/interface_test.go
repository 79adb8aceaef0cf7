package captp_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ocapn-go/ocapn/runtime/captp"
	"github.com/ocapn-go/ocapn/runtime/captp/captptest"
)

// clerk is what generated code makes of
//
//	interface clerk {
//	  file(paper: promise<string>) -> struct
//	  colleague() -> clerk
//	  resign() raises fired
//	}
type clerk struct{ captp.Ref }

func (c clerk) File(ctx context.Context, paper *captp.Promise[string]) (file, error) {
	return c.E(ctx).File(paper).Await(ctx)
}

func (c clerk) Colleague(ctx context.Context) (clerk, error) { return c.E(ctx).Colleague().Await(ctx) }

func (c clerk) Resign(ctx context.Context) error {
	_, err := c.E(ctx).Resign().Await(ctx)
	return err
}

func (c clerk) E(ctx context.Context) clerkE { return clerkE{captp.Eventually(ctx, c)} }

type clerkE struct{ captp.Pipe[clerk] }

func (e clerkE) File(paper *captp.Promise[string]) *captp.Promise[file] {
	m := e.Begin("[4'file")
	captp.EncodePromise(m, paper)
	return captp.Call(m, captp.Decode[file])
}

func (e clerkE) Colleague() clerkE { return clerkE{captp.CallRef[clerk](e.Begin("[9'colleague"))} }

func (e clerkE) Resign() *captp.Promise[struct{}] {
	return captp.CallVoid(e.Begin("[6'resign").Raises(captp.Raised[fired]))
}

// file is a struct with a field.
type file struct{ title string }

func (f file) EncodeOCapN(e *captp.Encoder) {
	e.Raw(`{5"title`)
	e.String(f.title)
	e.Raw("}")
}

func (f *file) DecodeOCapN(d *captp.Decoder) {
	has := false
	d.Dict()
	for d.More() {
		switch string(d.Key()) {
		case "title":
			f.title, has = d.At("title").String(), true
		default:
			d.Skip()
		}
	}
	if !has {
		d.Missing("title")
	}
}

// fired is a declared error.
type fired struct{ why string }

func (f *fired) Error() string { return captp.ErrorText("fired", f.why) }

func (f *fired) EncodeOCapN(e *captp.Encoder) {
	captp.EncodeTagged(e, "fired", file{title: f.why}, captp.Encode)
}

func (f *fired) DecodeOCapN(d *captp.Decoder) {
	if text, ok := d.ErrorText("fired"); ok {
		f.why = text
		return
	}
	f.why = captp.DecodeTagged(d, "fired", captp.Decode[file]).title
}

type clerkServer struct{ desk string }

func (s *clerkServer) Dispatch(ctx context.Context, args *captp.Decoder, result *captp.Encoder) error {
	switch string(args.Selector()) {
	case "file":
		paper := captp.DecodePromise(args.At("paper"), (*captp.Decoder).String)
		if err := args.Close(); err != nil {
			return err
		}
		text, err := paper.Await(ctx)
		if err != nil {
			return err
		}
		captp.Encode(result, file{title: s.desk + ": " + text})
		return nil
	case "colleague":
		if err := args.Close(); err != nil {
			return err
		}
		result.Ref(captp.NewObject(captp.VatOf(ctx), &clerkServer{desk: s.desk + "'"}))
		return nil
	case "resign":
		return fmt.Errorf("wrapped: %w", &fired{why: "late"})
	}
	return captp.NoMethod(args)
}

func TestInterface(t *testing.T) {
	a, b := captptest.Pair(t)
	there := clerk{captp.NewObject(b, &clerkServer{desk: "one"})}
	for name, c := range map[string]clerk{
		"near": {captp.NewObject(a, &clerkServer{desk: "one"})},
		"far":  captptest.Carry(t, b, a, there),
	} {
		t.Run(name, func(t *testing.T) {
			ctx := t.Context()
			paper, r := captp.NewPromise[string](a)
			answer := c.E(ctx).Colleague().Colleague().File(paper)
			r.Fulfill("a letter")
			if got, err := answer.Await(ctx); err != nil || got != (file{"one'': a letter"}) {
				t.Errorf("got %v, %v", got, err)
			}
			if got, err := c.File(ctx, paper); err != nil || got != (file{"one: a letter"}) {
				t.Errorf("a promise that is settled: got %v, %v", got, err)
			}
			other, err := c.Colleague(ctx)
			if err != nil || other == c || other.IsZero() {
				t.Errorf("got %v, %v", other, err)
			}
			err = c.Resign(ctx)
			if got, ok := errors.AsType[*fired](err); !ok || got.why != "late" {
				t.Errorf("got error %v", err)
			}
			if got, ok := captp.DecodeReason(err, captp.Decode[fired]); !ok || got.why != "late" {
				t.Errorf("got error %v", err)
			}
			if _, ok := captp.DecodeReason(errors.New("another"), captp.Decode[fired]); ok {
				t.Error("any error is a declared one")
			}
			// A value where a promise is declared.
			got, err := captp.Invoke(ctx, c.Ref, captp.Symbol("file"), "plain").Await(ctx)
			if diff := cmp.Diff(any(map[string]any{"title": "one: plain"}), got); diff != "" || err != nil {
				t.Errorf("(-want +got):\n%s%v", diff, err)
			}
			// An argument that is not what is declared.
			_, err = captp.Invoke(ctx, c.Ref, captp.Symbol("file"), 5).Await(ctx)
			var remote *captp.RemoteError
			if !errors.As(err, &remote) || remote.Message != "paper: want a string, got an integer" {
				t.Errorf("got error %v", err)
			}
			// A result that is not what is declared.
			_, err = captp.Call(c.E(ctx).Begin("[9'colleague"), captp.Decode[file]).Await(ctx)
			var arg *captp.ArgError
			if !errors.As(err, &arg) {
				t.Errorf("got error %v, want *ArgError", err)
			}
		})
	}
}

func TestTranscript(t *testing.T) {
	l := captptest.NewLink(t)
	c := captptest.Carry(t, l.B, l.A, clerk{captp.NewObject(l.B, &clerkServer{desk: "one"})})
	l.ClearTranscript()
	if err := c.Resign(t.Context()); err == nil {
		t.Fatal("no error")
	}
	want := `a -> b  <op:deliver <desc:export 1> ['resign] f <desc:import-object 2>>
b -> a  <op:deliver <desc:export 2> ['break <desc:tagged 'fired {"title": "late"}>] f f>`
	if diff := cmp.Diff(want, l.Transcript()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
