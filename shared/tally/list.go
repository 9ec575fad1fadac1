package tally

// list is a list that grows without moving what is in it: many megabytes come in while items are read.
type list[T any] struct{ chunks [][]T }

// The capacities of chunks double, so that a short list is small and a long one has few of them.
const (
	firstChunk = 1 << 6
	lastChunk  = 1 << 13
)

// next returns the place of one more element, which the caller fills in.
func (l *list[T]) next() *T {
	n := len(l.chunks)
	if n == 0 || len(l.chunks[n-1]) == cap(l.chunks[n-1]) {
		size := firstChunk
		if n > 0 {
			size = min(2*cap(l.chunks[n-1]), lastChunk)
		}
		l.chunks = append(l.chunks, make([]T, 0, size))
		n++
	}
	chunk := &l.chunks[n-1]
	*chunk = (*chunk)[:len(*chunk)+1]
	return &(*chunk)[len(*chunk)-1]
}

func (l *list[T]) len() (n int) {
	for _, chunk := range l.chunks {
		n += len(chunk)
	}
	return n
}
