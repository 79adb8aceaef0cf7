package benchcap

//go:generate go tool ocapngen bench.ocapn
