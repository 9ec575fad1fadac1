package embedded_test

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// childVariable makes the test program play the part of a process that uses a
// store and comes to harm: it names the part and the store's file. Only these tests set it, for their children.
const childVariable = "EMBEDDED_TEST_CHILD"

// parts are what a child can play. The argument is the store's file.
var parts = map[string]func(path string){
	"crash": addUntilKilled,
	"full":  meetFullDisk,
}

func TestMain(m *testing.M) {
	if part, path, ok := strings.Cut(os.Getenv(childVariable), ":"); ok {
		parts[part](path)
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// child returns a command that plays the part.
func child(t *testing.T, part, path string) *exec.Cmd {
	self, err := os.Executable()
	if err != nil {
		t.Fatalf("finding the test program: %v", err)
	}
	cmd := exec.Command(self)
	cmd.Env = append(os.Environ(), childVariable+"="+part+":"+path)
	return cmd
}

// childT is what stands for a test in a child: the first failure ends the process.
type childT struct{}

func (childT) Errorf(format string, args ...any) { fmt.Fprintf(os.Stderr, format, args...) }
func (childT) FailNow()                          { os.Exit(1) }
