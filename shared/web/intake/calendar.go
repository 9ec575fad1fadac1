package intake

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"

	ics "github.com/arran4/golang-ical"

	"learningforlife/shared/day"
	"learningforlife/shared/submission"
	"learningforlife/shared/web/respond"
	"learningforlife/shared/web/ui"
)

// pledgeDays is how long after a pledge without a date its holder is reminded.
const pledgeDays = 28

// alarm is when a reminder sounds on its day: at nine in the morning, in the calendar's own time.
const alarm = "PT9H"

// event is a reminder on a day.
type event struct {
	kind          submission.Kind
	receipt       submission.Receipt
	on            day.Day
	summary, text string
	link          string
	file          string
}

func (s *server) postPledgeCalendar(w http.ResponseWriter, r *http.Request) error {
	receipt, err := receiptSent(w, r, submission.KindPledge)
	if err != nil {
		return err
	}
	p, err := s.Register.Mine(r.Context(), receipt)
	if err != nil {
		return err
	}
	on := p.DueOn
	if on == 0 {
		on = receipt.Day() + pledgeDays
	}
	return s.writeCalendar(w, event{submission.KindPledge, receipt, on, ui.PledgeEvent, ui.PledgeEventText, s.manageURL(receipt), "learning-pledge.ics"})
}

func (s *server) postResponseCalendar(w http.ResponseWriter, r *http.Request) error {
	receipt, err := receiptSent(w, r, submission.KindResponse)
	if err != nil {
		return err
	}
	wave, organisation, err := s.Register.Survey(r.Context(), receipt)
	if err != nil {
		return err
	}
	on, ok := s.remindOn(wave, s.today())
	if !ok {
		return respond.Detail(respond.ErrNotFound, ui.NothingToRemindOf)
	}
	return s.writeCalendar(w, event{submission.KindResponse, receipt, on, ui.SurveyEvent(s.Campaign.Waves[s.next(wave)].Name), ui.SurveyEventText,
		s.returnURL(receipt.Code(submission.KindResponse), wave, organisation), "learning-survey.ics"})
}

// remindOn is the day on which to remind of the wave that follows the one at the
// index: when it opens or, if it is open already, tomorrow. It reports false if none follows or there is no such day left.
func (s *server) remindOn(wave int, today day.Day) (day.Day, bool) {
	next := s.next(wave)
	if next < 0 {
		return 0, false
	}
	on := max(s.Campaign.Waves[next].Opens, today+1)
	return on, s.Campaign.Waves[next].Open(on)
}

// writeCalendar answers with a calendar file of one event. It tells nothing
// finer than a day, and the same event has the same id whenever it is asked for, so that calendars keep one.
func (s *server) writeCalendar(w http.ResponseWriter, e event) error {
	key := e.receipt.Key(e.kind)
	id := sha256.Sum256(append([]byte("learning-for-life/calendar/1"), key[:]...)) // not the key itself, which is the store's
	cal := ics.NewCalendarFor(s.Campaign.ID)
	cal.SetProductId("-//" + s.Campaign.ID + "//EN")
	cal.SetMethod(ics.MethodPublish)
	made := cal.AddEvent(hex.EncodeToString(id[:16]) + "@" + s.Campaign.ID)
	made.SetDtStampTime(s.today().Time())
	made.SetAllDayStartAt(e.on.Time())
	made.SetAllDayEndAt((e.on + 1).Time())
	made.SetSummary(e.summary)
	made.SetDescription(e.text + "\n" + e.link)
	made.SetURL(e.link)
	made.SetTimeTransparency(ics.TransparencyTransparent)
	sounded := made.AddAlarm()
	sounded.SetAction(ics.ActionDisplay)
	sounded.SetDescription(e.summary)
	sounded.SetTrigger(alarm)
	w.Header().Set("Content-Disposition", fmt.Sprintf("attachment; filename=%q", e.file))
	return respond.Bytes(w, http.StatusOK, "text/calendar; charset=utf-8", []byte(cal.Serialize(ics.WithNewLineWindows)))
}
