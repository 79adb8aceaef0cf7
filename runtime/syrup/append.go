package syrup

import (
	"bytes"
	"errors"
	"fmt"
	"math/big"
	"slices"
	"strconv"
	"unicode/utf8"
)

// Append appends the canonical form of v to dst and returns the extended slice. It takes the dynamic values that [Decode]
// returns, and every other integer type of Go and map[string]any. Dictionaries come out in the given order, whatever
// theirs is.
//
// It returns an [*UnsupportedError] for another type, for nil, for invalid UTF-8 and for a key or member that occurs twice,
// and a [*LimitError] for a value more than 10000 deep, such as one that contains itself. With an error it returns dst as it
// was.
//
// Spec: Syrup#specification.
func Append(dst []byte, v any, order KeyOrder) ([]byte, error) {
	a := appender{dst: dst, order: order}
	if err := a.value(v, 0); err != nil {
		return dst, err
	}
	return a.dst, nil
}

// An appender writes dynamic values.
type appender struct {
	dst   []byte
	order KeyOrder
}

// A member is where a key with its value, or the member of a set, lies in the output.
type member struct {
	start, keyEnd, end int
}

// value appends v, which is depth containers deep.
func (a *appender) value(v any, depth int) error {
	switch v := v.(type) {
	case bool:
		a.dst = AppendBool(a.dst, v)
	case float64:
		a.dst = AppendFloat64(a.dst, v)
	case float32:
		a.dst = AppendFloat32(a.dst, v)
	case []byte:
		a.dst = AppendBytes(a.dst, v)
	case string:
		if !utf8.ValidString(v) {
			return &UnsupportedError{Err: ErrInvalidUTF8}
		}
		a.dst = AppendString(a.dst, v)
	case Symbol:
		if !utf8.ValidString(string(v)) {
			return &UnsupportedError{Err: ErrInvalidUTF8}
		}
		a.dst = AppendSymbol(a.dst, v)
	case []any, Dict, map[string]any, Record, Set:
		if depth == mostDepth {
			return &LimitError{Name: "MaxDepth", Limit: mostDepth, Offset: len(a.dst)}
		}
		return a.container(v, depth+1)
	default:
		return a.integer(v)
	}
	return nil
}

// integer appends v, which is an integer or nothing we know.
func (a *appender) integer(v any) error {
	switch v := v.(type) {
	case int64:
		a.dst = AppendInt(a.dst, v)
	case *big.Int:
		if v == nil {
			return unsupported(v)
		}
		a.dst = AppendBigInt(a.dst, v)
	case int:
		a.dst = AppendInt(a.dst, int64(v))
	case int8:
		a.dst = AppendInt(a.dst, int64(v))
	case int16:
		a.dst = AppendInt(a.dst, int64(v))
	case int32:
		a.dst = AppendInt(a.dst, int64(v))
	case uint:
		a.dst = AppendUint(a.dst, uint64(v))
	case uint8:
		a.dst = AppendUint(a.dst, uint64(v))
	case uint16:
		a.dst = AppendUint(a.dst, uint64(v))
	case uint32:
		a.dst = AppendUint(a.dst, uint64(v))
	case uint64:
		a.dst = AppendUint(a.dst, v)
	case uintptr:
		a.dst = AppendUint(a.dst, uint64(v))
	default:
		return unsupported(v)
	}
	return nil
}

// container appends v, whose members are depth containers deep.
func (a *appender) container(v any, depth int) error {
	switch v := v.(type) {
	case []any:
		a.dst = append(a.dst, ListStart)
		for i, item := range v {
			if err := a.value(item, depth); err != nil {
				return within(err, index(i))
			}
		}
		a.dst = append(a.dst, ListEnd)
		return nil
	case Record:
		return a.record(v, depth)
	case Set:
		return a.set(v, depth)
	case Dict:
		return a.dict(v, depth)
	default:
		return a.stringMap(v.(map[string]any), depth)
	}
}

// record appends a record.
func (a *appender) record(v Record, depth int) error {
	a.dst = append(a.dst, RecordStart)
	start := len(a.dst)
	if err := a.value(v.Label, depth); err != nil {
		return within(err, "<>")
	}
	end := len(a.dst)
	for i, field := range v.Fields {
		if err := a.value(field, depth); err != nil {
			return within(err, fieldPath(a.dst[start:end], i))
		}
	}
	a.dst = append(a.dst, RecordEnd)
	return nil
}

// set appends a set.
func (a *appender) set(v Set, depth int) error {
	a.dst = append(a.dst, SetStart)
	members := make([]member, len(v))
	for i, item := range v {
		start := len(a.dst)
		if err := a.value(item, depth); err != nil {
			return within(err, "#"+strconv.Itoa(i))
		}
		members[i] = member{start, len(a.dst), len(a.dst)}
	}
	if err := a.arrange(members, EncodedOrder); err != nil {
		return err
	}
	a.dst = append(a.dst, SetEnd)
	return nil
}

// dict appends a dictionary.
func (a *appender) dict(v Dict, depth int) error {
	a.dst = append(a.dst, DictStart)
	members := make([]member, len(v))
	for i, e := range v {
		m, err := a.entry(e.Key, e.Value, depth)
		if err != nil {
			return err
		}
		members[i] = m
	}
	if err := a.arrange(members, a.order); err != nil {
		return err
	}
	a.dst = append(a.dst, DictEnd)
	return nil
}

// stringMap appends a dictionary whose keys are strings.
func (a *appender) stringMap(v map[string]any, depth int) error {
	a.dst = append(a.dst, DictStart)
	members := make([]member, 0, len(v))
	for key, value := range v {
		m, err := a.entry(key, value, depth)
		if err != nil {
			return err
		}
		members = append(members, m)
	}
	if err := a.arrange(members, a.order); err != nil {
		return err
	}
	a.dst = append(a.dst, DictEnd)
	return nil
}

// entry appends a key and its value, and returns where they are.
func (a *appender) entry(key, value any, depth int) (member, error) {
	m := member{start: len(a.dst)}
	if err := a.value(key, depth); err != nil {
		return m, within(err, "{}")
	}
	m.keyEnd = len(a.dst)
	if err := a.value(value, depth); err != nil {
		return m, within(err, keyPath(a.dst[m.start:m.keyEnd]))
	}
	m.end = len(a.dst)
	return m, nil
}

// arrange sorts the members at the end of the output by their keys, and finds keys that occur twice.
func (a *appender) arrange(members []member, order KeyOrder) error {
	compare := func(x, y member) int {
		return compareKeys(a.dst[x.start:x.keyEnd], a.dst[y.start:y.keyEnd], order)
	}
	if len(members) < 2 {
		return nil
	}
	start := members[0].start
	inOrder := slices.IsSortedFunc(members, compare)
	if !inOrder {
		slices.SortFunc(members, compare)
	}
	for i := 1; i < len(members); i++ {
		if compare(members[i-1], members[i]) == 0 {
			return &UnsupportedError{Path: keyPath(a.dst[members[i].start:members[i].keyEnd]), Err: ErrDuplicateKey}
		}
	}
	if inOrder {
		return nil
	}
	unsorted := bytes.Clone(a.dst[start:])
	a.dst = a.dst[:start]
	for _, m := range members {
		a.dst = append(a.dst, unsorted[m.start-start:m.end-start]...)
	}
	return nil
}

// unsupported says that the type of v has no form in Syrup.
func unsupported(v any) error {
	if v == nil {
		return &UnsupportedError{Err: errors.New("nil has no form in Syrup")}
	}
	return &UnsupportedError{Err: fmt.Errorf("%T has no form in Syrup", v)}
}

// within puts a step in front of the path of an error that Append returns.
func within(err error, step string) error {
	if e, ok := errors.AsType[*UnsupportedError](err); ok {
		return &UnsupportedError{Path: joinPath(step, e.Path), Err: e.Err}
	}
	return err
}
