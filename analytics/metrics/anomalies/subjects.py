"""What a metric is about: words only."""

from enum import StrEnum


class Subject(StrEnum):
    """What a metric is about."""

    COST = "COST"
    FUNNEL_STEP = "FUNNEL_STEP"
    PROVIDER_FAILURES = "PROVIDER_FAILURES"
    GENERATION_TIME = "GENERATION_TIME"
    REVENUE = "REVENUE"
    EVENTS = "EVENTS"
    PEOPLE = "PEOPLE"
    RETENTION = "RETENTION"
    OTHER = "OTHER"
