"""What may be chosen on a page, besides the brand and the days."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from analytics.dashboards.visit import Visit
from analytics.models import Funnel

Options = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Choice:
    """One of `options`, which are (value, words)."""

    name: str
    label: str
    chosen: str
    options: Options
    kind: str = field(default="choice", init=False)


@dataclass(frozen=True)
class Several:
    name: str
    label: str
    chosen: Sequence[str]
    options: Options
    kind: str = field(default="several", init=False)


@dataclass(frozen=True)
class Text:
    """Anything, with suggestions."""

    name: str
    label: str
    chosen: str
    options: Sequence[str] = ()
    kind: str = field(default="text", init=False)


Picker = Choice | Several | Text


def funnel_picker(visit: Visit) -> Sequence[Picker]:
    """Nothing to choose from where the brand keeps none."""
    options = _funnels()
    return [Choice("funnel", "Funnel", visit.chosen("funnel", [pk for pk, _ in options]), options)] if options else []


def chosen_funnel(visit: Visit) -> Funnel | None:
    chosen = visit.chosen("funnel", [pk for pk, _ in _funnels()])
    return Funnel.objects.get(pk=chosen) if chosen else None


def _funnels() -> Options:
    return [(str(pk), name) for pk, name in Funnel.objects.order_by("name").values_list("pk", "name")]
