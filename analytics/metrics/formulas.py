"""A metric made of two others, bucket by bucket."""

import math
import operator
from collections.abc import Callable, Mapping

from analytics.metrics.measures import Operation
from analytics.metrics.series import Gap, Point, Series

_DOES: Mapping[Operation, Callable[[float, float], float]] = {
    Operation.PLUS: operator.add,
    Operation.MINUS: operator.sub,
    Operation.TIMES: operator.mul,
    Operation.DIVIDED_BY: operator.truediv,
}


def formula(first: Series, operation: Operation, second: Series) -> Series:
    """Both over the same buckets."""
    both = zip(first.points, second.points, strict=True)
    return Series(first.cut, [combined(a, operation, b) for a, b in both])


def combined(first: Point, operation: Operation, second: Point) -> Point:
    """Without a value where one of them has none, for its reason; a division by zero is none either."""
    complete = first.complete and second.complete
    if first.value is None or second.value is None:
        return Point(None, first.gap or second.gap, complete)
    if operation is Operation.DIVIDED_BY and not second.value:
        return Point(None, Gap.DIVISION_BY_ZERO, complete)
    value = _DOES[operation](first.value, second.value)
    return Point(value, None, complete) if math.isfinite(value) else Point(None, Gap.TOO_LARGE, complete)
