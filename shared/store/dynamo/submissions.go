package dynamo

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"learningforlife/shared/submission"
)

func keyOf(key *submission.Key) map[string]types.AttributeValue {
	return map[string]types.AttributeValue{partitionKey: binary(key.Partition()), sortKey: binary(key.ID()[:])}
}

func itemOf(key *submission.Key, row submission.Row) map[string]types.AttributeValue {
	item := keyOf(key)
	item[data] = binary(row)
	return item
}

// Add implements submission.Store.
func (s *Store) Add(ctx context.Context, key submission.Key, row submission.Row) (submission.Row, bool, error) {
	_, err := s.api.PutItem(ctx, &dynamodb.PutItemInput{
		TableName:           &s.tables.Submissions,
		Item:                itemOf(&key, row),
		ConditionExpression: aws.String("attribute_not_exists(" + partitionKey + ")"),
	})
	if refused(err) {
		stored, err := s.Get(ctx, key)
		if err != nil {
			return nil, false, fmt.Errorf("storing an item that is there: %w", err)
		}
		return stored, false, nil
	}
	if err != nil {
		return nil, false, fmt.Errorf("storing an item: %w", passing(ctx, err))
	}
	return row, true, nil
}

// Get implements submission.Store.
func (s *Store) Get(ctx context.Context, key submission.Key) (submission.Row, error) {
	item, err := s.get(ctx, &key)
	if err != nil {
		return nil, fmt.Errorf("getting an item: %w", err)
	}
	if item == nil {
		return nil, submission.ErrNotFound
	}
	row, err := bytesOf(item, data)
	if err != nil {
		return nil, fmt.Errorf("getting an item: %w", err)
	}
	return row, nil
}

// get returns the item with all its attributes, nil if there is none.
func (s *Store) get(ctx context.Context, key *submission.Key) (map[string]types.AttributeValue, error) {
	out, err := s.api.GetItem(ctx, &dynamodb.GetItemInput{
		TableName:      &s.tables.Submissions,
		Key:            keyOf(key),
		ConsistentRead: aws.Bool(true),
	})
	if err != nil {
		return nil, passing(ctx, err)
	}
	return out.Item, nil
}

// Replace implements submission.Store.
func (s *Store) Replace(ctx context.Context, key submission.Key, old, next submission.Row) error {
	name, err := call(s.random)
	if err != nil {
		return err
	}
	item := itemOf(&key, next)
	item[writer] = binary(name)
	_, err = s.api.PutItem(ctx, &dynamodb.PutItemInput{
		TableName:                 &s.tables.Submissions,
		Item:                      item,
		ConditionExpression:       aws.String(data + " = :old"),
		ExpressionAttributeValues: map[string]types.AttributeValue{":old": binary(old)},
	})
	if refused(err) {
		item, err := s.get(ctx, &key)
		switch {
		case err != nil:
			return fmt.Errorf("looking at an item that was not replaced: %w", err)
		case wrote(item, name): // at an attempt whose answer was lost
			return nil
		}
		return submission.ErrChanged
	}
	if err != nil {
		return fmt.Errorf("replacing an item: %w", passing(ctx, err))
	}
	return nil
}

// Mark implements submission.Store.
func (s *Store) Mark(ctx context.Context, mark submission.Mark) error {
	packed := mark.Pack()
	_, err := s.api.PutItem(ctx, &dynamodb.PutItemInput{
		TableName: &s.tables.Changes,
		Item: map[string]types.AttributeValue{
			partitionKey: binary(packed[:submission.MarkPartitionSize]),
			sortKey:      binary(packed[submission.MarkPartitionSize:]),
		},
	})
	if err != nil {
		return fmt.Errorf("marking a change: %w", passing(ctx, err))
	}
	return nil
}
