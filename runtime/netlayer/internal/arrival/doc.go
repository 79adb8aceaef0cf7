// Package arrival sees to it that what has begun to arrive goes on arriving.
//
//	watch.Init(time.Minute, 1<<10, func() { _ = conn.SetReadDeadline(past) })
//	...
//	watch.Wait() // half a message is here
//	n, err := conn.Read(p)
//	watch.Arrived(n)
//	...
//	watch.Done() // now it is whole
//
// # Ownership and concurrency
//
// All methods but Init may be called from any goroutine. A Watch starts none; while something is waited for, there may be a timer.
//
// # Limits
//
// What has begun is given a time to become whole, or to bring enough for that time at a rate; then it is given as much time again. Only
// time during which it is waited for counts.
package arrival
