// Command ocapngen compiles .ocapn files to Go. Run "ocapngen help" for its commands.
package main

import "os"

func main() { os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) }
