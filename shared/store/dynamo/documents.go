package dynamo

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"learningforlife/shared/document"
	"learningforlife/shared/submission"
)

// documents is a table of documents and records, with these keys:
//
//	k            i        d
//	d/<digest>   head     nothing: it is written after the parts, and says that all are there
//	d/<digest>   00000…   a part of the packed document
//	r/<list>     <name>   a record; w names the call that wrote it
type documents struct {
	api    *dynamodb.Client
	table  string
	random io.Reader
}

const headKey = "head"

func documentKey(digest string) types.AttributeValue { return text("d/" + digest) }
func listKey(list string) types.AttributeValue       { return text("r/" + list) }
func partKey(part int) string                        { return fmt.Sprintf("%05d", part) }

// Document implements document.Reader.
func (d *documents) Document(ctx context.Context, digest string) ([]byte, error) {
	content, err := d.document(ctx, digest)
	if err != nil {
		return nil, fmt.Errorf("reading document %s: %w", digest, err)
	}
	return content, nil
}

func (d *documents) document(ctx context.Context, digest string) ([]byte, error) {
	stored, err := d.stored(ctx, digest)
	if err != nil {
		return nil, err
	}
	if !stored {
		return nil, document.ErrNone
	}
	var parts [][]byte
	pages := dynamodb.NewQueryPaginator(d.api, queryOf(d.table, documentKey(digest)))
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, passing(ctx, err)
		}
		for _, item := range page.Items {
			if part, ok := item[data]; ok {
				b, ok := part.(*types.AttributeValueMemberB)
				if !ok {
					return nil, errDamaged
				}
				parts = append(parts, b.Value)
			}
		}
	}
	return document.Unpack(digest, parts)
}

// stored reports whether the whole document is there.
func (d *documents) stored(ctx context.Context, digest string) (bool, error) {
	item, err := d.get(ctx, documentKey(digest), headKey)
	return item != nil, err
}

func (d *documents) get(ctx context.Context, partition types.AttributeValue, sort string) (map[string]types.AttributeValue, error) {
	out, err := d.api.GetItem(ctx, &dynamodb.GetItemInput{
		TableName:      &d.table,
		Key:            map[string]types.AttributeValue{partitionKey: partition, sortKey: text(sort)},
		ConsistentRead: aws.Bool(true),
	})
	if err != nil {
		return nil, passing(ctx, err)
	}
	return out.Item, nil
}

// Put implements document.Store. The head is written when all parts are there,
// so that a document of which a part was lost is not found.
func (d *documents) Put(ctx context.Context, content []byte) (string, error) {
	digest := document.Digest(content)
	if err := d.put(ctx, digest, content); err != nil {
		return "", fmt.Errorf("storing document %s: %w", digest, err)
	}
	return digest, nil
}

// put stores what is not stored yet, or no longer whole.
func (d *documents) put(ctx context.Context, digest string, content []byte) error {
	if _, err := d.document(ctx, digest); err == nil || errors.Is(err, submission.ErrUnavailable) {
		return err
	}
	parts, err := document.Pack(content)
	if err != nil {
		return err
	}
	var writes []types.WriteRequest
	for i, part := range parts {
		writes = append(writes, types.WriteRequest{PutRequest: &types.PutRequest{Item: map[string]types.AttributeValue{
			partitionKey: documentKey(digest), sortKey: text(partKey(i)), data: binary(part)}}})
	}
	if err := d.write(ctx, writes); err != nil {
		return err
	}
	_, err = d.api.PutItem(ctx, &dynamodb.PutItemInput{TableName: &d.table, Item: map[string]types.AttributeValue{
		partitionKey: documentKey(digest), sortKey: text(headKey)}})
	return passing(ctx, err)
}

// write puts the items, batch by batch. What a batch leaves unprocessed is sent again, after a pause.
func (d *documents) write(ctx context.Context, writes []types.WriteRequest) error {
	var rounds rounds
	for len(writes) > 0 {
		n := min(len(writes), maxWrite)
		out, err := d.api.BatchWriteItem(ctx, &dynamodb.BatchWriteItemInput{RequestItems: map[string][]types.WriteRequest{d.table: writes[:n]}})
		if err != nil {
			return passing(ctx, err)
		}
		left := out.UnprocessedItems[d.table]
		if err := rounds.leave(ctx, n, len(left)); err != nil {
			return err
		}
		writes = append(writes[n:], left...)
	}
	return nil
}

// Create implements document.Store. The record carries a name of this call, by
// which a record that an attempt wrote whose answer was lost is known again.
func (d *documents) Create(ctx context.Context, list, name string, record []byte) error {
	if len(record) > document.MaxRecord {
		return fmt.Errorf("creating record %s of %s: it has %d bytes, more than %d", name, list, len(record), document.MaxRecord)
	}
	by, err := call(d.random)
	if err != nil {
		return err
	}
	_, err = d.api.PutItem(ctx, &dynamodb.PutItemInput{
		TableName: &d.table,
		Item: map[string]types.AttributeValue{partitionKey: listKey(list), sortKey: text(name),
			data: binary(record), writer: binary(by)},
		ConditionExpression: aws.String("attribute_not_exists(" + partitionKey + ")"),
	})
	if refused(err) {
		item, err := d.get(ctx, listKey(list), name)
		if err != nil {
			return fmt.Errorf("creating record %s of %s: %w", name, list, err)
		}
		if wrote(item, by) {
			return nil
		}
		return fmt.Errorf("creating record %s of %s: %w", name, list, document.ErrTaken)
	}
	if err != nil {
		return fmt.Errorf("creating record %s of %s: %w", name, list, passing(ctx, err))
	}
	return nil
}

// Record implements document.Reader.
func (d *documents) Record(ctx context.Context, list, name string) ([]byte, error) {
	item, err := d.get(ctx, listKey(list), name)
	if err == nil && item == nil {
		err = document.ErrNone
	}
	if err != nil {
		return nil, fmt.Errorf("reading record %s of %s: %w", name, list, err)
	}
	return bytesOf(item, data)
}

// Last implements document.Reader.
func (d *documents) Last(ctx context.Context, list string) (string, []byte, error) {
	input := queryOf(d.table, listKey(list))
	input.ScanIndexForward, input.Limit = aws.Bool(false), aws.Int32(1)
	out, err := d.api.Query(ctx, input)
	if err != nil {
		return "", nil, fmt.Errorf("reading the last record of %s: %w", list, passing(ctx, err))
	}
	if len(out.Items) == 0 {
		return "", nil, fmt.Errorf("reading the last record of %s: %w", list, document.ErrNone)
	}
	record, err := bytesOf(out.Items[0], data)
	if err != nil {
		return "", nil, fmt.Errorf("reading the last record of %s: %w", list, err)
	}
	name, err := nameOf(out.Items[0])
	return name, record, err
}

// Names implements document.Reader.
func (d *documents) Names(ctx context.Context, list string) ([]string, error) {
	input := queryOf(d.table, listKey(list))
	input.ProjectionExpression = aws.String(sortKey)
	var names []string
	pages := dynamodb.NewQueryPaginator(d.api, input)
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, fmt.Errorf("listing %s: %w", list, passing(ctx, err))
		}
		for _, item := range page.Items {
			name, err := nameOf(item)
			if err != nil {
				return nil, fmt.Errorf("listing %s: %w", list, err)
			}
			names = append(names, name)
		}
	}
	return names, nil
}

func nameOf(item map[string]types.AttributeValue) (string, error) {
	name, ok := item[sortKey].(*types.AttributeValueMemberS)
	if !ok {
		return "", errDamaged
	}
	return name.Value, nil
}
