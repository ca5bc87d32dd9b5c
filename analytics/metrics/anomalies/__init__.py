"""What departs from a metric's own history, why, and what to do about it."""
