package scalars_test

import (
	"context"
	"errors"
	"math"
	"math/big"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ocapn-go/ocapn/golden/internal/transcript"
	"github.com/ocapn-go/ocapn/golden/scalars"
	"github.com/ocapn-go/ocapn/runtime/captp"
	"github.com/ocapn-go/ocapn/runtime/captp/captptest"
)

// same returns what it is given.
func same[T any](_ context.Context, v T) (T, error) { return v, nil }

// echo is a server that answers what it is told.
var echo = scalars.EchoFuncs{
	NotFunc:     func(_ context.Context, b bool) (bool, error) { return !b, nil },
	IntFunc:     same[int64],
	UintFunc:    same[uint64],
	I8Func:      same[int8],
	I16Func:     same[int16],
	I32Func:     same[int32],
	I64Func:     same[int64],
	U8Func:      same[uint8],
	U16Func:     same[uint16],
	U32Func:     same[uint32],
	U64Func:     same[uint64],
	BigFunc:     same[*big.Int],
	FloatFunc:   same[float64],
	NumberFunc:  same[float64],
	LenientFunc: same[float64],
	SumFunc: func(_ context.Context, a int64, b uint8, c float64) (float64, error) {
		return float64(a) + float64(b) + c, nil
	},
	PingFunc: func(context.Context) error { return nil },
}

// remote returns an echo that lives in the other vat of a new link.
func remote(t *testing.T) (scalars.Echo, *captptest.Link) {
	t.Helper()
	l := captptest.NewLink(t)
	c := captptest.Carry(t, l.B, l.A, scalars.NewEcho(l.B, echo))
	l.ClearTranscript()
	return c, l
}

func TestWire(t *testing.T) {
	huge, _ := new(big.Int).SetString("-123456789012345678901234567890", 10)
	tests := []struct {
		name string
		call func(ctx context.Context, c scalars.Echo) (any, error)
		want any
		wire []string
	}{
		{
			"bool", func(ctx context.Context, c scalars.Echo) (any, error) { return c.Not(ctx, true) },
			false,
			[]string{"['not t]", "['fulfill f]"},
		},
		{
			"int", func(ctx context.Context, c scalars.Echo) (any, error) { return c.Int(ctx, math.MinInt64) },
			int64(math.MinInt64),
			[]string{"['int -9223372036854775808]", "['fulfill -9223372036854775808]"},
		},
		{
			"uint", func(ctx context.Context, c scalars.Echo) (any, error) { return c.Uint(ctx, math.MaxUint64) },
			uint64(math.MaxUint64),
			[]string{"['uint 18446744073709551615]", "['fulfill 18446744073709551615]"},
		},
		{
			"i8", func(ctx context.Context, c scalars.Echo) (any, error) { return c.I8(ctx, -128) },
			int8(-128),
			[]string{"['i8 -128]", "['fulfill -128]"},
		},
		{
			"i16", func(ctx context.Context, c scalars.Echo) (any, error) { return c.I16(ctx, 32767) },
			int16(32767),
			[]string{"['i16 32767]", "['fulfill 32767]"},
		},
		{
			"i32", func(ctx context.Context, c scalars.Echo) (any, error) { return c.I32(ctx, -1) },
			int32(-1),
			[]string{"['i32 -1]", "['fulfill -1]"},
		},
		{
			"i64", func(ctx context.Context, c scalars.Echo) (any, error) { return c.I64(ctx, 7) },
			int64(7),
			[]string{"['i64 7]", "['fulfill 7]"},
		},
		{
			"u8", func(ctx context.Context, c scalars.Echo) (any, error) { return c.U8(ctx, 255) },
			uint8(255),
			[]string{"['u8 255]", "['fulfill 255]"},
		},
		{
			"u16", func(ctx context.Context, c scalars.Echo) (any, error) { return c.U16(ctx, 65535) },
			uint16(65535),
			[]string{"['u16 65535]", "['fulfill 65535]"},
		},
		{
			"u32", func(ctx context.Context, c scalars.Echo) (any, error) { return c.U32(ctx, 0) },
			uint32(0),
			[]string{"['u32 0]", "['fulfill 0]"},
		},
		{
			"u64", func(ctx context.Context, c scalars.Echo) (any, error) { return c.U64(ctx, 1) },
			uint64(1),
			[]string{"['u64 1]", "['fulfill 1]"},
		},
		{
			"bigint", func(ctx context.Context, c scalars.Echo) (any, error) { return c.Big(ctx, huge) },
			huge,
			[]string{"['big -123456789012345678901234567890]", "['fulfill -123456789012345678901234567890]"},
		},
		{
			"float64", func(ctx context.Context, c scalars.Echo) (any, error) { return c.Float(ctx, 42) },
			42.0,
			[]string{"['float 42.0]", "['fulfill 42.0]"},
		},
		{
			"number", func(ctx context.Context, c scalars.Echo) (any, error) { return c.Number(ctx, 0.5) },
			0.5,
			[]string{"['number 0.5]", "['fulfill 0.5]"},
		},
		{
			"several", func(ctx context.Context, c scalars.Echo) (any, error) { return c.Sum(ctx, 1, 2, 0.25) },
			3.25,
			[]string{"['sum 1 2 0.25]", "['fulfill 3.25]"},
		},
		{
			"none", func(ctx context.Context, c scalars.Echo) (any, error) { return nil, c.Ping(ctx) },
			nil,
			[]string{"['ping]", "['fulfill <void>]"},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			c, l := remote(t)
			got, err := test.call(t.Context(), c)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, got, cmp.Comparer(func(a, b *big.Int) bool { return a.Cmp(b) == 0 })); diff != "" {
				t.Errorf("result (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(test.wire, transcript.Bodies(l.Transcript())); diff != "" {
				t.Errorf("messages (-want +got):\n%s", diff)
			}
		})
	}
}

func TestAccepts(t *testing.T) {
	tests := []struct {
		name string
		args []any
		want any
	}{
		{"integral float for int", []any{captp.Symbol("int"), 42.0}, int64(42)},
		{"integral float for u8", []any{captp.Symbol("u8"), 255.0}, int64(255)},
		{"integer for number", []any{captp.Symbol("number"), 42}, 42.0},
		{"integer for lenient float64", []any{captp.Symbol("lenient"), 42}, 42.0},
		{"string as selector", []any{"int", 7}, int64(7)},
		{"more arguments than declared", []any{captp.Symbol("int"), 7, "more", []any{}}, int64(7)},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			c, _ := remote(t)
			got, err := captp.Invoke(t.Context(), c.Ref, test.args...).Await(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("result (-want +got):\n%s", diff)
			}
		})
	}
}

func TestRefuses(t *testing.T) {
	tests := []struct {
		name string
		args []any
		want string
	}{
		{"fraction for int", []any{captp.Symbol("int"), 0.5}, "n: want an integer, got a Float64 that is none"},
		{"out of range", []any{captp.Symbol("i8"), 128}, "n: want an integer of 8 bits, got one out of range"},
		{"negative", []any{captp.Symbol("u16"), -1}, "n: want an unsigned integer"},
		{"integer for float64", []any{captp.Symbol("float"), 42}, "x: want a Float64, got an integer"},
		{"string for bool", []any{captp.Symbol("not"), "true"}, "b: want a boolean, got a string"},
		{"missing", []any{captp.Symbol("sum"), 1, 2}, "c: want a Float64, got nothing"},
		{"second", []any{captp.Symbol("sum"), 1, 256, 1.0}, "b: want an unsigned integer of 8 bits, got one out of range"},
		{"no such method", []any{captp.Symbol("nothing")}, `no method "nothing"`},
		{"no selector", []any{1}, "no method: the message has no selector"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			c, _ := remote(t)
			_, err := captp.Invoke(t.Context(), c.Ref, test.args...).Await(t.Context())
			var remote *captp.RemoteError
			if !errors.As(err, &remote) || !strings.HasPrefix(remote.Message, test.want) {
				t.Errorf("got %v, want %q", err, test.want)
			}
		})
	}
}

func TestRefusesResult(t *testing.T) {
	a, b := captptest.Pair(t)
	liar := captp.NewObject(b, captp.HandlerFunc(func(context.Context, []any) (any, error) { return "seven", nil }))
	c := captptest.Carry(t, b, a, captp.As[scalars.Echo](liar))
	_, err := c.Int(t.Context(), 7)
	var arg *captp.ArgError
	if !errors.As(err, &arg) {
		t.Errorf("got %v, want *ArgError", err)
	}
}
