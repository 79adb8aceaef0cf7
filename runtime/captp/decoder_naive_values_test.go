package captp

import (
	"math/big"
	"reflect"

	"github.com/ocapn-go/ocapn/runtime/syrup"
)

// any reads what an Any is.
func (m *naiveDecoder) any() any {
	if !m.spend(anyCost) {
		return nil
	}
	switch p := m.next(); v := p.value.(type) {
	case bool, int64, *big.Int, float64, string, []byte:
		m.drop()
		return v
	case syrup.Symbol:
		m.drop()
		return Symbol(v)
	case []any:
		return naiveList(m, (*naiveDecoder).any)
	case syrup.Dict:
		return naiveMap(m, (*naiveDecoder).any)
	case syrup.Record:
		switch {
		case p.ref != Ref{}:
			return m.ref()
		case m.isUndefined():
			return nil
		case m.isNull():
			return Null{}
		case p.isRecord("ocapn-sturdyref"):
			return m.sturdyRef()
		case p.isRecord(labelError, labelMystery):
			return m.remoteError()
		case p.isRecord(labelTagged, labelTag, labelUserRecord):
			return m.tagged()
		}
	}
	m.fail()
	return nil
}

// naiveRest reads the items that are left, as each does; one that it does not read is dropped.
func naiveRest[T any](m *naiveDecoder, each func(*naiveDecoder) T) (out []T) {
	for len(m.left()) > 0 {
		if !m.spend(naiveCost[T]()) {
			return nil
		}
		out = append(out, naiveItem(m, each))
	}
	return out
}

func naiveItem[T any](m *naiveDecoder, each func(*naiveDecoder) T) T {
	before := len(m.left())
	v := each(m)
	if !m.failed && len(m.left()) == before {
		m.drop()
	}
	return v
}

// naiveCost is what an item of a list or a field costs: what it takes up, and not less than a dynamic value.
func naiveCost[T any]() int { return max(anyCost, int(reflect.TypeFor[T]().Size())) }

func naiveList[T any](m *naiveDecoder, each func(*naiveDecoder) T) []T {
	naiveEnter[[]any](m, 0)
	out := naiveRest(m, each)
	m.endList()
	return append([]T{}, out...)
}

func naiveMap[T any](m *naiveDecoder, each func(*naiveDecoder) T) map[string]T {
	naiveEnter[syrup.Dict](m, 0)
	out := map[string]T{}
	for m.more() {
		name := naive[string](m)
		if !m.spend(naiveCost[T]() + len(name)) {
			return nil
		}
		out[name] = naiveItem(m, each)
	}
	return out
}
