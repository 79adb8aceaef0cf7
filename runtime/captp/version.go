package captp

// SupportsV0_1 is named by generated code, as const _ = captp.SupportsV0_1, so that code that needs a newer runtime than
// this one does not compile, with an error that says so.
const SupportsV0_1 = true
