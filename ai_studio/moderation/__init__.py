"""Who may not be asked for: words are read before money is held. No Django here."""
