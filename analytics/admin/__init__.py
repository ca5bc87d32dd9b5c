"""The staff admin of analytics."""

from analytics.admin import segments

__all__ = ["segments"]
