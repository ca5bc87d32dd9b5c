"""Anomalies as values come: a state of fixed size, so that a new value costs the same after ten years."""
