"""What happened in a brand, as far as whoever asks may see it now: a reader of the log of domain events."""
