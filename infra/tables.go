package infra

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// LocalPrefix begins the names that tables have outside AWS, where nothing gives
// them the name of a stack.
const LocalPrefix = "learning-for-life-"

// table is the properties of an AWS::DynamoDB::Table. One that is not listed is an
// error, so that nothing the template says of a table, such as an index, is left out
// unnoticed. The last three protect what is kept for good, and mean
// nothing on a server for tests and trials.
type table struct {
	AttributeDefinitions []struct {
		AttributeName string
		AttributeType types.ScalarAttributeType
	}
	KeySchema []struct {
		AttributeName string
		KeyType       types.KeyType
	}
	BillingMode types.BillingMode

	DeletionProtectionEnabled        bool
	PointInTimeRecoverySpecification jsontext.Value
	SSESpecification                 jsontext.Value
}

// Tables returns the tables of a template that Transform made, ready to be
// created, in the order of their names. The resource SubmissionsTable becomes
// the table submissions, with prefix before it.
func Tables(template []byte, prefix string) ([]*dynamodb.CreateTableInput, error) {
	var content struct {
		Resources map[string]struct {
			Type       string
			Properties jsontext.Value
		}
	}
	if err := json.Unmarshal(template, &content); err != nil {
		return nil, fmt.Errorf("reading the template: %w", err)
	}
	var tables []*dynamodb.CreateTableInput
	for _, id := range slices.Sorted(maps.Keys(content.Resources)) {
		resource := content.Resources[id]
		if resource.Type != "AWS::DynamoDB::Table" {
			continue
		}
		var t table
		if err := json.Unmarshal(resource.Properties, &t, json.RejectUnknownMembers(true)); err != nil {
			return nil, fmt.Errorf("reading table %s of the template: %w", id, err)
		}
		tables = append(tables, t.input(prefix+strings.ToLower(strings.TrimSuffix(id, "Table"))))
	}
	return tables, nil
}

func (t table) input(name string) *dynamodb.CreateTableInput {
	input := &dynamodb.CreateTableInput{TableName: &name, BillingMode: t.BillingMode}
	for _, a := range t.AttributeDefinitions {
		input.AttributeDefinitions = append(input.AttributeDefinitions, types.AttributeDefinition{AttributeName: &a.AttributeName, AttributeType: a.AttributeType})
	}
	for _, k := range t.KeySchema {
		input.KeySchema = append(input.KeySchema, types.KeySchemaElement{AttributeName: &k.AttributeName, KeyType: k.KeyType})
	}
	return input
}

// createWithin is for how long a table may take to come into being.
const createWithin = time.Minute

// Create creates the tables and returns when all can be used. A table that is there
// already is an error.
func Create(ctx context.Context, api *dynamodb.Client, tables []*dynamodb.CreateTableInput) error {
	for _, input := range tables {
		if _, err := api.CreateTable(ctx, input); err != nil {
			return fmt.Errorf("creating table %s: %w", aws.ToString(input.TableName), err)
		}
	}
	created := dynamodb.NewTableExistsWaiter(api, func(o *dynamodb.TableExistsWaiterOptions) {
		o.MinDelay, o.MaxDelay = 20*time.Millisecond, time.Second
	})
	for _, input := range tables {
		if err := created.Wait(ctx, &dynamodb.DescribeTableInput{TableName: input.TableName}, createWithin); err != nil {
			return fmt.Errorf("waiting for table %s: %w", aws.ToString(input.TableName), err)
		}
	}
	return nil
}
