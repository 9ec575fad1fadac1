package method

// More responses of one organisation and wave in a day than BurstLeast, and than one in BurstOneIn of its staff, are
// a burst: it is held back until an administrator has looked at it.
const (
	BurstLeast = 500
	BurstOneIn = 10
)

// Burst reports whether so many responses in a day are a burst for an organisation of so many staff, 0 if that is not known.
func Burst(responses, staff int) bool {
	return responses > BurstLeast && responses*BurstOneIn > staff
}
