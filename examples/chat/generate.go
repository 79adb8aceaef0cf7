package main

//go:generate go tool ocapngen chatcap/chat.ocapn
