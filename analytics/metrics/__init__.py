"""Pure functions: named columns in, named columns out. No Django, no clock, no database."""
