"""Files of history: their rows read in sets of bounded memory, and each row as an event."""
