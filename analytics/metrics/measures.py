"""What can be measured of events: words only, so that web can name them without loading numpy."""

from dataclasses import dataclass
from enum import StrEnum


class Aggregate(StrEnum):
    COUNT = "count"
    PEOPLE = "people"
    SUM = "sum"
    AVERAGE = "average"
    PERCENTILE = "percentile"


class Operation(StrEnum):
    PLUS = "plus"
    MINUS = "minus"
    TIMES = "times"
    DIVIDED_BY = "divided_by"


@dataclass(frozen=True)
class Measure:
    """`percent`, from 0 to 100, is the percentile's: linear between the two nearest numbers.

    `divisor`: the samples' numbers are so many times the metric's, as money in millionths.
    """

    aggregate: Aggregate
    percent: float = 50
    divisor: int = 1
