package dynamo_test

import (
	"crypto/rand"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/stretchr/testify/require"

	"learningforlife/infra/infratest"
	"learningforlife/shared/document"
	"learningforlife/shared/store/dynamo"
)

// TestADocumentIsMended: a document of which a part was lost is damaged, and whole again once it is stored again.
func TestADocumentIsMended(t *testing.T) {
	api := infratest.Client(t)
	tables := infratest.Tables(t, api)
	workings := dynamo.New(api, tables, rand.Reader).Workings()
	digest, err := workings.Put(t.Context(), []byte("a sheet"))
	require.NoError(t, err)
	_, err = api.DeleteItem(t.Context(), &dynamodb.DeleteItemInput{TableName: &tables.Workings, Key: map[string]types.AttributeValue{
		"k": &types.AttributeValueMemberS{Value: "d/" + digest}, "i": &types.AttributeValueMemberS{Value: "00000"}}})
	require.NoError(t, err)
	_, err = workings.Document(t.Context(), digest)
	require.Error(t, err)
	require.NotErrorIs(t, err, document.ErrNone)

	again, err := workings.Put(t.Context(), []byte("a sheet"))
	require.NoError(t, err)
	require.Equal(t, digest, again)
	content, err := workings.Document(t.Context(), digest)
	require.NoError(t, err)
	require.Equal(t, "a sheet", string(content))
}
