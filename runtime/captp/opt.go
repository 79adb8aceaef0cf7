package captp

// Opt is a value that may be absent. Its zero value is the absent one.
type Opt[T any] struct {
	Value T
	Set   bool
}

// Some returns the Opt that holds v.
func Some[T any](v T) Opt[T] { return Opt[T]{Value: v, Set: true} }

// Or returns the value, or def if it is absent.
func (o Opt[T]) Or(def T) T {
	if o.Set {
		return o.Value
	}
	return def
}
