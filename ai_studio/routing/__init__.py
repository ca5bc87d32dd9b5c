"""Routing: which provider and model make a wish, why the others do not, and who is next when one is away."""
