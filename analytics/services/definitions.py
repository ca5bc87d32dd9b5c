"""What a metric measures, as it is kept and as stores and metrics take it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from analytics.metrics.measures import Aggregate, Measure, Operation
from analytics.models.metric import FORMULA
from analytics.services.selections import selection
from analytics.stores.base import REVENUE, Selection

MICROS = 1_000_000


@dataclass(frozen=True)
class Simple:
    """`number`: the property that is added up, averaged or ranked; None where events or people are counted."""

    selection: Selection
    measure: Measure
    number: str | None


@dataclass(frozen=True)
class Formula:
    operation: Operation
    first: Simple
    second: Simple


Definition = Simple | Formula


def read(kept: Mapping[str, Any]) -> Definition:
    """A kept definition: what the API has checked."""
    if kept["measure"] != FORMULA:
        return _simple(kept)
    return Formula(Operation(kept["operation"]), _simple(kept["first"]), _simple(kept["second"]))


def simple_parts(definition: Definition) -> Sequence[Simple]:
    """What is read of the events: two of a formula."""
    return (definition.first, definition.second) if isinstance(definition, Formula) else (definition,)


def _simple(kept: Mapping[str, Any]) -> Simple:
    number = kept.get("property")
    divisor = MICROS if number == REVENUE else 1
    measure = Measure(Aggregate(kept["measure"]), kept.get("percent", Measure.percent), divisor)
    return Simple(selection({"event": None, **kept}), measure, number)
