"""Answers of a funnel: one read of the store, one kernel, one way to say it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, is_dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from ai_studio.services.periods import Period
from analytics import progress
from analytics.choices import FunnelOrder
from analytics.services import answers
from analytics.services.narrowing import InSegment, store_for
from analytics.services.selections import selection
from analytics.stores import postgres
from analytics.stores.base import Range
from brands.errors import InvalidInput

if TYPE_CHECKING:
    from analytics.metrics.funnel.question import Question
    from analytics.metrics.stream import Stream

MAX_DAYS = 1_100


@dataclass(frozen=True)
class Asked:
    """A funnel's `definition`, and the days in which people entered. What came after `as_of` is not known; without it,
    after `at`, the moment of asking. `people`: whom alone it is about; None: everyone."""

    brand_id: UUID
    definition: Mapping[str, Any]
    period: Period
    at: datetime
    as_of: datetime | None = None
    people: InSegment | None = None

    @property
    def known_until(self) -> datetime:
        """Never what is still to come: nobody's time has run out by then."""
        return min(self.as_of or self.at, self.at)

    @property
    def is_fixed(self) -> bool:
        """Whether it is asked as of a moment that does not move."""
        return self.as_of is not None and self.as_of <= self.at

    @property
    def entered(self) -> Range:
        midnights = self.period.midnights()
        return Range(midnights[0], midnights[-1])

    @property
    def within(self) -> Range:
        """The days, and the window of whoever entered last."""
        window = timedelta(seconds=self.definition["window_seconds"])
        return Range(self.entered.start, self.entered.end + window + timedelta(microseconds=1))

    def told(self, **changes: Any) -> Asked:
        """With another breakdown or attribution than the funnel's own."""
        return replace(self, definition={**self.definition, **changes})

    def words(self) -> dict[str, Any]:
        return {
            "definition": dict(self.definition),
            "from": self.period.from_date,
            "to": self.period.to_date,
            "timezone": self.period.timezone,
            "as_of": self.as_of,
            **(self.people.words() if self.people else {}),
        }


def report(asked: Asked) -> dict[str, Any]:
    """Steps, rates with intervals, times; and the same for each value of the breakdown, if there is one."""

    def compute() -> dict[str, Any]:
        from analytics.metrics.funnel import kernel
        from analytics.metrics.funnel.report import report as reported

        stream, question = read(asked)
        answer = plain(reported(kernel.people(stream, question), question))
        return answer | {"breakdown": _breakdown(asked, stream, question)}

    return kept("report", asked, {}, compute)


def trend(asked: Asked, *, interval: str, from_step: int, to_step: int | None) -> dict[str, Any]:
    """Conversion by the period of entry."""

    def compute() -> dict[str, Any]:
        from analytics.metrics.funnel.trend import trend as trended
        from analytics.metrics.periods import Period as Cut
        from analytics.metrics.periods import buckets

        stream, question = read(asked)
        cut = buckets(asked.entered.start, asked.entered.end, Cut(interval), asked.period.timezone)
        return {"interval": interval, "periods": plain(trended(stream, question, cut, from_step, to_step))}

    return kept("trend", asked, {"interval": interval, "from_step": from_step, "to_step": to_step}, compute)


def times(asked: Asked, *, from_step: int, to_step: int | None, bins: int | None) -> dict[str, Any]:
    """How long people take from one step to another; without `to_step` to the conversion."""

    def compute() -> dict[str, Any]:
        from analytics.metrics.funnel import kernel
        from analytics.metrics.funnel.times import time_to_convert

        stream, question = read(asked)
        goal = question.last_step if to_step is None else to_step
        return dict(plain(time_to_convert(kernel.people(stream, question), from_step, goal, bins)))

    return kept("times", asked, {"from_step": from_step, "to_step": to_step, "bins": bins}, compute)


def people_behind(asked: Asked, *, step: int, fate: str) -> list[int]:
    """The numbers of the people behind one number of the report, ascending: as many as it says."""
    from analytics.metrics.funnel import cells, kernel

    def compute() -> dict[str, Any]:
        stream, question = read(asked)
        people = kernel.people(stream, question)
        return {"people": cells.people_behind(people, question, step, cells.Fate(fate)).tolist()}

    found: list[int] = kept("people", asked, {"step": step, "fate": fate}, compute)["people"]
    return found


def read(asked: Asked, people: Sequence[int] | None = None) -> tuple[Stream, Question]:
    """Of everyone, or of these `people`. Raises InvalidInput naming what is wrong with the question."""
    question = question_of(asked.definition, entered=asked.entered, as_of=asked.known_until)
    progress.tell(progress.READING)
    stream = store_for(asked.brand_id, asked.people).stream(
        brand_id=asked.brand_id,
        steps=[selection(step) for step in asked.definition["steps"]],
        exclusions=[selection(exclusion) for exclusion in asked.definition["exclusions"]],
        within=asked.within,
        breakdown=asked.definition["breakdown"] or None,
        others=question.order == "strict",
        people=people,
    )
    progress.tell(progress.COUNTING)
    return stream, question


def question_of(
    definition: Mapping[str, Any], *, entered: Range | None = None, as_of: datetime | None = None
) -> Question:
    """Raises InvalidInput naming the field."""
    from analytics.metrics.funnel import question as words

    with refused():
        return words.Question(
            steps=tuple(
                words.Step(step.get("optional", False), step.get("min_seconds"), step.get("max_seconds"))
                for step in definition["steps"]
            ),
            exclusions=tuple(words.Exclusion(each["from_step"], each["to_step"]) for each in definition["exclusions"]),
            window_seconds=definition["window_seconds"],
            order=words.Order(definition["order"].lower()),
            entry=words.Entry(definition["entry"].lower()),
            tolerance_ms=definition["tolerance_ms"],
            exclusion_mode=_mode(definition),
            entered_from=None if entered is None else _microseconds(entered.start),
            entered_until=None if entered is None else _microseconds(entered.end),
            as_of=None if as_of is None else _microseconds(as_of),
        )


def _mode(definition: Mapping[str, Any]) -> Any:
    """Unordered funnels know one mode only, whatever is stored for the others."""
    from analytics.metrics.funnel.question import ExclusionMode

    is_unordered = definition["order"] == FunnelOrder.UNORDERED
    return None if is_unordered else ExclusionMode(definition["exclusion_mode"].lower())


def _breakdown(asked: Asked, stream: Stream, question: Question) -> list[dict[str, Any]] | None:
    from analytics.metrics.funnel.breakdown import Attribution, breakdown

    if not asked.definition["breakdown"]:
        return None
    attribution = Attribution(asked.definition["attribution"].lower())
    parts = breakdown(stream, question, attribution, asked.definition["attribution_step"])
    return [
        {
            "value": part.value,
            "is_rest": part.is_rest,
            "never_reached": part.never_reached,
            "report": plain(part.report),
        }
        for part in parts
    ]


def kept(kind: str, asked: Asked, options: Mapping[str, Any], compute: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """With what every answer says of itself."""

    def whole() -> dict[str, Any]:
        with refused():
            answer = compute()
        return answer | {"as_of": asked.known_until, "semantics": _semantics(asked)}

    return answers.kept(
        brand_id=asked.brand_id,
        kind=f"funnel.{kind}",
        question={**asked.words(), **options},
        version=postgres.store.version(brand_id=asked.brand_id),
        compute=whole,
        seconds=lambda _: answers.KEPT_SECONDS if _is_settled(asked) else answers.OPEN_SECONDS,
    )


def _is_settled(asked: Asked) -> bool:
    """Whether time alone cannot change the answer: everyone's window has run out, or a moment was asked for."""
    return asked.is_fixed or asked.within.end < asked.at


def _semantics(asked: Asked) -> dict[str, Any]:
    from analytics.metrics.funnel.semantics import semantics

    rules = semantics(question_of(asked.definition))
    moments = ("entered_from", "entered_until", "as_of")
    return {name: rule for name, rule in rules.items() if name not in moments} | {
        "from": asked.period.from_date,
        "to": asked.period.to_date,
        "timezone": asked.period.timezone,
        **(asked.people.words() if asked.people else {}),
    }


@contextmanager
def refused() -> Iterator[None]:
    """What a metric refuses, as an error that names the field."""
    from analytics.metrics.errors import InvalidQuestion

    try:
        yield
    except InvalidQuestion as error:
        raise InvalidInput(fields={error.field: [error.reason]}) from error


def plain(value: Any) -> Any:
    """Dataclasses and tuples as JSON has them."""
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    return [plain(each) for each in value] if isinstance(value, tuple | list) else value


def _microseconds(moment: datetime) -> int:
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
