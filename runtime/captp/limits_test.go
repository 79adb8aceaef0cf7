package captp

import (
	"reflect"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ocapn-go/ocapn/runtime/captp/internal/core"
)

// numbered returns limits of which every field is different, and none is what it is by default.
func numbered[L any]() L {
	var l L
	v := reflect.ValueOf(&l).Elem()
	for i := range v.NumField() {
		v.Field(i).SetInt(int64(1_000_003 + i))
	}
	return l
}

// The limits of the core are those of this package that have their names: every one of them is passed on, and they are the same by default.
func TestLimitsOfTheCore(t *testing.T) {
	for name, l := range map[string]Limits{"the defaults": DefaultLimits(), "others": numbered[Limits]()} {
		passed, ours := reflect.ValueOf(l.core()), reflect.ValueOf(l)
		for i := range passed.NumField() {
			field := passed.Type().Field(i).Name
			want := ours.FieldByName(field)
			if !want.IsValid() {
				t.Errorf("core.Limits.%s is no limit of this package", field)
			} else if got := passed.Field(i).Int(); got != want.Int() {
				t.Errorf("%s: %s is %d in the core, want %d", name, field, got, want.Int())
			}
		}
	}
	d := DefaultLimits()
	if diff := cmp.Diff(core.DefaultLimits(), d.core()); diff != "" {
		t.Errorf("defaults of the core (-want +got):\n%s", diff)
	}
}

// Zero fields get their default, each its own, and no other field changes.
func TestLimitsOrDefault(t *testing.T) {
	if diff := cmp.Diff(DefaultLimits(), Limits{}.orDefault()); diff != "" {
		t.Errorf("no limits (-want +got):\n%s", diff)
	}
	all := numbered[Limits]()
	if diff := cmp.Diff(all, all.orDefault()); diff != "" {
		t.Errorf("limits that are set (-want +got):\n%s", diff)
	}
	v := reflect.ValueOf(DefaultLimits())
	for i := range v.NumField() {
		if v.Field(i).IsZero() {
			t.Errorf("%s has no default", v.Type().Field(i).Name)
		}
	}
}
