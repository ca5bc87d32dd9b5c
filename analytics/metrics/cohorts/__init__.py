"""What becomes of those who came together: `lives` person by person, `sums` by the day they came, `table` tells."""
