package main

import (
	"encoding/json"
	"fmt"
	"math/big"
	"slices"

	"github.com/ocapn-go/ocapn/runtime/captp"
	"github.com/ocapn-go/ocapn/runtime/locator"
)

// describe returns what to show of a message. It is odd if it is no text: peers can say anything.
func describe(value any) (text string, odd bool) {
	switch v := value.(type) {
	case string:
		return v, false
	case captp.Symbol:
		return string(v), true
	case nil, captp.Null:
		return "(nothing)", true
	case bool, int64, float64, *big.Int:
		return fmt.Sprint(v), true
	case []byte:
		return fmt.Sprintf("(%d bytes)", len(v)), true
	case captp.Ref:
		return "(an object)", true
	case locator.SturdyRef:
		return "(a sturdyref)", true // which is a secret
	case *captp.RemoteError:
		return "(the error: " + v.Message + ")", true
	}
	plain, err := json.Marshal(plainValue(value, 0))
	if err != nil {
		return fmt.Sprintf("(%T)", value), true
	}
	return string(plain), true
}

// maxDescribed is how deep into a value a description goes.
const maxDescribed = 8

// plainValue returns a value as JSON has it.
func plainValue(value any, depth int) any {
	if depth == maxDescribed {
		return "…"
	}
	switch v := value.(type) {
	case []any:
		list := slices.Clone(v)
		for i := range list {
			list[i] = plainValue(list[i], depth+1)
		}
		return list
	case map[string]any:
		fields := make(map[string]any, len(v))
		for name, field := range v {
			fields[name] = plainValue(field, depth+1)
		}
		return fields
	case captp.Tagged:
		return map[string]any{v.Tag: plainValue(v.Value, depth+1)}
	case int64, bool, *big.Int:
		return v
	}
	text, _ := describe(value)
	return text
}
