// Package exercise calls generated code with random values over two vats, and compares what arrives with what was sent.
//
// Beside each generated file stands one that [Glue] writes, with what a program cannot find by reflection: the constructors of
// the file and the types of its promises. A test of a module with both calls
//
//	exercise.Run(t, exercise.Plan{Source: "s7/main.ocapn", Seed: 7, Calls: 10}, s7.ExerciseMain(), other.ExerciseShapes())
//
// which makes an object of every interface and callable in each vat, and calls every method with values that the description
// allows: plainly and through its eventual view, from the other vat and from the same one. The objects answer with random
// values too, or with errors. References are compared by what they lead to, promises by what they come to, and what is left out by
// what it stands for.
//
// # Limits
//
// [captp.Resolver] cannot fulfil a promise of every type: see promisable. Where a value has to hold a promise that nobody
// can make, the method is not called; [Report] counts them.
package exercise
