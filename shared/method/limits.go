package method

// What is known of the limits of scores, for the page that explains them. These were
// found by simulation and in the literature; nothing is computed from them.
const (
	FrameYear = 2018 // of the figures of the workforce that the frame is made of

	// PlaceHalfWidth is a half-width, in points, of the interval of a change that is as wide as the greatest
	// target, and PlaceFewest to PlaceMost how many answers a wave it needs, by how opinions are spread and how many people are linked.
	PlaceHalfWidth = 3
	PlaceFewest    = 630
	PlaceMost      = 2100

	// BiasLeast to BiasMost is the bound of the bias by who answers, in points, at the response rates that can be expected.
	BiasLeast = 12
	BiasMost  = 34

	// Of streams of WatchedAnswers answers that are looked at after each, the per cent in which a fixed
	// interval, and a confidence sequence, shut out the truth at some time.
	WatchedAnswers = 2000
	WatchedFixed   = 49
	WatchedRight   = 2.4
)
