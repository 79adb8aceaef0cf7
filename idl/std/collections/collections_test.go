package collections_test

import (
	"context"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ocapn-go/ocapn/idl/std/collections"
	"github.com/ocapn-go/ocapn/runtime/captp"
	"github.com/ocapn-go/ocapn/runtime/captp/captptest"
)

// set implements collections.SetServer.
type set struct{ values []any }

func (s *set) Add(_ context.Context, value any) error {
	if !slices.Contains(s.values, value) {
		s.values = append(s.values, value)
	}
	return nil
}

func (s *set) Remove(_ context.Context, value any) error {
	s.values = slices.DeleteFunc(s.values, func(v any) bool { return v == value })
	return nil
}

func (s *set) Has(_ context.Context, value any) (bool, error) {
	return slices.Contains(s.values, value), nil
}

func (s *set) List(context.Context) ([]any, error) { return s.values, nil }

func TestSet(t *testing.T) {
	here, there := captptest.Pair(t)
	ctx := t.Context()
	s := captptest.Carry(t, there, here, collections.NewSet(there, &set{}))
	object := captp.NewObject(here, captp.HandlerFunc(nil))
	for _, value := range []any{"a", object, "a", "b"} {
		s.E(ctx).Add(value)
	}
	s.E(ctx).Remove("b")
	values, err := s.List(ctx)
	if err != nil || len(values) != 2 || values[0] != "a" || values[1] != object {
		t.Errorf("values: %v, %v", values, err)
	}
	for value, want := range map[any]bool{"a": true, object: true, "b": false} {
		if got, err := s.Has(ctx, value); got != want || err != nil {
			t.Errorf("has %v: %v, %v", value, got, err)
		}
	}
}

// table implements collections.TableServer.
type table map[any]any

func (t table) Get(_ context.Context, key any, opts *collections.TableGetOpts) (any, error) {
	if value, ok := t[key]; ok {
		return value, nil
	}
	return opts.Default, nil
}

func (t table) Set(_ context.Context, key, value any) error {
	t[key] = value
	return nil
}

func (t table) HasKey(_ context.Context, key any) (bool, error) {
	_, ok := t[key]
	return ok, nil
}

func (t table) Remove(_ context.Context, key any) error {
	delete(t, key)
	return nil
}

func TestTable(t *testing.T) {
	here, there := captptest.Pair(t)
	ctx := t.Context()
	c := captptest.Carry(t, there, here, collections.NewTable(there, table{}))
	c.E(ctx).Set("ada", int64(1815))
	c.E(ctx).Set("bob", int64(1900))
	c.E(ctx).Remove("bob")
	var got []any
	for _, p := range []*captp.Promise[any]{
		c.E(ctx).Get("ada", nil),
		c.E(ctx).Get("bob", nil),
		c.E(ctx).Get("bob", &collections.TableGetOpts{Default: "unknown"}),
	} {
		value, err := p.Await(ctx)
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, value)
	}
	if diff := cmp.Diff([]any{int64(1815), nil, "unknown"}, got); diff != "" {
		t.Errorf("ada, bob, bob with a default (-want +got):\n%s", diff)
	}
	if has, err := c.HasKey(ctx, "ada"); !has || err != nil {
		t.Errorf("has ada: %v, %v", has, err)
	}
}
