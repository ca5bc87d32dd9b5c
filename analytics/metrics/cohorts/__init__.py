"""What becomes of the people who came in the same period: `sums` adds up what they did, `table` reads it."""
