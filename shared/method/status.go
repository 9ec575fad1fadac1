package method

// The statuses of a change beside its target.
const (
	Achieved       = "achieved"
	OnTrack        = "on_track"
	TooCloseToCall = "too_close_to_call"
	OffTrack       = "off_track"
	NotEnoughData  = "not_enough_data"
)

// Statuses lists them from the best to the worst.
var Statuses = []string{Achieved, OnTrack, TooCloseToCall, OffTrack, NotEnoughData}

// Finding is something that may be found of a change, with T its target and [L, U] its interval.
type Finding string

// The findings.
const (
	TooFew        Finding = "too_few"        // no change is shown, or too few answered, too imprecisely, or from too small a part of the frame
	SurelyReached Finding = "surely_reached" // L ≥ T, for a claim about the nation at its own level, and linked people changed as others did
	SurelyMissed  Finding = "surely_missed"  // U < T
	TooWide       Finding = "too_wide"       // (U − L)/2 > T
	LikelyReached Finding = "likely_reached" // L > 0, and the target is met with a probability of at least Likely
	LikelyMissed  Finding = "likely_missed"  // it is met with a probability of at most Unlikely
	Open          Finding = "open"           // none of these
)

// Ruling is the status that a finding leads to.
type Ruling struct {
	Finding Finding
	Status  string
}

// Rulings lists them in the order in which they are tried: the first finding that
// holds decides. The last one always holds.
var Rulings = []Ruling{
	{TooFew, NotEnoughData},
	{SurelyReached, Achieved},
	{SurelyMissed, OffTrack},
	{TooWide, NotEnoughData},
	{LikelyReached, OnTrack},
	{LikelyMissed, OffTrack},
	{Open, TooCloseToCall},
}
