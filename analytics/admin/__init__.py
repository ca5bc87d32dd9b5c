"""The staff admin of analytics."""

from analytics.admin import anomalies

__all__ = ["anomalies"]
