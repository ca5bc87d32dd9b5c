"""People who buy when they like: how often they will, for how much, and whether they come back."""
