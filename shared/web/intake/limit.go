package intake

import (
	"time"

	"golang.org/x/time/rate"

	"learningforlife/shared/web/respond"
)

// limiter admits so many submissions of each organisation a second, and as many
// at once. It is by organisation and never by address: a whole trust shares one.
// A nil limiter admits all.
type limiter struct{ buckets []*rate.Limiter } // by the organisation's position in the list

func newLimiter(perSecond, organisations int) *limiter {
	if perSecond <= 0 {
		return nil
	}
	l := &limiter{buckets: make([]*rate.Limiter, organisations)}
	for i := range l.buckets {
		l.buckets[i] = rate.NewLimiter(rate.Limit(perSecond), perSecond)
	}
	return l
}

// admit returns respond.ErrTooMany if the organisation with the index sends too
// much at once. One that is not on the list (-1) is not limited: it will be refused.
func (l *limiter) admit(organisation int, now time.Time) error {
	if l == nil || organisation < 0 || l.buckets[organisation].AllowN(now, 1) {
		return nil
	}
	return respond.ErrTooMany
}

// admit judges a submission of the organisation with the code.
func (s *server) admit(code string) error {
	return s.limiter.admit(s.Campaign.Organisations.Index(code), s.Now())
}
