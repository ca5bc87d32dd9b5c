"""Webhooks that providers send us about jobs of theirs: a bell with an address of its own for each attempt."""

from ai_studio.webhooks_in.addresses import url_for

__all__ = ["url_for"]
