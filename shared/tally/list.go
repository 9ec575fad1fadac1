package tally

// list is a list that grows without moving what is in it: many megabytes come in while items are read.
type list[T any] struct {
	full [][]T
	last []T
}

// The capacities of chunks double, so that a short list is small and a long one has few of them, until they are
// some tens of kilobytes: what is left free of a chunk is lost.
const (
	firstChunk = 1 << 4
	lastChunk  = 1 << 9
)

// next returns the place of one more element, which the caller fills in.
func (l *list[T]) next() *T {
	if len(l.last) == cap(l.last) {
		l.grow()
	}
	l.last = l.last[:len(l.last)+1]
	return &l.last[len(l.last)-1]
}

func (l *list[T]) grow() {
	if l.last != nil {
		l.full = append(l.full, l.last)
	}
	l.last = make([]T, 0, min(max(2*cap(l.last), firstChunk), lastChunk))
}

// chunks are the elements in the order in which they came.
func (l *list[T]) chunks() [][]T { return append(l.full[:len(l.full):len(l.full)], l.last) }
