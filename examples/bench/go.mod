module github.com/ocapn-go/ocapn/examples/bench

go 1.26.0

require (
	github.com/fxamacker/cbor/v2 v2.10.0
	github.com/ocapn-go/ocapn v0.0.0
)

require github.com/x448/float16 v0.8.4 // indirect

replace github.com/ocapn-go/ocapn => ../..
