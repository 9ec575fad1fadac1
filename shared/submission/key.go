package submission

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"

	"learningforlife/shared/day"
)

// Shards is how many partitions the items of one kind and day are spread over.
// One trust that mails 20,000 staff sends some 333 submissions a second: 42 on
// each, far from the 1,000 writes a second that a DynamoDB partition takes.
// More shards would make a run ask for more partitions and gain nothing.
// The number is part of the stored format.
const Shards = 8

// IDSize is the length of an item's id in bytes.
const IDSize = sha256.Size

// PartitionSize is the length of the part of a key that names its partition.
const PartitionSize = 4

// Key is where an item is stored: its partition (kind, receipt day as days
// since FirstDay, shard) and its id. Keys compare as bytes by kind, day, shard and
// id. The id is SHA-256 over the domain, the kind and the receipt, so a key says nothing of the receipt, and
// the receipt alone gives the whole key.
type Key [PartitionSize + IDSize]byte

// domain keeps the ids apart from every other use of the same receipt and hash.
const domain = "learning-for-life/submission/1"

// Key returns where the submission of the given kind under the receipt is stored.
func (r Receipt) Key(kind Kind) Key {
	var hashed [3*4 + len(domain) + len("response") + wireChars]byte
	parts := hashed[:0]
	for _, part := range [...]string{domain, kind.String()} {
		parts = binary.BigEndian.AppendUint32(parts, uint32(len(part)))
		parts = append(parts, part...)
	}
	parts = binary.BigEndian.AppendUint32(parts, uint32(wireChars))
	parts = r.append(parts)
	id := sha256.Sum256(parts)
	var k Key
	k[0] = byte(kind)
	binary.BigEndian.PutUint16(k[1:3], storedDay(r.day))
	copy(k[PartitionSize:], id[:])
	k[3] = k[PartitionSize] % Shards
	return k
}

// Kind is what is stored under the key.
func (k *Key) Kind() Kind { return Kind(k[0]) }

// Day is the day on which the receipt was minted.
func (k *Key) Day() day.Day { return loadDay(binary.BigEndian.Uint16(k[1:3])) }

// Partition is the part of the key that names its partition.
func (k *Key) Partition() []byte { return k[:PartitionSize] }

// ID is the item's id.
func (k *Key) ID() *[IDSize]byte { return (*[IDSize]byte)(k[PartitionSize:]) }

// Partition returns the name of the partition that holds the items of a kind,
// receipt day and shard. Partitions compare as bytes in that order.
func Partition(kind Kind, on day.Day, shard int) [PartitionSize]byte {
	p := [PartitionSize]byte{byte(kind), 0, 0, byte(shard)}
	binary.BigEndian.PutUint16(p[1:3], storedDay(on))
	return p
}

// Part is all items of one kind and receipt day.
type Part struct {
	Kind Kind
	Day  day.Day
}

// Compare orders parts as their items' keys are ordered.
func (p Part) Compare(o Part) int {
	return cmp.Or(cmp.Compare(p.Kind, o.Kind), cmp.Compare(p.Day, o.Day))
}

// Partitions names the partitions of the part, in their order. A part of a day outside FirstDay to LastDay has none.
func (p Part) Partitions() (all [][PartitionSize]byte) {
	if p.Day < FirstDay || p.Day > LastDay {
		return nil
	}
	for shard := range Shards {
		all = append(all, Partition(p.Kind, p.Day, shard))
	}
	return all
}

// Parts lists the parts of the days from first to last, both included, in order.
func Parts(first, last day.Day) (all []Part) {
	for _, kind := range []Kind{KindPledge, KindResponse} {
		for on := first; on <= last; on++ {
			all = append(all, Part{kind, on})
		}
	}
	return all
}

// Part is the part that the item stands in.
func (k *Key) Part() Part { return Part{k.Kind(), k.Day()} }

// Link is the key of a response that another names, without its kind and shard, which follow.
// The zero value names nothing.
type Link [linkSize]byte

const linkSize = 2 + IDSize

// Link returns the link that names the response stored under the key.
func (k *Key) Link() (l Link) {
	copy(l[:2], k[1:3])
	copy(l[2:], k[PartitionSize:])
	return l
}

// LinkTo returns the link that names the response with the receipt day and the id, of IDSize bytes.
func LinkTo(on day.Day, id []byte) (l Link) {
	binary.BigEndian.PutUint16(l[:2], storedDay(on))
	copy(l[2:], id)
	return l
}

// ID is the id of the named response.
func (l *Link) ID() *[IDSize]byte { return (*[IDSize]byte)(l[2:]) }

// Key returns the key of the response that the link names.
func (l *Link) Key() (k Key) {
	k[0] = byte(KindResponse)
	copy(k[1:3], l[:2])
	copy(k[PartitionSize:], l[2:])
	k[3] = byte(l.Shard())
	return k
}

// Shard is the shard of the named response.
func (l *Link) Shard() int { return int(l[2] % Shards) }

// Day is the day on which the named receipt was minted.
func (l *Link) Day() day.Day { return loadDay(binary.BigEndian.Uint16(l[:2])) }

// IsZero reports whether the link names nothing.
func (l *Link) IsZero() bool { return *l == Link{} }

// storedDay and loadDay convert between a day and its stored form, the days since FirstDay.
// Days of receipts are in range by construction; others are clamped into it, where nothing is stored.
func storedDay(d day.Day) uint16    { return uint16(min(max(d-FirstDay, 0), 1<<16-1)) }
func loadDay(stored uint16) day.Day { return FirstDay + day.Day(stored) }

// Change is what happens to a stored item after it was taken in. The bytes are stored.
type Change byte

// The changes that leave a mark.
const (
	Withdrawal   Change = 'w'
	StatusChange Change = 's'
)

// Mark says that an item is about to be changed. It is put before the change
// itself, in the partition of the day of the change, and never cleared, so that a
// run can trust a day it tallied earlier unless a mark names one of its items, and a
// restored table can be brought up to date.
type Mark struct {
	On     day.Day // the server's day
	Key    Key     // of the item
	Change Change
}

// MarkKeySize is the length of a packed mark: its partition (day, shard of the item) and the rest.
const MarkKeySize = MarkPartitionSize + len(Key{}) + 1

// MarkPartitionSize is the length of the part of a packed mark that names its partition.
const MarkPartitionSize = 3

// MarkPartition returns the name of the partition that holds the marks of a day and shard.
func MarkPartition(on day.Day, shard int) [MarkPartitionSize]byte {
	p := [MarkPartitionSize]byte{0, 0, byte(shard)}
	binary.BigEndian.PutUint16(p[:2], storedDay(on))
	return p
}

// Pack returns the mark as it is stored: a key without a value.
func (m *Mark) Pack() (packed [MarkKeySize]byte) {
	partition := MarkPartition(m.On, int(m.Key[3]))
	copy(packed[:], partition[:])
	copy(packed[MarkPartitionSize:], m.Key[:])
	packed[MarkKeySize-1] = byte(m.Change)
	return packed
}

// UnpackMark is the inverse of Pack. It reports false for bytes that are no mark.
func UnpackMark(packed []byte) (m Mark, ok bool) {
	if len(packed) != MarkKeySize {
		return Mark{}, false
	}
	m.On = loadDay(binary.BigEndian.Uint16(packed[:2]))
	copy(m.Key[:], packed[MarkPartitionSize:])
	m.Change = Change(packed[MarkKeySize-1])
	return m, packed[2] == m.Key[3] && (m.Change == Withdrawal || m.Change == StatusChange)
}
