package intake_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"learningforlife/shared/submission"
)

// bad is a request that must be refused with nothing stored.
type bad struct {
	class, name string
	request     request
	status      int
	names       string // the fault: a field of the errors, or a part of the detail
}

const (
	goodReceipt = "2026-11-22.5f0c1f0e-6d0e-4c3e-9a53-0d9a3c1f7b21"
	goodSurvey  = `{"wave":"after","organisation":"RXX","audience":"staff","bandGroup":"1-4","answers":{"A1":"agree","A2":"yes"},"before":null}`
)

// pledges and responses make a case of a body, sent as it should be otherwise.
func pledges(class, name, body string, status int, names string) bad {
	return bad{class, name, request{"POST", "/v1/pledges", []string{"Content-Type", jsonType, "Idempotency-Key", goodReceipt}, body}, status, names}
}

func responses(class, name, body string, status int, names string) bad {
	return bad{class, name, request{"POST", "/v1/responses", []string{"Content-Type", jsonType, "Idempotency-Key", goodReceipt}, body}, status, names}
}

// in returns the body with one text in it replaced.
func in(body, before, after string) string {
	if strings.Count(body, before) != 1 {
		panic("the body does not hold it once: " + before)
	}
	return strings.Replace(body, before, after, 1)
}

func badJSON() (list []bad) {
	for _, c := range []struct{ name, body, names string }{
		{"empty", "", "empty"},
		{"space", "  \n", "empty"},
		{"null", "null", "not a JSON object"},
		{"array", "[" + pledgeJSON + "]", "not a JSON object"},
		{"text", `"` + "RXX" + `"`, "not a JSON object"},
		{"true", "true", "not a JSON object"},
		{"number", "1e400", "not a JSON object"},
		{"form", "organisation=RXX", "not a JSON object"},
		{"byte order mark", "\ufeff" + pledgeJSON, "not a JSON object"},
		{"truncated", pledgeJSON[:40], "not valid JSON"},
		{"trailing object", pledgeJSON + pledgeJSON, "not valid JSON"},
		{"trailing comma", in(pledgeJSON, `false}`, `false,}`), "not valid JSON"},
		{"trailing NUL", pledgeJSON + "\x00", "not valid JSON"},
		{"comment", in(pledgeJSON, `{`, `{/* */`), "not valid JSON"},
		{"single quotes", strings.ReplaceAll(pledgeJSON, `"`, `'`), "not valid JSON"},
		{"bare name", in(pledgeJSON, `"audience"`, `audience`), "not valid JSON"},
		{"NaN", in(pledgeJSON, `false`, `NaN`), "not valid JSON"},
		{"duplicate", in(pledgeJSON, `{`, `{"audience":"board",`), `"audience" is there twice`},
		{"duplicate, the same", in(pledgeJSON, `{`, `{"pledge":"PL01",`), `"pledge" is there twice`},
		{"duplicate, escaped", in(pledgeJSON, `{`, `{"pl\u0065dge":"PL01",`), `"pledge" is there twice`},
		{"odd case", in(pledgeJSON, `"bandGroup"`, `"bandgroup"`), `"bandgroup" is not known`},
		{"odd case beside", in(pledgeJSON, `{`, `{"Organisation":"R0A",`), `"Organisation" is not known`},
		{"unknown", in(pledgeJSON, `{`, `{"name":"Ann",`), `"name" is not known`},
		{"empty name", in(pledgeJSON, `{`, `{"":1,`), `is not known`},
		{"prototype", in(pledgeJSON, `{`, `{"__proto__":{},`), `"__proto__" is not known`},
		{"another's member", in(pledgeJSON, `{`, `{"answers":{},`), `"answers" is not known`},
		{"status", in(pledgeJSON, `{`, `{"status":"kept",`), `"status" is not known`},
		{"null organisation", in(pledgeJSON, `"RXX"`, `null`), `"organisation" has the wrong type`},
		{"null audience", in(pledgeJSON, `"staff"`, `null`), `"audience" has the wrong type`},
		{"null display", in(pledgeJSON, `false`, `null`), `"display" has the wrong type`},
		{"number for a code", in(pledgeJSON, `"RXX"`, `7`), `"organisation" has the wrong type`},
		{"list for a code", in(pledgeJSON, `"RXX"`, `["RXX"]`), `"organisation" has the wrong type`},
		{"object for a code", in(pledgeJSON, `"RXX"`, `{"$ne":""}`), `"organisation" has the wrong type`},
		{"number for a pledge", in(pledgeJSON, `"PL01"`, `1`), `"pledge" has the wrong type`},
		{"number for a date", in(pledgeJSON, `"2027-03-31"`, `20270331`), `"dueOn" has the wrong type`},
		{"text for a truth value", in(pledgeJSON, `false`, `"false"`), `"display" has the wrong type`},
		{"number for a truth value", in(pledgeJSON, `false`, `0`), `"display" has the wrong type`},
		{"depth", in(pledgeJSON, `null`, strings.Repeat("[", 7000)+strings.Repeat("]", 7000)), `"ownWords" has the wrong type`},
		{"depth of an unknown member", in(pledgeJSON, `{`, `{"x":`+strings.Repeat(`{"x":`, 2000)+"1"+strings.Repeat(`}`, 2000)+`,`), `"x" is not known`},
	} {
		list = append(list, pledges("json", c.name, c.body, 400, c.names))
	}
	for _, c := range []struct{ name, answers, names string }{
		{"null answers", `null`, `"answers" has the wrong type`},
		{"list of answers", `["agree"]`, `"answers" has the wrong type`},
		{"text of answers", `"A1=agree"`, `"answers" has the wrong type`},
		{"number for an answer", `{"A1":1}`, `"answers/A1" has the wrong type`},
		{"null for an answer", `{"A1":null}`, `"answers/A1" has the wrong type`},
		{"list for an answer", `{"A1":["agree"]}`, `"answers/A1" has the wrong type`},
		{"object for an answer", `{"A1":{"A2":"yes"}}`, `"answers/A1" has the wrong type`},
		{"duplicate answer", `{"A1":"agree","A1":"disagree"}`, `"answers/A1" is there twice`},
		{"duplicate answer, the same", `{"A1":"agree","\u00411":"agree"}`, `"answers/A1" is there twice`},
		{"answers closed as a list", `{"A1":"agree"]`, "not valid JSON"},
		{"a name that is no text", `{A1:"agree"}`, "not valid JSON"},
	} {
		list = append(list, responses("json", c.name, in(goodSurvey, `{"A1":"agree","A2":"yes"}`, c.answers), 400, c.names))
	}
	return list
}

func badUnicode() (list []bad) {
	for name, words := range map[string]string{
		"invalid byte":             "I will \xff read",
		"overlong":                 "I will \xc0\xae read",
		"surrogate in UTF-8":       "I will \xed\xa0\x80 read",
		"lone surrogate, escaped":  `I will \ud800 read`,
		"pair the wrong way round": `I will \udc00\ud800 read`,
		"truncated":                "I will read \xe2\x82",
		"raw NUL":                  "I will \x00 read",
		"raw line end":             "I will \n read",
	} {
		list = append(list, pledges("unicode", name, in(in(pledgeJSON, `"PL01"`, `null`), `"ownWords":null`, `"ownWords":"`+words+`"`), 400, "not valid JSON"))
	}
	for name, words := range map[string]string{
		"NUL":                     `I will \u0000 read`,
		"escape":                  `I will \u001b[2J read`,
		"delete":                  `I will \u007f read`,
		"C1 control":              `I will \u0085 read`,
		"right-to-left override":  "I will \u202e read",
		"isolate":                 "I will \u2066 read",
		"zero width space":        "I will\u200bread",
		"byte order mark":         "I will\ufeff read",
		"soft hyphen":             "I will re\u00adad",
		"line separator":          "I will\u2028read",
		"201 characters":          strings.Repeat("é", 201),
		"201 characters of emoji": strings.Repeat("📚", 201),
	} {
		list = append(list, pledges("unicode", name, in(in(pledgeJSON, `"PL01"`, `null`), `"ownWords":null`, `"ownWords":"`+words+`"`), 422, "ownWords"))
	}
	for name, words := range map[string]string{"spaces": "   ", "ideographic space": "\u3000", "joiners": "\u200d\u200c", "combining mark alone": "\u0301"} {
		list = append(list, pledges("unicode", name, in(in(pledgeJSON, `"PL01"`, `null`), `"ownWords":null`, `"ownWords":"`+words+`"`), 422, "pledge"))
	}
	return append(list,
		pledges("unicode", "full-width code", in(pledgeJSON, "RXX", "ＲＸＸ"), 422, "organisation"),
		pledges("unicode", "Cyrillic code", in(pledgeJSON, "RXX", "RХX"), 422, "organisation"),
		pledges("unicode", "full-width digits in a date", in(pledgeJSON, "2027-03-31", "２０２７-03-31"), 422, "dueOn"),
		responses("unicode", "combining mark in an answer", in(goodSurvey, `"agree"`, `"agree\u0301"`), 422, "answers.A1"))
}

func badSizes() []bad {
	long := strings.Repeat("x", 16<<10)
	return []bad{
		pledges("size", "one byte too many", pledgeJSON+strings.Repeat(" ", 16<<10+1-len(pledgeJSON)), 413, "16384"),
		pledges("size", "long own words", in(pledgeJSON, `null`, `"`+long+`"`), 413, "16384"),
		responses("size", "many answers", in(goodSurvey, `"A1":"agree"`, `"A1":"agree"`+strings.Repeat(`,"A1":"agree"`, 2000)), 413, "16384"),
		pledges("size", "long name of a member", `{"`+long[:9000]+`":1}`, 400, "is not known"),
		pledges("size", "long code", in(pledgeJSON, "RXX", long[:9000]), 422, "organisation"),
		responses("size", "long wave", in(goodSurvey, "after", long[:9000]), 422, "wave"),
		responses("size", "long name of a question", in(goodSurvey, "A1", long[:9000]), 422, "answers."),
		{"size", "long receipt", request{"GET", "/v1/pledges/mine", []string{"Receipt", long}, ""}, 422, "Receipt"},
		{"size", "form", request{"POST", "/v1/pledges/mine/calendar", []string{"Content-Type", formType}, "receipt=" + long}, 413, "16384"},
	}
}

func badMediaTypes() (list []bad) {
	for name, header := range map[string][]string{
		"none":             {},
		"text":             {"Content-Type", "text/plain"},
		"form":             {"Content-Type", formType},
		"multipart":        {"Content-Type", "multipart/form-data; boundary=x"},
		"problem":          {"Content-Type", "application/problem+json"},
		"patch":            {"Content-Type", "application/merge-patch+json"},
		"UTF-16":           {"Content-Type", "application/json; charset=utf-16"},
		"Latin 1":          {"Content-Type", "application/json;charset=iso-8859-1"},
		"broken":           {"Content-Type", "application/json; ="},
		"list":             {"Content-Type", "application/json, text/plain"},
		"any":              {"Content-Type", "*/*"},
		"two":              {"Content-Type", jsonType, "Content-Type", "text/plain"},
		"gzip":             {"Content-Type", jsonType, "Content-Encoding", "gzip"},
		"brotli":           {"Content-Type", jsonType, "Content-Encoding", "br"},
		"unknown encoding": {"Content-Type", jsonType, "Content-Encoding", "x"},
		"two encodings":    {"Content-Type", jsonType, "Content-Encoding", "identity", "Content-Encoding", "gzip"},
	} {
		list = append(list, bad{"media type", name, request{"POST", "/v1/pledges", append(header, "Idempotency-Key", goodReceipt), pledgeJSON}, 415, "application/json"})
	}
	return append(list, bad{"media type", "status as a form", request{"PATCH", "/v1/pledges/mine", []string{"Receipt", goodReceipt, "Content-Type", formType}, "status=kept"}, 415, "application/json"})
}

func badMethods() (list []bad) {
	for path, methods := range map[string]string{
		"/v1/campaign": "POST PUT PATCH DELETE OPTIONS", "/v1/organisations": "POST DELETE", "/v1/pledges": "GET PUT PATCH DELETE TRACE",
		"/v1/pledges/mine": "POST PUT", "/v1/pledges/mine/calendar": "GET PUT", "/v1/responses": "GET PUT DELETE BREW",
		"/v1/responses/mine": "GET HEAD POST PATCH", "/v1/responses/mine/calendar": "GET DELETE",
	} {
		for _, method := range strings.Fields(methods) {
			list = append(list, bad{"method", method + " " + path, request{method, path, []string{"Content-Type", jsonType, "Idempotency-Key", goodReceipt, "Receipt", goodReceipt}, pledgeJSON}, 405, "method"})
		}
	}
	for _, path := range []string{"/v1", "/v1/", "/v1/pledge", "/v1/pledges/", "/v1/pledges/theirs", "/v1/pledges/mine/", "/v1/responses/" + goodReceipt, "/v1/Pledges", "/v1/pledges%2Fmine", "/v2/pledges"} {
		if strings.HasPrefix(path, "/v1") {
			list = append(list, bad{"path", path, request{"POST", path, []string{"Content-Type", jsonType, "Idempotency-Key", goodReceipt}, pledgeJSON}, 404, "address"})
		}
	}
	return list
}

func badDates() (list []bad) {
	for _, date := range []string{
		"2026-11-21", "2026-02-29", "2027-02-29", "2027-02-30", "2027-04-31", "2027-13-01", "2027-00-10", "2027-01-00", "2027-1-1", "27-01-01", "02027-01-01", "2027/01/01",
		"31-03-2027", "2027-03-31T00:00:00Z", "2027-03-31 ", " 2027-03-31", "2027-W10-1", "2027-090", "20270331", "tomorrow", "-2027-03-31", "+2027-03-31", "0000-00-00",
		"0000-01-01", "0001-01-01", "1970-01-01", "9999-12-31", "2109-09-19", "2027-03-3１",
	} {
		list = append(list, pledges("date", date, in(pledgeJSON, "2027-03-31", date), 422, "dueOn"))
	}
	return list
}

func badCodes() (list []bad) {
	for _, code := range []string{"", "rxx", " RXX", "RXX ", "RX", "RXXX", "ZZZ", "R1C", "RYH", "TAE", "TAF", "RXX\\u0000", "RXX/../R0A", "*", "ENG", "South East"} {
		list = append(list, pledges("code", "organisation "+code, in(pledgeJSON, "RXX", code), 422, "organisation"))
	}
	for _, id := range []string{"", "Staff", "staff ", "everyone", "staff,board", "1"} {
		list = append(list, pledges("code", "audience "+id, in(pledgeJSON, `"staff"`, `"`+id+`"`), 422, "audience"))
	}
	for _, id := range []string{"", "1–4", "1-5", "1", "8a", "Unknown", "bands_1_4"} {
		list = append(list, pledges("code", "band group "+id, in(pledgeJSON, "1-4", id), 422, "bandGroup"))
	}
	for _, id := range []string{"PL00", "PL31", "pl01", "PL1", "PL01 ", "A1"} {
		list = append(list, pledges("code", "pledge "+id, in(pledgeJSON, "PL01", id), 422, "pledge"))
	}
	for _, id := range []string{"", "Before", "during", "before ", "1"} {
		list = append(list, responses("code", "wave "+id, in(goodSurvey, `"after"`, `"`+id+`"`), 422, "wave"))
	}
	for _, c := range []struct{ name, answers, field string }{
		{"no answer", `{}`, "answers"},
		{"unknown question", `{"A10":"agree"}`, "answers.A10"},
		{"question in odd case", `{"a1":"agree"}`, "answers.a1"},
		{"question without a name", `{"":"agree"}`, "answers."},
		{"question of the board", `{"B1":"agree"}`, "answers.B1"},
		{"unknown answer", `{"A1":"maybe"}`, "answers.A1"},
		{"empty answer", `{"A1":""}`, "answers.A1"},
		{"answer in odd case", `{"A1":"Agree"}`, "answers.A1"},
		{"answer of another scale", `{"A1":"yes"}`, "answers.A1"},
		{"branch not taken", `{"A2":"no","A6":"agree"}`, "answers.A6"},
		{"branch not answered", `{"A6":"agree"}`, "answers.A6"},
	} {
		list = append(list, responses("code", c.name, in(goodSurvey, `{"A1":"agree","A2":"yes"}`, c.answers), 422, c.field))
	}
	return append(list,
		responses("code", "question of the other survey", in(in(goodSurvey, `"after"`, `"before"`), `"A1"`, `"A7"`), 422, "answers.A7"),
		responses("code", "question not for the board", in(goodSurvey, `"staff"`, `"board"`), 422, "answers.A1"),
		pledges("code", "no pledge", in(pledgeJSON, `"PL01"`, `null`), 422, "pledge"),
		pledges("code", "two pledges", in(pledgeJSON, `"ownWords":null`, `"ownWords":"Read."`), 422, "pledge"),
		pledges("code", "nothing at all", `{}`, 422, "organisation"),
		responses("code", "nothing at all of a response", `{}`, 422, "wave"))
}

func badReceipts(t *testing.T) (list []bad) {
	receipt, err := submission.ParseReceipt(submission.KindPledge, goodReceipt)
	require.NoError(t, err)
	code := receipt.Code(submission.KindPledge)
	slip := []byte(code)
	slip[len(slip)-1] ^= 1
	wrong := map[string]string{
		"missing": "", "space": "   ", "word": "receipt", "uuid alone": goodReceipt[11:], "day alone": goodReceipt[:10],
		"truncated": goodReceipt[:46], "too long": goodReceipt + "0", "another separator": strings.Replace(goodReceipt, ".", "_", 1),
		"no such day": strings.Replace(goodReceipt, "11-22", "11-31", 1), "before all days": strings.Replace(goodReceipt, "2026", "2019", 1), "after all days": strings.Replace(goodReceipt, "2026", "2126", 1),
		"version 1": strings.Replace(goodReceipt, "-4c3e-", "-1c3e-", 1), "version 7": strings.Replace(goodReceipt, "-4c3e-", "-7c3e-", 1), "other variant": strings.Replace(goodReceipt, "-9a53-", "-ca53-", 1),
		"nil uuid": "2026-11-22.00000000-0000-0000-0000-000000000000", "braces": "2026-11-22.{5f0c1f0e-6d0e-4c3e-9a53-0d9a3c1f7b2}", "no hex": strings.Replace(goodReceipt, "5f0c", "5g0c", 1),
		"slip in the code": string(slip), "code cut short": code[:len(code)-1], "code too long": code + "0", "code of a survey": receipt.Code(submission.KindResponse),
		"code with U": code[:len(code)-1] + "U", "no prefix": code[2:], "other prefix": "Q" + code[1:],
		"quotes": `"` + goodReceipt + `"`, "two at once": goodReceipt + "," + goodReceipt, "path": "../../" + goodReceipt, "markup": "<b>" + code + "</b>",
	}
	for name, value := range wrong {
		list = append(list,
			bad{"receipt", "pledge " + name, request{"POST", "/v1/pledges", []string{"Content-Type", jsonType, "Idempotency-Key", value}, pledgeJSON}, 422, "Idempotency-Key"},
			bad{"receipt", "opening " + name, request{"GET", "/v1/pledges/mine", []string{"Receipt", value}, ""}, 422, "Receipt"},
			bad{"receipt", "withdrawing " + name, request{"DELETE", "/v1/pledges/mine", []string{"Receipt", value}, ""}, 422, "Receipt"})
		if value != "" && strings.TrimSpace(value) != "" && name != "code of a survey" {
			list = append(list, responses("receipt", "before "+name, in(goodSurvey, `null`, `"`+strings.ReplaceAll(value, `"`, `\"`)+`"`), 422, "before"))
		}
	}
	for name, on := range map[string]string{"too old": "2026-11-19", "much too old": "2020-01-01", "in the future": "2026-11-24"} {
		value := on + goodReceipt[10:]
		list = append(list, bad{"receipt", name, request{"POST", "/v1/pledges", []string{"Content-Type", jsonType, "Idempotency-Key", value}, pledgeJSON}, 422, "Idempotency-Key"})
	}
	return append(list,
		bad{"receipt", "no header", request{"POST", "/v1/pledges", []string{"Content-Type", jsonType}, pledgeJSON}, 422, "Idempotency-Key"},
		bad{"receipt", "the other header", request{"POST", "/v1/pledges", []string{"Content-Type", jsonType, "Receipt", goodReceipt}, pledgeJSON}, 422, "Idempotency-Key"},
		bad{"receipt", "two headers", request{"POST", "/v1/pledges", []string{"Content-Type", jsonType, "Idempotency-Key", goodReceipt, "Idempotency-Key", goodReceipt}, pledgeJSON}, 422, "Idempotency-Key"},
		bad{"receipt", "in the query", request{"GET", "/v1/pledges/mine?receipt=" + goodReceipt, nil, ""}, 422, "Receipt"},
		bad{"receipt", "of nothing", request{"GET", "/v1/pledges/mine", []string{"Receipt", goodReceipt}, ""}, 404, "Nothing is stored"},
		bad{"receipt", "earlier code in the first survey", request{"POST", "/v1/responses", []string{"Content-Type", jsonType, "Idempotency-Key", goodReceipt}, in(beforeJSON, `"before":null`, `"before":"`+goodReceipt+`"`)}, 422, "before"})
}

func TestBadInput(t *testing.T) {
	cases := badJSON()
	for _, more := range [][]bad{badUnicode(), badSizes(), badMediaTypes(), badMethods(), badDates(), badCodes(), badReceipts(t)} {
		cases = append(cases, more...)
	}
	require.GreaterOrEqual(t, len(cases), 250)
	s := newSite(t)
	seen := map[string]bool{}
	for _, c := range cases {
		t.Run(c.class+"/"+c.name, func(t *testing.T) {
			require.False(t, seen[c.class+c.name], "each case has a name of its own")
			seen[c.class+c.name] = true
			s.TB = t
			w := s.do(c.request)
			require.Equal(t, c.status, w.Code, w.Body.String())
			if c.request.method == "HEAD" {
				require.Empty(t, w.Body.String())
				return
			}
			p := s.problem(w)
			if c.status == 422 {
				require.NotEmpty(t, p.Errors)
				var fields []string
				for _, f := range p.Errors {
					require.NotEmpty(t, f.Message)
					require.Less(t, len(f.Message), 300, "a message is one line")
					fields = append(fields, f.Field[:min(len(f.Field), len(c.names))])
				}
				require.Contains(t, fields, c.names)
			} else {
				require.Contains(t, p.Detail, c.names)
				require.Less(t, len(p.Detail), 300)
			}
			for _, inner := range []string{"Go ", "json:", "jsontext", "struct", "intake", "bbolt", "panic", "submission."} {
				require.NotContains(t, w.Body.String(), inner, "the program's own words are not told")
			}
			s.empty()
		})
	}
}

// Good relatives of the cases, so that what is refused is refused for its fault alone.
func TestGoodInput(t *testing.T) {
	s := newSite(t)
	for name, body := range map[string]string{
		"as it is":                 pledgeJSON,
		"due today":                in(pledgeJSON, "2027-03-31", "2026-11-22"),
		"due on a leap day":        in(pledgeJSON, "2027-03-31", "2028-02-29"),
		"due when the clocks go":   in(pledgeJSON, "2027-03-31", "2027-03-28"),
		"no date":                  in(pledgeJSON, `"2027-03-31"`, `""`),
		"code of five":             in(pledgeJSON, "RXX", "G6V2S"),
		"composed":                 in(in(pledgeJSON, `"PL01"`, `null`), `"ownWords":null`, `"ownWords":"é"`),
		"decomposed":               in(in(pledgeJSON, `"PL01"`, `""`), `"ownWords":null`, `"ownWords":"e\u0301"`),
		"emoji family":             in(in(pledgeJSON, `"PL01"`, `null`), `"ownWords":null`, `"ownWords":"👩‍👩‍👧 read"`),
		"200 of four bytes":        in(in(pledgeJSON, `"PL01"`, `null`), `"ownWords":null`, `"ownWords":"`+strings.Repeat("📚", 200)+`"`),
		"two lines":                in(in(pledgeJSON, `"PL01"`, `null`), `"ownWords":null`, `"ownWords":"one\ntwo"`),
		"markup":                   in(in(pledgeJSON, `"PL01"`, `null`), `"ownWords":null`, `"ownWords":"=1+1 <script>alert(1)</script> ' or 1=1 --"`),
		"right to left":            in(in(pledgeJSON, `"PL01"`, `null`), `"ownWords":null`, `"ownWords":"أقرأ كتابًا"`),
		"pledge of another's list": in(pledgeJSON, "PL01", "PL19"),
		"up to the limit":          pledgeJSON + strings.Repeat(" ", 16<<10-len(pledgeJSON)),
	} {
		w := s.post("/v1/pledges", s.mint().String(), body)
		require.Equal(t, 201, w.Code, "%s: %s", name, w.Body.String())
	}
	for _, header := range [][]string{{"application/json"}, {"APPLICATION/JSON"}, {"application/json; charset=utf-8"}, {`application/json;charset="UTF-8"`}, {"application/json; x=y"}} {
		require.Equal(t, 201, s.do(request{"POST", "/v1/pledges", []string{"Content-Type", header[0], "Idempotency-Key", s.mint().String(), "Content-Encoding", "identity"}, pledgeJSON}).Code, header[0])
	}
	for name, receipt := range map[string]string{"in capitals": strings.ToUpper(s.mint().String()), "for people": s.mint().Code('P'), "in small letters": strings.ToLower(s.mint().Code('P')), "with spaces": strings.ReplaceAll(s.mint().Code('P'), "-", " ")} {
		require.Equal(t, 201, s.post("/v1/pledges", receipt, pledgeJSON).Code, name)
	}
	require.Equal(t, 201, s.post("/v1/responses", goodReceipt, goodSurvey).Code)
}

func TestBadForms(t *testing.T) {
	s := newSite(t)
	for _, path := range []string{"/pledge", "/pledge/manage", "/survey/before/RXX", "/survey/withdraw"} {
		for name, c := range map[string]struct {
			header []string
			body   string
			status int
		}{
			"JSON":           {[]string{"Content-Type", jsonType}, pledgeJSON, 415},
			"multipart":      {[]string{"Content-Type", "multipart/form-data; boundary=x"}, "--x--", 415},
			"no type":        {nil, "receipt=x", 415},
			"Latin 1":        {[]string{"Content-Type", formType + "; charset=iso-8859-1"}, "receipt=x", 415},
			"gzip":           {[]string{"Content-Type", formType, "Content-Encoding", "gzip"}, "receipt=x", 415},
			"too large":      {[]string{"Content-Type", formType}, "receipt=" + strings.Repeat("x", 16<<10), 413},
			"broken escape":  {[]string{"Content-Type", formType}, "receipt=%", 400},
			"invalid UTF-8":  {[]string{"Content-Type", formType}, "receipt=%ff", 400},
			"empty":          {[]string{"Content-Type", formType}, "", 422},
			"in the query":   {[]string{"Content-Type", formType}, "x=y", 422},
			"hostile values": {[]string{"Content-Type", formType}, "receipt=%3Cscript%3E&organisation=%22%3E&audience=%3Cb%3E&bandGroup=%00&ownWords=%3C%2Ftextarea%3E%3Cscript%3E", 422},
		} {
			t.Run(path+"/"+name, func(t *testing.T) {
				s.TB = t
				s.page(s.do(request{"POST", path + "?receipt=" + goodReceipt, c.header, c.body}), c.status)
				s.empty()
			})
		}
		for _, method := range []string{"PUT", "PATCH", "DELETE", "OPTIONS"} {
			w := s.do(request{method, path, nil, ""})
			require.Contains(t, w.Header().Get("Allow"), "POST")
			s.page(w, 405)
		}
	}
}

// FuzzResponse sends whatever bytes as a response: it is stored or refused with
// a problem, and what was stored once is not stored twice.
func FuzzResponse(f *testing.F) {
	for _, seed := range []string{beforeJSON, afterJSON, goodSurvey, `{"answers":{"A1":null}}`, `{"answers":{"":"","":""}}`, `{"wave":"before","answers":[]}`, "\xff", `{"before":"S-0000"}`} {
		f.Add(seed)
	}
	s := newSite(f)
	f.Fuzz(func(t *testing.T, body string) {
		s.TB = t
		receipt := s.mint().String()
		w := s.post("/v1/responses", receipt, body)
		if w.Code == 201 {
			require.Equal(t, 200, s.post("/v1/responses", receipt, body).Code)
			return
		}
		require.Contains(t, []int{400, 413, 422}, w.Code)
		s.problem(w)
		require.Equal(t, 204, s.mine("DELETE", "/v1/responses/mine", receipt).Code)
	})
}
