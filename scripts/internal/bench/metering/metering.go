// Package metering counts what a run reads: items, and the read units that DynamoDB would charge for
// them, whatever store they really are in. A test holds it against a server that speaks DynamoDB's protocol.
//
// A consistent read costs a unit for each 4 KB that it reads, rounded up, and at least one: for a query or a
// scan the sizes of its items together, a page at a time; for a single item its own. The size of an item is the length of
// its attributes' names and values (Amazon DynamoDB Developer Guide, "DynamoDB read and write operations").
package metering

import (
	"context"
	"sync"

	"learningforlife/shared/aggregate"
	"learningforlife/shared/day"
	"learningforlife/shared/document"
	"learningforlife/shared/submission"
)

// Meter is what was read. It may be used from many goroutines.
type Meter struct {
	mutex sync.Mutex
	read  Read
}

// Read is how much was read.
type Read struct {
	Items int // submissions
	Units int // for submissions, marks, documents and records
	Links int // those of the units that were for links: their documents, and what they name
	Empty int // those that were for queries that found nothing
}

// Read returns what was read so far.
func (m *Meter) Read() Read {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	return m.read
}

func (m *Meter) add(r Read) {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	m.read.Items += r.Items
	m.read.Units += r.Units
	m.read.Links += r.Links
	m.read.Empty += r.Empty
}

const (
	unit = 4 << 10 // bytes
	page = 1 << 20 // bytes that one call of a query or scan returns at most
	// names is the length of the names of a partition key, a sort key and the data.
	names = 3
	// queried is up to how many partitions the store asks for one by one; more it scans the table for.
	queried = 512
)

// units is what a query or scan costs that finds so many bytes.
func units(bytes int) int {
	n := 0
	for ; bytes > page; bytes -= page {
		n += page / unit
	}
	return n + max(1, (bytes+unit-1)/unit)
}

// Submissions meters a store of submissions.
func (m *Meter) Submissions(s aggregate.Submissions) aggregate.Submissions { return &submissions{s, m} }

type submissions struct {
	aggregate.Submissions
	meter *Meter
}

func size(row submission.Row) int { return names + len(submission.Key{}) + len(row) }

// Read implements submission.Reader.
func (s *submissions) Read(ctx context.Context, parts []submission.Part, open func() submission.Visit) error {
	var mutex sync.Mutex
	items, bytes := 0, map[[submission.PartitionSize]byte]int{}
	err := s.Submissions.Read(ctx, parts, func() submission.Visit {
		visit := open()
		return func(key *submission.Key, row submission.Row) error {
			mutex.Lock()
			items++
			bytes[[submission.PartitionSize]byte(key.Partition())] += size(row)
			mutex.Unlock()
			return visit(key, row)
		}
	})
	sum, all := 0, 0
	for _, n := range bytes {
		sum += units(n)
		all += n
	}
	partitions := submission.Shards * len(parts)
	empty := partitions - len(bytes)
	if sum += empty; partitions > queried {
		sum, empty = units(all), 0
	}
	s.meter.add(Read{Items: items, Units: sum, Empty: empty})
	return err
}

// Find implements submission.Reader: a run looks for what new links name. A key with nothing under it costs as much as a small item.
func (s *submissions) Find(ctx context.Context, keys []submission.Key, visit submission.Visit) error {
	s.meter.add(Read{Items: len(keys), Units: len(keys), Links: len(keys)})
	return s.Submissions.Find(ctx, keys, visit)
}

// Marks implements submission.Reader.
func (s *submissions) Marks(ctx context.Context, on day.Day, visit func(submission.Mark) error) error {
	var bytes [submission.Shards]int
	err := s.Submissions.Marks(ctx, on, func(mark submission.Mark) error {
		link := mark.Key.Link()
		bytes[link.Shard()] += 2 + submission.MarkKeySize
		return visit(mark)
	})
	for _, n := range bytes {
		r := Read{Units: units(n)}
		if n == 0 {
			r.Empty = 1
		}
		s.meter.add(r)
	}
	return err
}

// Documents meters a store of documents and records. links names the documents that hold links.
func (m *Meter) Documents(s document.Store, links map[string]bool) document.Store {
	return &documents{s, m, links}
}

type documents struct {
	document.Store
	meter *Meter
	links map[string]bool // by digest
}

// Document implements document.Reader: the head that says that it is there is asked for, and then all parts are.
func (d *documents) Document(ctx context.Context, digest string) ([]byte, error) {
	content, err := d.Store.Document(ctx, digest)
	if err != nil {
		return nil, err
	}
	parts, err := document.Pack(content)
	if err != nil {
		return nil, err
	}
	key := len("d/") + len(digest)
	bytes := 2 + key + len("head")
	for _, part := range parts {
		bytes += names + key + len("00000") + len(part)
	}
	n := 1 + units(bytes)
	r := Read{Units: n}
	if d.links[digest] {
		r.Links = n
	}
	d.meter.add(r)
	return content, nil
}

// size is that of a record, with the name of the call that wrote it.
func (d *documents) size(list, name string, record []byte) int {
	return names + len("r/") + len(list) + len(name) + len(record) + 1 + 16
}

// Record implements document.Reader.
func (d *documents) Record(ctx context.Context, list, name string) ([]byte, error) {
	record, err := d.Store.Record(ctx, list, name)
	d.meter.add(Read{Units: units(d.size(list, name, record))})
	return record, err
}

// Last implements document.Reader.
func (d *documents) Last(ctx context.Context, list string) (string, []byte, error) {
	name, record, err := d.Store.Last(ctx, list)
	d.meter.add(Read{Units: units(d.size(list, name, record))})
	return name, record, err
}

// Names implements document.Reader: the query reads the records, though it returns their names only.
func (d *documents) Names(ctx context.Context, list string) ([]string, error) {
	found, err := d.Store.Names(ctx, list)
	bytes := 0
	for _, name := range found {
		record, err := d.Store.Record(ctx, list, name)
		if err != nil {
			return nil, err
		}
		bytes += d.size(list, name, record)
	}
	d.meter.add(Read{Units: units(bytes)})
	return found, err
}
