package intake_test

import (
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	ics "github.com/arran4/golang-ical"
	"github.com/stretchr/testify/require"

	"learningforlife/shared/campaign/campaigntest"
	"learningforlife/shared/day"
)

// event reads the one event of a calendar file and checks the form of the file.
func event(t *testing.T, w *httptest.ResponseRecorder) *ics.VEvent {
	t.Helper()
	require.Equal(t, 200, w.Code, w.Body.String())
	require.Equal(t, "no-store", w.Header().Get("Cache-Control"))
	body := w.Body.String()
	require.True(t, strings.HasSuffix(body, "END:VCALENDAR\r\n"))
	for _, line := range strings.Split(strings.TrimSuffix(body, "\r\n"), "\r\n") {
		require.LessOrEqual(t, len(line), 75, "RFC 5545, 3.1: at most 75 octets: %q", line)
		require.NotContains(t, line, "\n", "every line ends in CR LF")
		require.NotContains(t, line, "\r")
	}
	cal, err := ics.ParseCalendar(strings.NewReader(body))
	require.NoError(t, err)
	require.Len(t, cal.Events(), 1)
	e := cal.Events()[0]
	require.Len(t, e.Alarms(), 1)
	stamp, err := e.GetDtStampTime()
	require.NoError(t, err)
	require.Equal(t, day.Of(stamp).Time(), stamp.UTC(), "nothing finer than a day")
	return e
}

func on(t *testing.T, e *ics.VEvent) day.Day {
	t.Helper()
	start, err := e.GetAllDayStartAt()
	require.NoError(t, err)
	end, err := e.GetAllDayEndAt()
	require.NoError(t, err)
	require.Equal(t, day.Must(start.Format("2006-01-02"))+1, day.Must(end.Format("2006-01-02")), "it lasts one day")
	return day.Must(start.Format("2006-01-02"))
}

func property(t *testing.T, e *ics.VEvent, name ics.ComponentProperty) string {
	t.Helper()
	p := e.GetProperty(name)
	require.NotNil(t, p, name)
	return p.Value
}

func TestPledgeCalendar(t *testing.T) {
	s := newSite(t)
	receipt := s.mint()
	own := strings.Replace(pledgeJSON, `"PL01","ownWords":null`, `null,"ownWords":"I will ask Doctor Canary"`, 1)
	s.post("/v1/pledges", receipt.String(), own)
	w := s.mine("POST", "/v1/pledges/mine/calendar", receipt.String())
	require.Equal(t, "text/calendar; charset=utf-8", w.Header().Get("Content-Type"))
	require.Equal(t, `attachment; filename="learning-pledge.ics"`, w.Header().Get("Content-Disposition"))
	e := event(t, w)
	require.Equal(t, day.Must("2027-03-31"), on(t, e))
	link := base + "/pledge/manage#" + receipt.Code('P')
	require.Equal(t, link, property(t, e, ics.ComponentPropertyUrl))
	require.True(t, strings.HasSuffix(property(t, e, ics.ComponentPropertyDescription), "\n"+link))
	require.NotContains(t, w.Body.String(), "Canary", "others may see a calendar")
	require.NotContains(t, property(t, e, ics.ComponentPropertyUniqueId), receipt.String()[11:19])

	byForm := s.form("/v1/pledges/mine/calendar", url.Values{"receipt": {receipt.Code('P')}})
	require.Equal(t, w.Body.String(), byForm.Body.String())
	s.now = s.now.Add(14*60*60*1e9 + 1)
	require.Equal(t, w.Body.String(), s.mine("POST", "/v1/pledges/mine/calendar", receipt.String()).Body.String(), "the same all day")
	s.days(1)
	require.Equal(t, e.Id(), event(t, s.mine("POST", "/v1/pledges/mine/calendar", receipt.String())).Id(), "calendars keep one")
}

func TestAPledgeWithoutADateIsRemindedOfAfterFourWeeks(t *testing.T) {
	s := newSite(t)
	receipt := s.mint()
	s.post("/v1/pledges", receipt.String(), strings.Replace(pledgeJSON, `"2027-03-31"`, `null`, 1))
	s.days(3)
	require.Equal(t, today+28, on(t, event(t, s.mine("POST", "/v1/pledges/mine/calendar", receipt.String()))))
}

func TestSurveyCalendar(t *testing.T) {
	later := campaigntest.JSON(`"name": "Second survey", "opens": "2026-01-01", "closes": "2030-12-31"`, `"name": "Second survey", "opens": "2027-03-01", "closes": "2027-04-30"`)
	s := newSite(t, with(campaigntest.Load(t, later)))
	receipt := s.mint()
	s.post("/v1/responses", receipt.String(), beforeJSON)
	calendar := func() *httptest.ResponseRecorder {
		return s.mine("POST", "/v1/responses/mine/calendar", receipt.String())
	}
	for now, reminded := range map[string]string{
		"2026-11-22": "2027-03-01", "2027-02-28": "2027-03-01", "2027-03-01": "2027-03-02", "2027-04-29": "2027-04-30",
	} {
		s.now = day.Must(now).Time()
		e := event(t, calendar())
		require.Equal(t, day.Must(reminded), on(t, e), "asked for on %s", now)
		require.Equal(t, base+"/survey/after/RXX#"+receipt.Code('S'), property(t, e, ics.ComponentPropertyUrl))
	}
	s.now = day.Must("2027-04-30").Time()
	w := calendar()
	require.Equal(t, 404, w.Code, "tomorrow is too late")
	require.Equal(t, "No survey follows this one, so there is nothing to be reminded of.", s.problem(w).Detail)
}

func TestCalendarOfNothing(t *testing.T) {
	s := newSite(t)
	for _, path := range []string{"/v1/pledges/mine/calendar", "/v1/responses/mine/calendar"} {
		require.Equal(t, 404, s.mine("POST", path, s.mint().String()).Code)
		require.Equal(t, 422, s.do(request{"POST", path, nil, ""}).Code)
		require.Equal(t, "Receipt", s.problem(s.do(request{"POST", path, nil, ""})).Errors[0].Field)
		require.Equal(t, 422, s.form(path, url.Values{}).Code)
		require.Equal(t, 415, s.do(request{"POST", path, []string{"Content-Type", jsonType}, `{}`}).Code)
		require.Equal(t, 405, s.mine("GET", path, s.mint().String()).Code)
	}
}
