package infratest_test

import (
	"bufio"
	"crypto/rand"
	"fmt"
	"net"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/stretchr/testify/require"

	"learningforlife/infra/infratest"
	"learningforlife/shared/store/dynamo"
)

func TestTheStoreFindsItsTables(t *testing.T) {
	api := infratest.Client(t)
	one, another := infratest.Tables(t, api), infratest.Tables(t, api)
	require.NotEqual(t, one, another)
	store := dynamo.New(api, one, rand.Reader)
	require.NoError(t, store.Healthy(t.Context()))

	_, err := store.Workings().Put(t.Context(), []byte("kept apart"))
	require.NoError(t, err)
	for table, items := range map[string]int32{one.Workings: 2, one.Releases: 0, one.Submissions: 0, one.Changes: 0, another.Workings: 0} {
		out, err := api.Scan(t.Context(), &dynamodb.ScanInput{TableName: &table})
		require.NoError(t, err)
		require.Equal(t, items, out.Count, table)
	}
}

func TestTablesGoWithTheirTest(t *testing.T) {
	api := infratest.Client(t)
	var tables dynamo.Tables
	t.Run("inner", func(t *testing.T) { tables = infratest.Tables(t, api) })
	require.Error(t, dynamo.New(api, tables, rand.Reader).Healthy(t.Context()))
}

// child is set in the environment of a process that is to be killed.
const child = "INFRATEST_CHILD"

func TestServerAnswers(t *testing.T) {
	address := infratest.Endpoint(t)
	require.NoError(t, dial(address))
	if os.Getenv(child) != "" {
		fmt.Println(address)
		select {} // until killed
	}
}

func TestServerEndsWithItsTests(t *testing.T) {
	tests := exec.Command(os.Args[0], "-test.run=^TestServerAnswers$")
	tests.Env = append(os.Environ(), child+"=1", "STORE_ENDPOINT=")
	out, err := tests.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, tests.Start())
	lines := bufio.NewScanner(out)
	for lines.Scan() && !strings.HasPrefix(lines.Text(), "http://") {
		continue // it may tell of its shuffling first
	}
	address := lines.Text()
	require.NoError(t, dial(address))
	require.NoError(t, tests.Process.Kill())
	require.Error(t, tests.Wait())
	require.Eventually(t, func() bool { return dial(address) != nil }, 10*time.Second, 10*time.Millisecond)
}

func dial(address string) error {
	connection, err := net.Dial("tcp", strings.TrimPrefix(address, "http://"))
	if err != nil {
		return err
	}
	return connection.Close()
}
