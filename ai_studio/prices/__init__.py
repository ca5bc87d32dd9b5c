"""What providers ask for, by unit: the table and the files it is seeded from (data/, one for each provider)."""
