"""The question that a funnel answers, checked once."""

from dataclasses import dataclass
from enum import StrEnum

from analytics.metrics.errors import InvalidQuestion
from analytics.metrics.limits import LEAST_STEPS, MOST_EXCLUSIONS, MOST_STEPS
from analytics.metrics.stream import MICROSECONDS

LONGEST_WINDOW_SECONDS = 10 * 366 * 86_400
LONGEST_TOLERANCE_MS = 60_000


class Order(StrEnum):
    ORDERED = "ordered"
    STRICT = "strict"
    UNORDERED = "unordered"


class Entry(StrEnum):
    ANY = "any"
    FIRST = "first"


class ExclusionMode(StrEnum):
    DROP_USER = "drop_user"
    RESET = "reset"
    STOP_AT = "stop_at"


@dataclass(frozen=True)
class Step:
    """`min_seconds` and `max_seconds` count from the step before it that is not optional."""

    optional: bool = False
    min_seconds: int | None = None
    max_seconds: int | None = None


@dataclass(frozen=True)
class Exclusion:
    """Between these two steps, counted from 0, no such event may happen."""

    from_step: int
    to_step: int


@dataclass(frozen=True)
class Question:
    """`entered_from` ≤ first event of an attempt < `entered_until`; `as_of`: what is known so far. Microseconds UTC.

    Without `exclusion_mode` it is drop_user, and reset for unordered funnels, which know no other.
    """

    steps: tuple[Step, ...]
    window_seconds: int
    order: Order = Order.ORDERED
    entry: Entry = Entry.ANY
    tolerance_ms: int = 0
    exclusions: tuple[Exclusion, ...] = ()
    exclusion_mode: ExclusionMode | None = None
    entered_from: int | None = None
    entered_until: int | None = None
    as_of: int | None = None

    def __post_init__(self) -> None:
        _check_shape(self)
        for number, step in enumerate(self.steps):
            _check_step(self, number, step)
        for number, exclusion in enumerate(self.exclusions):
            _check_exclusion(self, number, exclusion)
        _check_unordered(self)

    @property
    def window(self) -> int:
        return self.window_seconds * MICROSECONDS

    @property
    def tolerance(self) -> int:
        return self.tolerance_ms * 1_000

    @property
    def marking(self) -> ExclusionMode:
        default = ExclusionMode.RESET if self.order is Order.UNORDERED else ExclusionMode.DROP_USER
        return self.exclusion_mode or default

    @property
    def last_step(self) -> int:
        """The step that is the conversion: the last that is not optional."""
        return max(number for number, step in enumerate(self.steps) if not step.optional)


def _check_shape(question: Question) -> None:
    if not LEAST_STEPS <= len(question.steps) <= MOST_STEPS:
        raise InvalidQuestion("steps", f"A funnel has {LEAST_STEPS} to {MOST_STEPS} steps.")
    if not 0 < question.window_seconds <= LONGEST_WINDOW_SECONDS:
        raise InvalidQuestion("window_seconds", f"Must be 1 to {LONGEST_WINDOW_SECONDS}.")
    if not 0 <= question.tolerance_ms <= LONGEST_TOLERANCE_MS:
        raise InvalidQuestion("tolerance_ms", f"Must be 0 to {LONGEST_TOLERANCE_MS}.")
    if len(question.exclusions) > MOST_EXCLUSIONS:
        raise InvalidQuestion("exclusions", f"At most {MOST_EXCLUSIONS}.")
    start, end = question.entered_from, question.entered_until
    if start is not None and end is not None and start >= end:
        raise InvalidQuestion("entered_until", "Must be after entered_from.")


def _check_step(question: Question, number: int, step: Step) -> None:
    where = f"steps.{number}"
    least, most = step.min_seconds, step.max_seconds
    if number == 0 and (step.optional or least is not None or most is not None):
        raise InvalidQuestion(where, "The first step is not optional and has no limits of its own.")
    if step.optional and (least is not None or most is not None):
        raise InvalidQuestion(where, "An optional step has no limits of its own.")
    if least is not None and not 0 <= least <= question.window_seconds:
        raise InvalidQuestion(f"{where}.min_seconds", "Must be 0 to window_seconds.")
    if most is not None and not (least or 0) <= most:
        raise InvalidQuestion(f"{where}.max_seconds", "Must be at least 0 and min_seconds.")
    if number == len(question.steps) - 1 and question.last_step == 0:
        raise InvalidQuestion("steps", "Two steps or more must not be optional.")


def _check_exclusion(question: Question, number: int, exclusion: Exclusion) -> None:
    if not 0 <= exclusion.from_step < len(question.steps) - 1:
        raise InvalidQuestion(f"exclusions.{number}.from_step", "Must be a step that has one after it.")
    if not exclusion.from_step < exclusion.to_step < len(question.steps):
        raise InvalidQuestion(f"exclusions.{number}.to_step", "Must be a step after from_step.")


def _check_unordered(question: Question) -> None:
    if question.order is not Order.UNORDERED:
        return
    if any(step != Step() for step in question.steps):
        raise InvalidQuestion("steps", "In an unordered funnel steps have no limits and none is optional.")
    if question.exclusion_mode not in {None, ExclusionMode.RESET}:
        raise InvalidQuestion("exclusion_mode", "An unordered funnel knows only reset.")
    whole = Exclusion(0, len(question.steps) - 1)
    for number, exclusion in enumerate(question.exclusions):
        if exclusion != whole:
            raise InvalidQuestion(f"exclusions.{number}", "In an unordered funnel it holds between all steps.")
