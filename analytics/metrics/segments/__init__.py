"""Segments: `conditions` finds who meets one, `joining` what several of them together mean."""
