"""Celery tasks: each makes one call."""
