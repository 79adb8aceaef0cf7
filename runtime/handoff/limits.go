package handoff

// runsKept is how many runs of handoff counts are kept for each gifter. A receiver that counts upwards leaves at most one
// gap at the top, whatever it leaves out; the others allow for withdrawals that overtake each other.
const runsKept = 8
