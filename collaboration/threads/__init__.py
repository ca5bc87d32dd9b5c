"""Threads of comments about the exact spot of an exact version: anchors, who sees what, opening, commenting, reacting.

seeing      which threads an actor sees           anchors   what a spot may be, pure
pins        versions: what a thread is pinned to   fitting   whether a spot is on what it is pinned to
"""
