"""Atelier on one laptop: embedded servers, supervised processes, and the demo that `make demo` runs.

Nothing here is imported in production; it only starts programs and hands them an environment.
"""
