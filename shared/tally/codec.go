package tally

import "encoding/binary"

// writer writes numbers as varints.
type writer struct{ bytes []byte }

func (w *writer) number(n int) { w.bytes = binary.AppendUvarint(w.bytes, uint64(n)) }

// sparse writes how many counts there are, and for each how far its place is from the one before it, and the count.
func (w *writer) sparse(counts []count) {
	w.number(len(counts))
	next := uint32(0)
	for _, c := range counts {
		w.number(int(c.place - next))
		w.number(int(c.n))
		next = c.place + 1
	}
}

// dense writes the same of the counts that are not zero.
func (w *writer) dense(counts []uint32) {
	var some []count
	for place, n := range counts {
		if n != 0 {
			some = append(some, count{uint32(place), n})
		}
	}
	w.sparse(some)
}

// reader reads what writer wrote. After a failure it reads zeros.
type reader struct {
	bytes  []byte
	failed bool
}

func (r *reader) number() int {
	n, size := binary.Uvarint(r.bytes)
	if size <= 0 || n > 1<<32-1 || size > 1 && n>>(7*(size-1)) == 0 { // equal numbers have equal bytes
		r.fail()
		return 0
	}
	r.bytes = r.bytes[size:]
	return int(n)
}

// take returns the next n bytes, or nil.
func (r *reader) take(n int) []byte {
	if n > len(r.bytes) {
		r.fail()
		return nil
	}
	taken := r.bytes[:n]
	r.bytes = r.bytes[n:]
	return taken
}

// each hands over the counts that sparse wrote, each in one of so many places, and returns how many there are.
func (r *reader) each(places int, count func(place int, n uint32)) (all int) {
	next := 0
	all = r.number()
	for range all {
		place := next + r.number()
		n := r.number()
		if r.failed || place >= places || n == 0 {
			r.fail()
			return 0
		}
		count(place, uint32(n))
		next = place + 1
	}
	return all
}

func (r *reader) fail() { r.bytes, r.failed = nil, true }

// end returns an error unless all was read and was well.
func (r *reader) end() error {
	if r.failed || len(r.bytes) > 0 {
		return errDamaged
	}
	return nil
}
