"""The staff admin of analytics."""

from analytics.admin import imports

__all__ = ["imports"]
