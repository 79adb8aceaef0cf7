// Package syrup encodes and decodes Syrup.
package syrup
