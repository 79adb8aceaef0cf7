package report

import (
	"math"
	"strconv"
	"strings"
)

// number writes a value with three digits that count, or all of those before the point, in groups.
func number(v float64) string {
	switch a := math.Abs(v); {
	case a >= 100:
		return grouped(strconv.FormatFloat(v, 'f', 0, 64))
	case a >= 10:
		return strconv.FormatFloat(v, 'f', 1, 64)
	case a >= 0.1:
		return strconv.FormatFloat(v, 'f', 2, 64)
	case a < 0.001:
		return "0"
	default:
		return strconv.FormatFloat(v, 'g', 2, 64)
	}
}

// grouped puts commas between thousands.
func grouped(digits string) string {
	sign := ""
	if strings.HasPrefix(digits, "-") {
		sign, digits = "-", digits[1:]
	}
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return sign + digits
}
