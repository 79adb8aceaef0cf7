package main

//go:generate go tool ocapngen suite/suite.ocapn
