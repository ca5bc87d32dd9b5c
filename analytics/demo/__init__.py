"""A year of events of a shop whose customers design what they buy: drawn by chance, and the truth of it is known."""
