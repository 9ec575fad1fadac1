package campaign_test

import (
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/go-json-experiment/json"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"learningforlife/shared/campaign"
	"learningforlife/shared/campaign/campaigntest"
	_ "learningforlife/shared/seeded"
)

// fault is an edit that Load must refuse, and words of what it must say.
type fault struct {
	name string
	edit campaigntest.Edit
	want string
}

func requireFaults(t *testing.T, faults []fault) {
	for _, f := range faults {
		t.Run(f.name, func(t *testing.T) {
			_, err := campaign.Load(campaigntest.Files(t, f.edit))
			require.ErrorContains(t, err, f.want)
		})
	}
}

func TestFaultsOfTheCampaignFile(t *testing.T) {
	edit := campaigntest.JSON
	requireFaults(t, []fault{
		{"a member that is none",
			edit(`"number": 1,`+"\n"+`  "name"`, `"number": 1, "nubmer": 1,`+"\n"+`  "name"`), `unknown object member name`},
		{"a member in another case",
			edit(`"opens": "2026-01-01",`+"\n"+`  "closes"`, `"Opens": "2026-01-01",`+"\n"+`  "closes"`), `unknown object member name`},
		{"a member twice",
			edit(`"shareOfShortfall": [1, 3]`, `"most": 4, "shareOfShortfall": [1, 3]`), `duplicate object member name`},
		{"a number that is a string",
			edit(`"minimum": 11`, `"minimum": "11"`), `minimum`},
		{"a date that is none",
			edit(`"opens": "2026-01-01",`+"\n"+`  "closes"`, `"opens": "2026-02-30",`+"\n"+`  "closes"`), `"2026-02-30" is not a date`},
		{"text after the end",
			edit(`"disclosure": {"minimum": 11}`+"\n}", `"disclosure": {"minimum": 11}`+"\n}\n{}"), `invalid character`},
		{"no id of the campaign",
			edit(`"id": "learning-for-life"`, `"id": ""`), `campaign: the id "" is not made of`},
		{"an id that breaks an address",
			edit(`{"id": "PL07"`, `{"id": "PL/07"`), `pledge PL/07: the id "PL/07" is not made of`},
		{"an id too long for a row",
			edit(`{"id": "PL07"`, `{"id": "`+strings.Repeat("P", 41)+`"`), `is not made of up to 40 letters`},
		{"no name of the campaign",
			edit(`"name": "Learning for Life",`, `"name": "",`), `campaign: has no text`},
		{"a campaign number of no byte",
			edit(`"number": 1,`+"\n"+`  "name"`, `"number": 256,`+"\n"+`  "name"`), `campaign: number 256 is not from 1 to 255`},
		{"a campaign that closes at once",
			edit(`"closes": "2030-12-31",`+"\n\n", `"closes": "2025-12-31",`+"\n\n"), `campaign: does not open (2026-01-01) before it closes (2025-12-31)`},
		{"a campaign that never opens",
			edit(`"opens": "2026-01-01",`+"\n"+`  "closes"`, `"closes"`), `campaign: does not open (no day)`},
		{"a minimum of ten",
			edit(`"minimum": 11`, `"minimum": 10`), `disclosure: minimum 10 is below 11`},
		{"no minimum",
			edit(`"disclosure": {"minimum": 11}`, `"disclosure": {}`), `disclosure: minimum 0 is below 11`},
		{"a target of no points",
			edit(`"most": 3`, `"most": 0`), `target: most 0`},
		{"a target above the scale",
			edit(`"most": 3`, `"most": 101`), `target: most 101`},
		{"a target of more than all",
			edit(`[1, 3]`, `[4, 3]`), `shareOfShortfall [4 3]`},
		{"a target of a negative share",
			edit(`[1, 3]`, `[-1, 3]`), `shareOfShortfall [-1 3]`},
		{"a target without a denominator",
			edit(`[1, 3]`, `[1, 0]`), `shareOfShortfall [1 0]`},
		{"a wave that closes at once",
			edit(`"name": "First survey", "opens": "2026-01-01"`, `"name": "First survey", "opens": "2031-01-01"`), `wave before: does not open (2031-01-01) before it closes (2030-12-31)`},
		{"a wave before the campaign",
			edit(`"name": "First survey", "opens": "2026-01-01"`, `"name": "First survey", "opens": "2025-12-31"`), `wave before: is open outside the campaign`},
		{"a wave after the campaign",
			edit(`"closes": "2030-12-31", "follows"`, `"closes": "2031-01-01", "follows"`), `wave after: is open outside the campaign`},
		{"a wave that follows no wave",
			edit(`"follows": "before"`, `"follows": "sooner"`), `wave after: follows "sooner", which is no wave`},
		{"a wave where answers are withdrawn",
			edit(`{"id": "after", "number": 2, "name"`, `{"id": "withdraw", "number": 2, "name"`), `wave withdraw: an address of the site has that name already`},
		{"a wave that follows itself",
			edit(`"follows": "before"`, `"follows": "after"`), `wave after: follows itself`},
		{"waves that follow each other",
			edit(`"closes": "2030-12-31"},`, `"closes": "2030-12-31", "follows": "after"},`), `wave before: follows "after", which itself follows a wave`},
		{"no wave that follows",
			edit(`, "follows": "before"`, ``), `waves: none follows another`},
		{"a wave's number taken",
			edit(`{"id": "after", "number": 2`, `{"id": "after", "number": 1`), `wave after: number 1 is taken`},
		{"a wave's number out of range",
			edit(`{"id": "after", "number": 2`, `{"id": "after", "number": 64`), `wave after: number 64 is not from 1 to 63`},
		{"an audience's number taken",
			edit(`{"id": "board", "number": 4`, `{"id": "board", "number": 3`), `audience board: number 3 is taken`},
		{"an audience without a number",
			edit(`{"id": "board", "number": 4`, `{"id": "board"`), `audience board: number 0 is not from 1 to 63`},
		{"an audience twice",
			edit(`{"id": "manager", "number": 2`, `{"id": "staff", "number": 2`), `audience staff: is there twice`},
		{"an audience without a name",
			edit(`"name": "Union learning rep"`, `"name": ""`), `audience learning_rep: has no text`},
		{"a band group's number taken",
			edit(`{"id": "unknown", "number": 5`, `{"id": "unknown", "number": 1`), `band group unknown: number 1 is taken`},
		{"a band group twice",
			edit(`{"id": "5-7", "number": 2`, `{"id": "1-4", "number": 2`), `band group 1-4: is there twice`},
		{"a group of an unknown audience",
			edit(`"audiences": ["board"],`+"\n", `"audiences": ["governors"],`+"\n"), `group board: "governors" is no audience`},
		{"a group of an unknown band",
			edit(`"bandGroups": ["8-9"]`, `"bandGroups": ["8-10"]`), `group bands_8_9: "8-10" is no band group`},
		{"a group of nobody",
			edit(`"bandGroups": ["8-9"]`, `"bandGroups": []`), `group bands_8_9: names no band group`},
		{"a band twice in a group",
			edit(`"bandGroups": ["8-9"]`, `"bandGroups": ["8-9", "8-9"]`), `group bands_8_9: band group "8-9" is there twice`},
		{"a group at no level",
			edit(`"levels": ["nation", "region", "type", "organisation"]`, `"levels": []`), `group all: is shown at no level`},
		{"a group at an unknown level",
			edit(`"levels": ["nation", "region", "type", "organisation"]`, `"levels": ["county"]`), `group all: "county" is no level`},
		{"a group at a level twice",
			edit(`"levels": ["nation", "region", "type", "organisation"]`, `"levels": ["nation", "nation"]`), `group all: level "nation" is there twice`},
		{"a group twice",
			edit(`{"id": "bands_5_7", "name"`, `{"id": "others", "name"`), `group others: is there twice`},
		{"a scale twice",
			edit(`{"id": "pledge_progress", "answers"`, `{"id": "yes_no", "answers"`), `scale yes_no: is there twice`},
		{"an answer's number taken",
			edit(`{"id": "not_sure", "number": 3`, `{"id": "not_sure", "number": 2`), `scale yes_no, answer not_sure: number 2 is taken`},
		{"an answer twice",
			edit(`{"id": "not_sure", "number": 3`, `{"id": "no", "number": 3`), `scale yes_no, answer no: is there twice`},
		{"an answer without words",
			edit(`"text": "I am not sure"`, `"text": ""`), `scale yes_no, answer not_sure: has no text`},
		{"a question's number taken",
			edit(`{"id": "A3", "number": 3`, `{"id": "A3", "number": 2`), `question A3: number 2 is taken`},
		{"a question's number too large",
			edit(`{"id": "A3", "number": 3`, `{"id": "A3", "number": 64`), `question A3: number 64 is not from 1 to 63`},
		{"a question twice",
			edit(`{"id": "A8", "number": 8`, `{"id": "A7", "number": 8`), `question A7: is there twice`},
		{"a question of no objective",
			edit(`"number": 7, "objective": 1`, `"number": 7, "objective": 5`), `question A7: 5 is no objective`},
		{"a question of an unknown scale",
			edit(`"waves": ["after"], "scale": "pledge_progress"`, `"waves": ["after"], "scale": "agree7"`), `question A8: "agree7" is no scale`},
		{"a question in an unknown wave",
			edit(`"waves": ["after"], "scale": "pledge_progress"`, `"waves": ["during"], "scale": "pledge_progress"`), `question A8: "during" is no wave`},
		{"a question in no wave",
			edit(`"waves": ["after"], "scale": "pledge_progress"`, `"waves": [], "scale": "pledge_progress"`), `question A8: names no wave`},
		{"a question to an unknown person",
			edit(`"number": 9, "objective": 2, "audiences": ["board"]`, `"number": 9, "objective": 2, "audiences": ["patients"]`), `question B1: "patients" is no audience`},
		{"a question without words",
			edit(`"Did you see or hear about Learning for Life at work?"`, `""`), `question A7: has no text`},
		{"a branch on a later question",
			edit(`{"question": "A2", "answer": "yes"}`, `{"question": "A7", "answer": "yes"}`), `question A6: is asked after "A7", which is no earlier question`},
		{"a branch on itself",
			edit(`{"question": "A2", "answer": "yes"}`, `{"question": "A6", "answer": "agree"}`), `question A6: is asked after "A6", which is no earlier question`},
		{"a branch on an unknown question",
			edit(`{"question": "A2", "answer": "yes"}`, `{"question": "Z1", "answer": "yes"}`), `question A6: is asked after "Z1", which is no earlier question`},
		{"a branch on an unknown answer",
			edit(`{"question": "A2", "answer": "yes"}`, `{"question": "A2", "answer": "perhaps"}`), `question A6: "perhaps" is no answer to A2`},
		{"a branch on another's question",
			edit(`"number": 6, "objective": 4, "audiences": ["staff", "manager", "learning_rep"]`, `"number": 6, "objective": 4, "audiences": ["staff", "board"]`), `question A6: is asked after A2, which is not asked of every audience`},
		{"a branch on a branch",
			edit(`"number": 7, "objective": 1, "audiences": ["staff", "manager", "learning_rep"], "waves": ["after"], "scale": "yes_no",`,
				`"number": 7, "objective": 1, "audiences": ["staff", "manager", "learning_rep"], "waves": ["after"], "scale": "yes_no", "askedIf": {"question": "A6", "answer": "agree"},`), `question A7: is asked after "A6", which is no earlier question that everybody is asked`},
		{"a question in two tables",
			edit(`["A4", "A5"]`, `["A4", "A5", "A1"]`), `table I: question A1 is in a table already`},
		{"a question twice in a table",
			edit(`["A4", "A5"]`, `["A4", "A5", "A4"]`), `table I: question "A4" is there twice`},
		{"a table of an unknown question",
			edit(`["A4", "A5"]`, `["A4", "Z5"]`), `table I: "Z5" is no question`},
		{"a table of nothing",
			edit(`["A4", "A5"]`, `[]`), `table I: names no question`},
		{"a table named like a question",
			edit(`{"id": "I", "questions"`, `{"id": "A7", "questions"`), `table A7: is there twice`},
		{"a branch apart from its opener",
			edit(`["A1", "A2", "A6"]`, `["A1", "A6"]`), `question A6 is there without A2`},
		{"a branch in a table of its own",
			edit(`["A1", "A2", "A6"]`, `["A1", "A2"]`), `question A6 is there without A2`},
		{"objectives out of order",
			edit(`{"number": 3, "title"`, `{"number": 5, "title"`), `objective 5: is not in order; number 3 comes here`},
		{"an objective without an aim",
			edit(`"aim": "Reinforce the belief that investment in staff learning is an investment in the service."`, `"aim": ""`), `objective 3: has no title or no aim`},
		{"an objective nobody measures",
			edit(`"measures": [`+"\n"+`        {"groups": ["board"], "items": [`+"\n"+`          {"question": "B1", "favourable": ["strongly_agree", "agree"]}]}]}`, `"measures": []}`), `objective 2: has no measure`},
		{"a measure without items",
			edit(`{"question": "B1", "favourable": ["strongly_agree", "agree"]}`, ``), `objective 2: a measure has no item`},
		{"a measure over two tables",
			edit(`{"question": "B3", "favourable": ["strongly_agree", "agree"]}`, `{"question": "B3", "favourable": ["agree"]}, {"question": "B1", "favourable": ["agree"]}`), `objective 3: question B1 is in another table`},
		{"a question twice in a measure",
			edit(`{"question": "B3", "favourable": ["strongly_agree", "agree"]}`, `{"question": "B3", "favourable": ["agree"]}, {"question": "B3", "favourable": ["agree"]}`), `objective 3: question B3 is measured twice`},
		{"a measure of an unknown question",
			edit(`{"question": "B3", "favourable": ["strongly_agree", "agree"]}`, `{"question": "B9", "favourable": ["agree"]}`), `objective 3: "B9" is no question`},
		{"a measure by an unknown answer",
			edit(`{"question": "B3", "favourable": ["strongly_agree", "agree"]}`, `{"question": "B3", "favourable": ["yes"]}`), `objective 3: "yes" is no answer to B3`},
		{"a measure that favours nothing",
			edit(`{"question": "B3", "favourable": ["strongly_agree", "agree"]}`, `{"question": "B3", "favourable": []}`), `objective 3: names no answer to B3`},
		{"a measure of an unknown group",
			edit(`{"groups": ["board"], "items": [`+"\n"+`          {"question": "B3"`, `{"groups": ["bored"], "items": [`+"\n"+`          {"question": "B3"`), `objective 3: "bored" is no group`},
		{"a group measured twice",
			edit(`{"groups": ["board"], "items": [`+"\n"+`          {"question": "B3"`, `{"groups": ["board", "all"], "items": [`+"\n"+`          {"question": "B3"`), `objective 3: group "all" is measured twice`},
		{"a group that is not asked",
			edit(`{"question": "B1", "favourable": ["strongly_agree", "agree"]}`, `{"question": "A3", "favourable": ["agree"]}`), `objective 2: question A3 is not asked of board in both waves`},
		{"a measure of one wave",
			edit(`{"question": "A6", "favourable": ["strongly_agree", "agree"]}`, `{"question": "A7", "favourable": ["yes"]}`), `objective 4: question A7 is not asked of staff in both waves`},
		{"a base that nobody is in",
			edit(`"questions": ["A4", "A5"]`, `"questions": ["A4", "A5", "A7"]`), `objective 3: question A7 is not asked of staff in both waves`},
		{"a sequence without r",
			edit(`"sequence": {"r": 0.0004}`, `"sequence": {}`), `sequence: r 0 is not above 0`},
		{"a sequence of a negative r",
			edit(`"r": 0.0004`, `"r": -0.0004`), `sequence: r -0.0004 is not above 0`},
		{"no weighting",
			edit(`
    {"group": "bands_1_4", "share": [2, 5]},
    {"group": "others", "share": [3, 5]}]`, `]`), `weighting: the shares of the groups do not add up to 1`},
		{"shares of less than all",
			edit(`"share": [3, 5]`, `"share": [1, 2]`), `weighting: the shares of the groups do not add up to 1`},
		{"shares of more than all",
			edit(`"share": [3, 5]`, `"share": [4, 5]`), `weighting: the shares of the groups do not add up to 1`},
		{"a share of nothing",
			edit(`"share": [3, 5]`, `"share": [0, 5]`), `weighting group others: [0 5] is not a share from 0 to 1`},
		{"a share of more than all",
			edit(`"share": [3, 5]`, `"share": [6, 5]`), `weighting group others: [6 5] is not a share from 0 to 1`},
		{"a weighting group that is none",
			edit(`{"group": "others", "share"`, `{"group": "the_rest", "share"`), `weighting group the_rest: is no group`},
		{"weighting groups that share people",
			edit(`{"group": "others", "share"`, `{"group": "bands_5_7", "share": [1, 5]}, {"group": "others", "share"`), `weighting group others: shares people with group bands_5_7`},
		{"a group across a weighting group's bounds",
			edit(`"name": "Bands 8a to 9", "audiences": ["staff", "manager", "learning_rep"],
      "bandGroups": ["8-9"]`, `"name": "Bands 8a to 9", "audiences": ["staff", "manager", "learning_rep"],
      "bandGroups": ["1-4", "8-9"]`), `group bands_8_9: is neither made up of weighting groups, nor a part of one, nor apart from all`},
		{"a group with people of no weighting group",
			edit(`"audiences": ["board"],
      "bandGroups"`, `"audiences": ["board", "staff"],
      "bandGroups"`), `group board: is neither made up of weighting groups`},
		{"parts that share people",
			edit(`"bandGroups": ["8-9"]`, `"bandGroups": ["5-7", "8-9"]`), `group bands_8_9: shares people with group bands_5_7, and both are parts of one weighting group`},
		{"a priority of a group that is none",
			edit(`"group": "bands_1_4", "others": "others", "gap"`, `"group": "bands_1_3", "others": "others", "gap"`), `objective 1, priority: "bands_1_3" is no group`},
		{"a priority of a group against itself",
			edit(`"group": "bands_1_4", "others": "others", "gap"`, `"group": "others", "others": "others", "gap"`), `objective 1, priority: group "others" is there twice`},
		{"a priority of a group that is not measured",
			edit(`"group": "bands_1_4", "others": "others", "gap"`, `"group": "board", "others": "others", "gap"`), `objective 1, priority: group "board" is not measured`},
		{"a gap that may grow",
			edit(`"gap": [1, 2]`, `"gap": [3, 2]`), `objective 1, priority: the gap [3 2] is not a share from 0 to 1`},
		{"a gap that may not be",
			edit(`"gap": [1, 2]`, `"gap": [0, 2]`), `objective 1, priority: the gap [0 2] is not a share from 0 to 1`},
		{"a claim of no objective",
			edit(`[{"objective": 3, "group": "all"}]`, `[{"objective": 5, "group": "all"}]`), `claim 3: 5 is no objective`},
		{"a claim of no group",
			edit(`[{"objective": 3, "group": "all"}]`, `[{"objective": 3, "group": "nobody"}]`), `claim 3: "nobody" is no group`},
		{"a claim of nothing",
			edit(`[{"objective": 3, "group": "all"}]`, `[]`), `claim 3: claims nothing`},
		{"a claim that nothing measures",
			edit(`[{"objective": 3, "group": "all"}]`, `[{"objective": 2, "group": "all"}]`), `claim 3: objective 2 is not measured for group "all"`},
		{"a claim twice",
			edit(`[{"objective": 3, "group": "all"}]`, `[{"objective": 4, "group": "all"}]`), `claim 5: objective 4 of group "all" is claimed already`},
		{"a claim that the nation does not show",
			edit(`"bandGroups": ["1-4"], "levels": ["nation", "region", "organisation"]`, `"bandGroups": ["1-4"], "levels": ["region", "organisation"]`), `claim 1: group "bands_1_4" is not shown for the nation`},
		{"a pledge twice",
			edit(`{"id": "PL30"`, `{"id": "PL29"`), `pledge PL29: is there twice`},
		{"a pledge of an unknown audience",
			edit(`{"id": "PL30", "audience": "learning_rep"`, `{"id": "PL30", "audience": "patient"`), `pledge PL30: "patient" is no audience`},
		{"a pledge of no objective",
			edit(`{"id": "PL30", "audience": "learning_rep", "objective": 4`, `{"id": "PL30", "audience": "learning_rep", "objective": 0`), `pledge PL30: 0 is no objective`},
		{"a pledge suggested to nobody",
			edit(`"objective": 4, "suggestedTo": ["1-4"], "text": "I will tell`, `"objective": 4, "suggestedTo": ["1-3"], "text": "I will tell`), `pledge PL06: "1-3" is no band group`},
		{"a pledge without words",
			edit(`"I will run a stall or drop-in about learning."`, `""`), `pledge PL26: has no text`},
	})
}

func TestFaultsOfTheLists(t *testing.T) {
	in := func(file, before, after string) campaigntest.Edit {
		return campaigntest.Edit{File: file, Old: before, New: after}
	}
	const organisations, successors, workforce = "organisations.csv", "successors.csv", "workforce_fte_2018.csv"
	requireFaults(t, []fault{
		{"a column renamed",
			in(organisations, "ods_code,name", "code,name"), `organisations.csv: the first line is not ods_code,name`},
		{"a byte order mark",
			in(successors, "old_code,", "\ufeffold_code,"), `successors.csv: the first line is not old_code,`},
		{"a column missing in one row",
			in(workforce, "R0A,17976", "R0A"), `workforce_fte_2018.csv, row 2: has 1 fields, not 2`},
		{"a quotation mark left open",
			in(organisations, `"Barnet, Enfield`, `"Barnet", Enfield`), `reading organisations.csv`},
		{"a code that is too long",
			in(organisations, "K0N6A,The Online", "K0N6AB,The Online"), `"K0N6AB" is not a code of up to 5 capital letters and digits`},
		{"a code in small letters",
			in(organisations, "K0N6A,The Online", "k0n6a,The Online"), `"k0n6a" is not a code`},
		{"a trust twice",
			in(organisations, "K0N6A,The Online", "R0A,The Online"), `R0A is there twice`},
		{"a trust without a name",
			in(organisations, "K0N6A,The Online NHS Trust", "K0N6A,"), `K0N6A has no name or no region`},
		{"a trust without a region",
			in(organisations, "online,National", "online,"), `K0N6A has no name or no region`},
		{"an open trust without a type",
			in(organisations, "online,National", ",National"), `K0N6A is open and has no type`},
		{"a trust that closes before",
			in(organisations, "online,National,2026-06-01,", "online,National,2026-06-01,2026-05-31"), `K0N6A closes before it opens`},
		{"a trust opened on no date",
			in(organisations, "online,National,2026-06-01", "online,National,June 2026"), `"June 2026" is not a date`},
		{"a successor of an unknown code",
			in(successors, "RVY,RBN", "RVY,RZZ"), `successor RZZ is not on the list`},
		{"a successor that only was one",
			in(successors, "TAE,RXV,2017-01-01,yes", "TAE,RXV,2017-01-01,yes\nTAG,TAE,2018-01-01,yes"), `successor TAE is not on the list`},
		{"an old code that is none",
			in(successors, "TAE,RXV", "T-E,RXV"), `"T-E" is not a code`},
		{"a successor without a date",
			in(successors, "TAE,RXV,2017-01-01", "TAE,RXV,"), `has no date`},
		{"a successor neither yes nor no",
			in(successors, "TAE,RXV,2017-01-01,yes", "TAE,RXV,2017-01-01,maybe"), `verified is "maybe", not yes or no`},
		{"a successor of an open trust",
			in(successors, "TAE,RXV", "R0A,RXV"), `R0A has a successor and is open`},
		{"a succession twice",
			in(successors, "TAE,RXV,2017-01-01,yes", "TAE,RXV,2017-01-01,yes\nTAE,RXV,2018-01-01,yes"), `TAE → RXV is there twice`},
		{"a trust that succeeds itself",
			in(successors, "RVY,RBN", "RVY,RVY"), `RVY → RVY is a circle`},
		{"a workforce of an unknown code",
			in(workforce, "R0A,17976", "RZZ,17976"), `RZZ is not on the list`},
		{"a workforce twice",
			in(workforce, "R0A,17976", "R1A,17976"), `R1A is there twice`},
		{"a workforce of nobody",
			in(workforce, "R0A,17976", "R0A,0"), `"0" is not a number of full-time equivalents`},
		{"a workforce that is not a number",
			in(workforce, "R0A,17976", "R0A,17.976"), `"17.976" is not a number of full-time equivalents`},
		{"a workforce with a thousands mark",
			in(workforce, "R0A,17976", `R0A,"17,976"`), `"17,976" is not a number of full-time equivalents`},
	})
}

func TestACircleOfSuccessorsIsToldOnce(t *testing.T) {
	_, err := campaign.Load(campaigntest.Files(t,
		campaigntest.Edit{File: "successors.csv", Old: "RBB,RD1", New: "RBB,RD7"},
		campaigntest.Edit{File: "successors.csv", Old: "RD7,RDU", New: "RD7,RVY"},
		campaigntest.Edit{File: "successors.csv", Old: "RVY,RBN", New: "RVY,RBB"},
		campaigntest.Edit{File: "successors.csv", Old: "RVL,RAL", New: "RVL,RBB"})) // leads into it
	require.EqualError(t, err, "loading the campaign:\nsuccessors.csv: RBB → RD7 → RVY → RBB is a circle")
}

func TestEveryFaultIsToldAtOnce(t *testing.T) {
	_, err := campaign.Load(campaigntest.Files(t,
		campaigntest.JSON(`"minimum": 11`, `"minimum": 10`),
		campaigntest.JSON(`"follows": "before"`, `"follows": "sooner"`),
		campaigntest.JSON(`{"id": "A3", "number": 3`, `{"id": "A3", "number": 2`),
		campaigntest.JSON(`{"question": "A2", "answer": "yes"}`, `{"question": "A2", "answer": "perhaps"}`),
		campaigntest.JSON(`{"id": "PL30", "audience": "learning_rep"`, `{"id": "PL30", "audience": "patient"`),
		campaigntest.Edit{File: "organisations.csv", Old: "online,National", New: "online,"},
		campaigntest.Edit{File: "successors.csv", Old: "RVY,RBN", New: "RVY,RZZ"},
		campaigntest.Edit{File: "workforce_fte_2018.csv", Old: "R0A,17976", New: "R0A,many"}))
	require.EqualError(t, err, `loading the campaign:
disclosure: minimum 10 is below 11
wave after: follows "sooner", which is no wave
question A3: number 2 is taken
question A6: "perhaps" is no answer to A2
pledge PL30: "patient" is no audience
organisations.csv, row 3: K0N6A has no name or no region
successors.csv, row 41: successor RZZ is not on the list
workforce_fte_2018.csv, row 2: "many" is not a number of full-time equivalents`)
}

// TestAFileThatCannotBeReadHidesNoOther holds that one unreadable file is told
// in a line, beside the faults of the others.
func TestAFileThatCannotBeReadHidesNoOther(t *testing.T) {
	_, err := campaign.Load(campaigntest.Files(t,
		campaigntest.JSON(`"minimum": 11`, `"minimum": eleven`),
		campaigntest.Edit{File: "organisations.csv", Old: "ods_code,name", New: "code,name"},
		campaigntest.Edit{File: "workforce_fte_2018.csv", Old: "ods_code,fte", New: "code,fte"}))
	require.ErrorContains(t, err, "reading campaign.json")
	require.ErrorContains(t, err, "organisations.csv: the first line is not")
	require.ErrorContains(t, err, "workforce_fte_2018.csv: the first line is not")
	require.Len(t, strings.Split(err.Error(), "\n"), 4)
}

func TestAMissingFileIsNamed(t *testing.T) {
	for name := range campaigntest.Files(t) {
		files := campaigntest.Files(t)
		delete(files, name)
		_, err := campaign.Load(files)
		if strings.HasSuffix(name, ".json") || strings.HasSuffix(name, ".csv") {
			require.ErrorIs(t, err, fs.ErrNotExist)
			require.ErrorContains(t, err, name)
		}
	}
}

// requireWhole fails if a campaign that loaded holds an index that points nowhere.
func requireWhole(t require.TestingT, c *campaign.Campaign) {
	within := func(n int, indexes ...int) {
		for _, i := range indexes {
			require.True(t, i >= 0 && i < n, "%d of %d", i, n)
		}
	}
	within(len(c.Waves), c.FollowUp(), c.Baseline())
	for _, g := range c.Groups {
		within(len(c.Audiences), g.Audiences...)
		within(len(c.BandGroups), g.BandGroups...)
	}
	for _, q := range c.Questions {
		within(len(c.Scales), q.Scale)
		within(len(c.Audiences), q.Audiences...)
		within(len(c.Waves), q.Waves...)
		within(len(c.Objectives), q.Objective-1)
	}
	for q, question := range c.Questions {
		require.NotEmpty(t, c.Answers(q))
		if b := question.AskedIf; b != nil {
			within(q, b.Question)
			within(len(c.Answers(b.Question)), b.Answer)
		}
	}
	for _, table := range c.Tables {
		within(len(c.Questions), table.Questions...)
	}
	for _, o := range c.Objectives {
		for _, m := range o.Measures {
			within(len(c.Tables), m.Table)
			for _, item := range m.Items {
				within(len(c.Questions), item.Question)
				require.Len(t, item.Favourable, len(c.Answers(item.Question)))
				require.Contains(t, c.Tables[m.Table].Questions, item.Question)
			}
			for _, g := range m.Groups {
				within(len(c.Groups), c.Group(g))
			}
		}
	}
	for _, p := range c.Pledges {
		within(len(c.Audiences), p.Audience)
		within(len(c.BandGroups), p.SuggestedTo...)
		within(len(c.Objectives), p.Objective-1)
	}
	require.GreaterOrEqual(t, c.Minimum, campaign.MinPublish)
	require.Positive(t, c.Sequence)
	require.NotEmpty(t, c.Weighting.Groups)
	for _, w := range c.Weighting.Groups {
		within(len(c.Groups), w.Group)
		require.NotZero(t, w.Share[1])
	}
	for _, g := range c.Groups {
		within(len(c.Weighting.Groups), g.Cells...)
		require.True(t, !g.Part || len(g.Cells) == 1)
	}
	for _, o := range c.Objectives {
		if p := o.Priority; p != nil {
			within(len(c.Groups), p.Whole, p.Group, p.Others)
			require.NotZero(t, p.Gap[1])
		}
	}
	for _, claim := range c.Claims {
		require.NotEmpty(t, claim)
		for _, r := range claim {
			within(len(c.Objectives), r.Objective-1)
			within(len(c.Groups), r.Group)
		}
	}
}

func TestWhatLoadsIsWhole(t *testing.T) { requireWhole(t, shipped(t)) }

// TestABrokenFileIsRefusedAndNothingPanics takes the shipped file apart: it
// removes, empties, repeats and exchanges values anywhere in it. Load must refuse
// what it makes, or return a campaign in which every index points somewhere.
func TestABrokenFileIsRefusedAndNothingPanics(t *testing.T) {
	files := campaigntest.Files(t)
	var whole any
	require.NoError(t, json.Unmarshal(files["campaign.json"].Data, &whole))
	loaded := 0
	rapid.Check(t, func(t *rapid.T) {
		broken := clone(whole)
		for range rapid.IntRange(1, 4).Draw(t, "wounds") {
			wound(t, broken)
		}
		content, err := json.Marshal(broken, json.Deterministic(true))
		require.NoError(t, err)
		c, err := campaign.Load(with(files, "campaign.json", content))
		if err == nil {
			requireWhole(t, c)
			loaded++
		}
	})
	t.Logf("%d of them still loaded", loaded)
}

func with(files fstest.MapFS, name string, content []byte) fstest.MapFS {
	changed := fstest.MapFS{name: {Data: content}}
	for other, file := range files {
		if other != name {
			changed[other] = file
		}
	}
	return changed
}

func clone(v any) any {
	switch v := v.(type) {
	case map[string]any:
		m := map[string]any{}
		for k, e := range v {
			m[k] = clone(e)
		}
		return m
	case []any:
		list := make([]any, len(v))
		for i, e := range v {
			list[i] = clone(e)
		}
		return list
	}
	return v
}

// wound changes one value somewhere in the tree.
func wound(t *rapid.T, v any) {
	switch v := v.(type) {
	case map[string]any:
		if len(v) == 0 {
			return
		}
		keys := make([]string, 0, len(v))
		for k := range v {
			keys = append(keys, k)
		}
		slices.Sort(keys)
		key := rapid.SampledFrom(keys).Draw(t, "member")
		switch how := rapid.IntRange(0, 9).Draw(t, "how"); {
		case how == 0:
			delete(v, key)
		case how == 1 || leaf(v[key]):
			v[key] = other(t, v[key])
		default:
			wound(t, v[key])
		}
	case []any:
		if len(v) == 0 {
			return
		}
		i, j := rapid.IntRange(0, len(v)-1).Draw(t, "element"), rapid.IntRange(0, len(v)-1).Draw(t, "with")
		switch how := rapid.IntRange(0, 9).Draw(t, "how"); {
		case how == 0:
			v[i] = clone(v[j])
		case how == 1:
			v[i], v[j] = v[j], v[i]
		case how == 2 || leaf(v[i]):
			v[i] = other(t, v[i])
		default:
			wound(t, v[i])
		}
	}
}

func leaf(v any) bool {
	switch v.(type) {
	case map[string]any, []any:
		return false
	}
	return true
}

// other returns a value in another's place, more often than not of the same type.
func other(t *rapid.T, v any) any {
	switch v.(type) {
	case string:
		return rapid.SampledFrom([]any{"", "A1", "A6", "before", "after", "staff", "board", "all", "1-4", "yes", "agree", "agree5", "yes_no", "nation", "2028-02-29", "2031-01-01", nil, 1.0}).Draw(t, "text")
	case float64:
		return rapid.SampledFrom([]any{-1.0, 0.0, 1.0, 2.0, 11.0, 63.0, 64.0, 256.0, 1.5, nil, "1"}).Draw(t, "number")
	}
	return rapid.SampledFrom([]any{[]any{}, map[string]any{}, nil, []any{nil}, ""}).Draw(t, "value")
}

// FuzzLoad holds that no campaign file and no list makes Load panic, and that
// what loads is whole. The shipped lists stand beside the one under test.
func FuzzLoad(f *testing.F) {
	files := campaigntest.Files(f)
	names := []string{"campaign.json", "organisations.csv", "successors.csv", "workforce_fte_2018.csv"}
	for i, name := range names {
		f.Add(uint8(i), files[name].Data)
		f.Add(uint8(i), files[name].Data[:len(files[name].Data)/2])
	}
	f.Add(uint8(0), []byte(`{}`))
	f.Add(uint8(0), []byte(`{"objectives":[{"measures":[{"groups":[""],"items":[{"question":""}]}]}],"questions":[{}],"scales":[],"waves":[{"follows":"x"}]}`))
	f.Add(uint8(2), []byte("old_code,new_code,date,verified\nRVY,RVY,2023-07-01,no\n"))
	f.Fuzz(func(t *testing.T, which uint8, content []byte) {
		c, err := campaign.Load(with(files, names[int(which)%len(names)], content))
		if err != nil {
			require.Nil(t, c)
			return
		}
		requireWhole(t, c)
		for i := range c.Organisations.All() {
			require.GreaterOrEqual(t, c.Organisations.Successor(i, today), 0)
		}
	})
}
