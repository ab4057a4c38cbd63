package main

import "reflect"

// story is one object and the calls that Terraform's provider makes for its kind.
type story[T any] struct {
	name   string
	sent   T
	change func(*T)
	create func(T) (T, error)
	read   func(id string) (T, error)
	update func(id string, sent T) (T, error)
	remove func(id string) error
	// what an answer has on the wire and the SDK's model has not
	unknown []string
	// what is done while the object is there
	meanwhile func(id string)
}

// play makes, reads, changes, imports and deletes the object. After each write it is read by its id, and what was
// sent has to be in it; each second read has to be the first, for a plan without a difference.
func (s story[T]) play(box *sandbox) {
	made := must(s.create(s.sent))
	id := identity(made)
	holdsAll(s.name+", made", made, s.sent)
	s.readTwice(id)
	found := unread(box.last().body, must(s.read(id)))
	hold(reflect.DeepEqual(found, s.unknown), "%s: the SDK does not know %v, should not know %v", s.name, found, s.unknown)
	if s.meanwhile != nil {
		s.meanwhile(id)
	}
	s.change(&s.sent)
	holdsAll(s.name+", changed", must(s.update(id, s.sent)), s.sent)
	changed := s.readTwice(id)
	// the same once more is no change, not even to the times
	must(s.update(id, s.sent))
	same(s.name+", after an update that changes nothing", changed, must(s.read(id)))
	s.end(id)
}

func (s story[T]) readTwice(id string) T {
	first := must(s.read(id))
	holdsAll(s.name+", read", first, s.sent)
	same(s.name+", read again", first, must(s.read(id)))
	return first
}

// end deletes the object; a second DELETE finds nothing, which the provider takes for done.
func (s story[T]) end(id string) {
	check(s.remove(id))
	_, err := s.read(id)
	refused(s.name+", read after it was deleted", err, 404, "E0000007")
	refused(s.name+", deleted twice", s.remove(id), 404, "E0000007")
}
