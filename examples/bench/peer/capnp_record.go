package peer

import (
	"errors"

	"github.com/ocapn-go/ocapn/examples/bench/peer/benchcp"
)

// fillCapnpRecord writes the record into a message.
func fillCapnpRecord(to benchcp.Record, r Record) error {
	to.SetId(r.ID)
	tags, err := to.NewTags(int32(len(r.Tags))) //nolint:gosec // a handful
	if err != nil {
		return err
	}
	for i, tag := range r.Tags {
		if err := tags.Set(i, tag); err != nil {
			return err
		}
	}
	return errors.Join(to.SetName(r.Name), to.SetBlob(r.Blob))
}

// readCapnpRecord returns the record as a Go program uses it: what a message holds is gone with the message.
func readCapnpRecord(from benchcp.Record) (Record, error) {
	r := Record{ID: from.Id()}
	var err error
	if r.Name, err = from.Name(); err != nil {
		return r, err
	}
	tags, err := from.Tags()
	if err != nil {
		return r, err
	}
	r.Tags = make([]string, tags.Len())
	for i := range r.Tags {
		if r.Tags[i], err = tags.At(i); err != nil {
			return r, err
		}
	}
	blob, err := from.Blob()
	r.Blob = append([]byte(nil), blob...)
	return r, err
}
