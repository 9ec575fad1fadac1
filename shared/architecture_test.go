// Package shared_test holds the directions in which the packages of this
// project know each other. Who changes them changes the table below, and gives a reason.
package shared_test

import (
	"encoding/json"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const module = "learningforlife/"

// knows says of each package which others of the project it may import.
// "shared/web/..." stands for that folder and all below it. A package that is not
// listed fails the test: say here what it may know.
var knows = map[string][]string{
	"shared/day":      {},
	"shared/stats":    {}, // formulas on plain numbers
	"shared/parallel": {},
	"shared/document": {},
	"shared/identity": {},
	// What is asked of an aggregation and told of it, for both sides of that.
	"shared/aggregation": {},

	"shared/campaign":   {"shared/day"},
	"shared/submission": {"shared/campaign", "shared/day"},
	"shared/method":     {"shared/campaign"},                                                   // numbers that figures and pages share
	"shared/release":    {"shared/method", "shared/campaign", "shared/day", "shared/document"}, // what is shown, and nothing that computes it

	// What is decided about bursts, for those who decide and those who count.
	"shared/quarantine": {"shared/submission", "shared/document", "shared/day"},

	"shared/tally":      {"shared/parallel", "shared/submission", "shared/campaign", "shared/day"},
	"shared/seal":       {"shared/tally", "shared/submission", "shared/document", "shared/campaign", "shared/day"},
	"shared/score":      {"shared/parallel", "shared/tally", "shared/stats", "shared/method", "shared/campaign"},
	"shared/disclosure": {"shared/score", "shared/tally", "shared/method", "shared/campaign", "shared/day"},
	// The audit takes what was admitted from disclosure, and none of its decisions.
	"shared/audit":   {"shared/audit/...", "shared/disclosure", "shared/score", "shared/method", "shared/campaign"},
	"shared/figures": {"shared/parallel", "shared/score", "shared/stats", "shared/release", "shared/method", "shared/campaign", "shared/day"},
	// The use case knows all that it joins, but no adapter and no page.
	"shared/aggregate": {"shared/aggregation", "shared/audit", "shared/disclosure", "shared/figures", "shared/score", "shared/seal", "shared/tally", "shared/stats", "shared/release", "shared/quarantine", "shared/method", "shared/submission", "shared/document", "shared/campaign", "shared/day"},

	// Audits use nothing that makes what they audit, and this one is arithmetic.
	"shared/audit/interval": {},

	// Adapters know what they store, and nothing of what is made of it.
	"shared/store/...": {"shared/submission", "shared/document", "shared/day"},
	// Pages and the API know submissions and releases. How a score came about, and
	// where anything is stored, they cannot even ask.
	"shared/web/...": {"shared/web/...", "shared/aggregation", "shared/quarantine", "shared/release", "shared/method", "shared/submission", "shared/identity", "shared/document", "shared/campaign", "shared/day"},

	// Lambda's events, and nothing of what they ask for.
	"shared/awslambda": {"shared/aggregation"},

	// What runs on AWS, read from its description.
	"infra": {},
	// Servers that stand for AWS's own, for tests and benchmarks.
	"infra/dynalite":   {},
	"infra/runtimeapi": {},

	// What only tests import.
	"infra/infratest":              {"infra", "infra/dynalite", "shared/store/dynamo"},
	"shared/seeded":                {},
	"shared/campaign/campaigntest": {"shared/campaign"},
	"shared/store/storetest":       {"shared/seeded", "shared/submission", "shared/document", "shared/campaign", "shared/day"},

	// An outsider knows what releases say, and nothing of what makes or audits them.
	"scripts/internal/attack": {},

	// The recount may share the item codec, and nothing from the tally onward: it
	// is there to find their mistakes. The simulation knows the server only as its clients do.
	"scripts/internal/recount":    {"shared/submission", "shared/document", "shared/campaign", "shared/day"},
	"scripts/internal/reproduce":  {"shared/aggregate", "shared/score", "shared/release", "shared/document", "shared/campaign"},
	"scripts/internal/simulation": {"scripts/internal/recount", "scripts/internal/progress", "shared/submission", "shared/campaign", "shared/day"},
	"scripts/internal/storage":    {"shared/store/...", "shared/submission", "shared/document", "infra"},

	// A function knows what it may do, and no other's part.
	"functions/internal/config": {},
	"functions/internal/secret": {},
	"functions/internal/signin": {"functions/internal/secret", "shared/identity"},
	"functions/internal/remote": {"shared/awslambda"},
	"functions/intake":          {"functions/internal/config", "functions/internal/secret", "shared/awslambda", "shared/store/dynamo", "shared/submission", "shared/campaign", "shared/web/intake", "shared/web/signed", "shared/web/ui"},
	"functions/dashboard":       {"functions/internal/config", "functions/internal/signin", "shared/awslambda", "shared/store/dynamo", "shared/campaign", "shared/web/dashboard"},
	"functions/admin":           {"functions/internal/config", "functions/internal/signin", "functions/internal/remote", "shared/awslambda", "shared/aggregation", "shared/store/dynamo", "shared/web/admin"},
	"functions/aggregate":       {"functions/internal/config", "shared/awslambda", "shared/store/dynamo", "shared/aggregate", "shared/campaign"},

	// Only mains join adapters to use cases; what the server joins stands apart, so that tests can start it.
	"scripts/cmd/...":           {"shared/...", "scripts/internal/...", "infra"},
	"scripts/internal/program":  {},
	"scripts/internal/progress": {},
	// What figures are worth is found with the very code that makes them, from counts to release.
	"scripts/internal/coverage": {"scripts/internal/progress", "shared/figures", "shared/disclosure", "shared/score", "shared/tally", "shared/release", "shared/method", "shared/campaign", "shared/day"},
	// Who runs workloads knows none of them.
	"scripts/internal/bench":            {},
	"scripts/internal/bench/population": {"shared/submission", "shared/campaign", "shared/day"},
	"scripts/internal/bench/counting":   {"scripts/internal/bench/...", "shared/aggregate", "shared/tally", "shared/store/embedded", "shared/submission", "shared/campaign", "shared/day"},
	// A year of a campaign, played with the real aggregation over a store that is given to it.
	"scripts/internal/history": {"shared/aggregate", "shared/aggregation", "shared/release", "shared/submission", "shared/document", "shared/campaign", "shared/day"},
	"scripts/internal/local":   {"scripts/internal/storage", "shared/..."},
	// What is timed here is the whole of it, as it is served and as Lambda runs it.
	"scripts/internal/bench/metering":   {"shared/aggregate", "shared/submission", "shared/document", "shared/day"},
	"scripts/internal/bench/sealing":    {"scripts/internal/bench/...", "shared/aggregate", "shared/aggregation", "shared/seal", "shared/tally", "shared/document", "shared/store/embedded", "shared/campaign", "shared/day"},
	"scripts/internal/bench/wire":       {},
	"scripts/internal/bench/submitting": {"scripts/internal/bench", "scripts/internal/bench/wire", "scripts/internal/local", "scripts/internal/storage", "shared/store/...", "shared/submission", "shared/campaign", "shared/day", "shared/web/signed", "infra", "infra/dynalite"},
	"scripts/internal/bench/serving":    {"scripts/internal/bench", "scripts/internal/bench/wire", "scripts/internal/local", "shared/awslambda", "shared/store/embedded", "shared/submission", "shared/campaign", "shared/day", "shared/web/intake", "shared/web/signed", "infra/runtimeapi"},
}

// onlyIn says where modules that a seam keeps apart may be imported.
var onlyIn = map[string][]string{
	"go.etcd.io/bbolt":             {"shared/store/embedded"},
	"github.com/aws/aws-sdk-go-v2": {"shared/store/dynamo", "functions/...", "infra/...", "scripts/internal/storage", "scripts/internal/bench/submitting", "scripts/cmd/..."},
	"github.com/aws/aws-lambda-go": {"shared/awslambda", "scripts/internal/bench/serving"},
	"gonum.org/":                   {"shared/stats"},
	"github.com/google/":           {"shared/submission"}, // UUIDs: a receipt is minted in one place
}

// within reports whether a package is one of those that the patterns name, and by how long a pattern.
func within(pkg string, patterns ...string) (length int, ok bool) {
	for _, pattern := range patterns {
		folder, open := strings.CutSuffix(pattern, "/...")
		if pkg == pattern || open && (pkg == folder || strings.HasPrefix(pkg, folder+"/")) {
			length, ok = max(length, len(folder)), true
		}
	}
	return length, ok
}

// goPackage is what `go list` tells of a package.
type goPackage struct {
	ImportPath string
	Name       string
	Dir        string
	GoFiles    []string
	Imports    []string
	Deps       []string
}

func (p goPackage) path() string { return strings.TrimPrefix(p.ImportPath, module) }

// forTests reports whether the package is a part of tests that several packages share.
func (p goPackage) forTests() bool { return slices.Contains(p.Imports, "testing") }

func packages(t *testing.T, patterns ...string) []goPackage {
	t.Helper()
	list := exec.Command("go", append([]string{"list", "-json=ImportPath,Name,Dir,GoFiles,Imports,Deps"}, patterns...)...)
	list.Dir = ".."
	var stderr strings.Builder
	list.Stderr = &stderr
	out, err := list.Output()
	require.NoError(t, err, stderr.String())
	var all []goPackage
	for d := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p goPackage
		err := d.Decode(&p)
		if errors.Is(err, io.EOF) {
			break
		}
		require.NoError(t, err)
		if len(p.GoFiles) > 0 { // else it has tests only
			all = append(all, p)
		}
	}
	require.NotEmpty(t, all)
	return all
}

// trespasses lists what the packages import against the rules.
func trespasses(all []goPackage) (found []string) {
	for _, p := range all {
		rule, best := "", -1
		for pattern := range knows {
			if length, ok := within(p.path(), pattern); ok && length > best {
				rule, best = pattern, length
			}
		}
		if best < 0 {
			found = append(found, p.path()+" is not listed: say what it may know")
			continue
		}
		for _, imported := range p.Imports {
			if inner, ours := strings.CutPrefix(imported, module); ours {
				if _, ok := within(inner, knows[rule]...); !ok {
					found = append(found, p.path()+" must not know "+inner)
				}
			}
			for prefix, where := range onlyIn {
				if _, ok := within(p.path(), where...); strings.HasPrefix(imported, prefix) && !ok {
					found = append(found, p.path()+" must not use "+imported)
				}
			}
		}
	}
	return found
}

func TestImportsPointOneWay(t *testing.T) {
	require.Empty(t, trespasses(packages(t, "./...")))
}

// TestATrespassIsFound holds that the test above can fail.
func TestATrespassIsFound(t *testing.T) {
	require.Equal(t, []string{
		"shared/web/intake must not know shared/store/embedded",
		"shared/tally must not use go.etcd.io/bbolt",
		"shared/campaigns is not listed: say what it may know",
		"shared/stats must not know shared/campaign",
		"scripts/internal/recount must not know shared/tally",
		"shared/store/storetest must not know shared/aggregate",
	}, trespasses([]goPackage{
		{ImportPath: module + "shared/web/intake", Imports: []string{"net/http", module + "shared/web/respond", module + "shared/store/embedded"}},
		{ImportPath: module + "shared/tally", Imports: []string{module + "shared/submission", "go.etcd.io/bbolt"}},
		{ImportPath: module + "shared/campaigns"},
		{ImportPath: module + "shared/stats", Imports: []string{"math", module + "shared/campaign"}},
		{ImportPath: module + "scripts/internal/recount", Imports: []string{module + "shared/submission", module + "shared/tally"}},
		{ImportPath: module + "shared/store/storetest", Imports: []string{"testing", module + "shared/campaign", module + "shared/aggregate"}},
		{ImportPath: module + "scripts/cmd/server", Imports: []string{module + "shared/store/embedded", module + "shared/aggregate"}},
	}))
}

// TestWhatTakesSubmissionsInIsSmall holds that neither an engine nor any of
// the arithmetic comes along with what stands in the way of a submission.
func TestWhatTakesSubmissionsInIsSmall(t *testing.T) {
	foreign := []string{"go.etcd.io/", "github.com/aws/", "gonum.org/"}
	ours := []string{"shared/store/...", "shared/tally", "shared/stats", "shared/score", "shared/disclosure", "shared/aggregate"}
	for _, p := range packages(t, "./shared/web/intake", "./shared/submission") {
		for _, dep := range p.Deps {
			for _, prefix := range foreign {
				require.False(t, strings.HasPrefix(dep, prefix), "%s brings %s along", p.path(), dep)
			}
			inner, mine := strings.CutPrefix(dep, module)
			if _, forbidden := within(inner, ours...); mine && forbidden {
				t.Errorf("%s brings %s along", p.path(), inner)
			}
		}
	}
}

// TestAFunctionBringsOnlyWhatItMayDo holds that none brings along the parts of another.
func TestAFunctionBringsOnlyWhatItMayDo(t *testing.T) {
	const sdk = "github.com/aws/aws-sdk-go-v2/service/"
	arithmetic := []string{"shared/tally", "shared/stats", "shared/score", "shared/disclosure", "shared/aggregate"}
	for function, without := range map[string]struct{ foreign, ours []string }{
		"intake":    {[]string{"go.etcd.io/", "gonum.org/", sdk + "lambda"}, append([]string{"shared/web/gallery"}, arithmetic...)},
		"dashboard": {[]string{"go.etcd.io/", "gonum.org/", sdk + "lambda"}, arithmetic},
		"admin":     {[]string{"go.etcd.io/", "gonum.org/"}, arithmetic},
		"aggregate": {[]string{"go.etcd.io/", sdk + "ssm", sdk + "lambda"}, []string{"shared/web/...", "shared/identity"}},
	} {
		p := packages(t, "./functions/"+function)[0]
		require.Contains(t, p.Deps, module+"shared/awslambda")
		for _, dep := range p.Deps {
			for _, prefix := range without.foreign {
				require.False(t, strings.HasPrefix(dep, prefix), "%s brings %s along", p.path(), dep)
			}
			inner, mine := strings.CutPrefix(dep, module)
			if _, forbidden := within(inner, without.ours...); mine && forbidden {
				t.Errorf("%s brings %s along", p.path(), inner)
			}
		}
	}
}

func TestNoProgramBringsTestsAlong(t *testing.T) {
	for _, p := range packages(t, "./...") {
		if p.Name == "main" {
			require.NotContains(t, p.Deps, "testing", p.path())
		}
	}
}

// ambient is what reads the time, the environment or the machine's randomness.
// Below the mains these are arguments, so that a test can say what they are.
var ambient = map[string]func(name string) bool{
	"time":        names("Now", "Since", "Until"),
	"os":          names("Getenv", "LookupEnv", "Environ", "ExpandEnv", "Getpid", "Hostname"),
	"crypto/rand": func(string) bool { return true },
	"math/rand":   func(string) bool { return true },
	"math/rand/v2": func(name string) bool {
		return !strings.HasPrefix(name, "New") && !names("Rand", "Source", "PCG", "ChaCha8", "Zipf")(name)
	},
	"github.com/google/uuid": names("New", "NewString", "NewRandom", "NewUUID", "NewV6", "NewV7"),
}

func names(list ...string) func(string) bool {
	return func(name string) bool { return slices.Contains(list, name) }
}

// ambientUses lists where a file reaches for something ambient.
func ambientUses(files *token.FileSet, file *ast.File) (found []string) {
	forbidden := map[string]func(string) bool{} // by the name the file imports the package under
	for _, spec := range file.Imports {
		path, err := strconv.Unquote(spec.Path.Value)
		if rule := ambient[path]; err == nil && rule != nil {
			name := path[strings.LastIndex(path, "/")+1:]
			switch {
			case spec.Name != nil:
				name = spec.Name.Name
			case path == "math/rand/v2":
				name = "rand"
			}
			if name == "." {
				found = append(found, files.Position(spec.Pos()).String()+": import "+path+" by its name")
			}
			forbidden[name] = rule
		}
	}
	ast.Inspect(file, func(n ast.Node) bool {
		if selector, ok := n.(*ast.SelectorExpr); ok {
			if pkg, ok := selector.X.(*ast.Ident); ok && forbidden[pkg.Name] != nil && forbidden[pkg.Name](selector.Sel.Name) {
				found = append(found, files.Position(selector.Pos()).String()+": "+pkg.Name+"."+selector.Sel.Name)
			}
		}
		return true
	})
	return found
}

func TestTimeEnvironmentAndRandomnessAreArguments(t *testing.T) {
	files := token.NewFileSet()
	var found []string
	for _, p := range packages(t, "./...") {
		if p.Name == "main" || p.forTests() {
			continue
		}
		for _, name := range p.GoFiles {
			file, err := parser.ParseFile(files, filepath.Join(p.Dir, name), nil, parser.SkipObjectResolution)
			require.NoError(t, err)
			found = append(found, ambientUses(files, file)...)
		}
	}
	require.Empty(t, found)
}

// TestWhatIsAmbientIsFound holds that the test above can fail.
func TestWhatIsAmbientIsFound(t *testing.T) {
	const source = `package x

import (
	"crypto/rand"
	clock "time"
	"os"

	random "math/rand/v2"
)

var now = clock.Now // passed on, not called

func f() {
	_ = clock.Unix(0, 0)
	_ = os.Args
	_ = os.Getenv("HOME")
	_ = random.New(random.NewPCG(1, 2)).IntN(3)
	_ = random.IntN(3)
	_ = rand.Reader
}
`
	files := token.NewFileSet()
	file, err := parser.ParseFile(files, "x.go", source, parser.SkipObjectResolution)
	require.NoError(t, err)
	require.Equal(t, []string{"x.go:11:11: clock.Now", "x.go:16:6: os.Getenv", "x.go:18:6: random.IntN", "x.go:19:6: rand.Reader"}, ambientUses(files, file))
}
