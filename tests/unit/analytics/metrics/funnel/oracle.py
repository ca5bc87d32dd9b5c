"""A funnel by brute force: one person, plain lists, one attempt after another, straight from the contract."""

from dataclasses import dataclass
from itertools import pairwise

from analytics.metrics.funnel.question import Entry, ExclusionMode, Order, Question
from analytics.metrics.limits import MOST_STEPS
from analytics.metrics.stream import EXCLUSION_BIT, MICROSECONDS


@dataclass(frozen=True)
class Happened:
    at: int
    matches: int

    def fills(self, step: int) -> bool:
        return bool(self.matches >> step & 1)

    def excludes(self, number: int) -> bool:
        return bool(self.matches >> (EXCLUSION_BIT + number) & 1)

    @property
    def shallow(self) -> int:
        return self.matches & ((1 << MOST_STEPS) - 1)


@dataclass
class Tried:
    """`filled`: {step: event}."""

    filled: dict[int, Happened]
    marked: bool = False
    excluded_at: int | None = None
    over: bool = False

    @property
    def depth(self) -> int:
        return max(self.filled)

    @property
    def merit(self) -> tuple[int, bool, int, int]:
        return self.depth, not self.marked, -self.filled[self.depth].at, self.filled[0].at


@dataclass(frozen=True)
class Verdict:
    """`times`: {step: at}."""

    level: int
    times: dict[int, int]
    open: bool


def verdict(events: list[Happened], question: Question) -> Verdict | None:
    """None: the person never entered."""
    seen = [event for event in events if question.as_of is None or event.at <= question.as_of]
    seen.sort(key=lambda event: (event.at, event.shallow, event.matches))
    tried = [attempt(seen, question, entry) for entry in openings(seen, question)]
    if not tried:
        return None
    counted = tried
    stops = [one.excluded_at for one in tried if one.excluded_at is not None]
    if question.marking is ExclusionMode.STOP_AT and stops:
        stop = max(min(stops), min(one.filled[0].at for one in tried))
        counted = [one for one in tried if one.filled[0].at <= stop]
    best = max(counted, key=lambda one: one.merit)
    if best.marked:
        return Verdict(0, {}, open=False)
    still = question.as_of is not None and any(
        not one.over and one.filled[0].at + question.window >= question.as_of for one in tried
    )
    converted = question.last_step in best.filled
    times = {step: event.at for step, event in best.filled.items()}
    return Verdict(best.depth + 1, times, open=still and not converted)


def openings(events: list[Happened], question: Question) -> list[Happened]:
    unordered = question.order is Order.UNORDERED
    found = [event for event in events if (event.shallow if unordered else event.fills(0))]
    if question.entered_from is not None:
        found = [event for event in found if event.at >= question.entered_from]
    if question.entered_until is not None:
        found = [event for event in found if event.at < question.entered_until]
    return found[:1] if question.entry is Entry.FIRST else found


def attempt(events: list[Happened], question: Question, entry: Happened) -> Tried:
    if question.order is Order.UNORDERED:
        return any_order(events, question, entry)
    tried = Tried(earliest_chain(events, question, entry))
    for step in range(1, len(question.steps)):
        if question.steps[step].optional:
            take_optional(events, question, tried, step)
    if question.order is Order.STRICT:
        break_where_something_is_between(events, question, tried)
    exclude(events, question, tried)
    return tried


def earliest_chain(events: list[Happened], question: Question, entry: Happened) -> dict[int, Happened]:
    """Of the chains that fill most steps the first: earliest at the second step, then at the third, and so on."""
    needed = [step for step in range(1, len(question.steps)) if not question.steps[step].optional]
    best = [{0: entry}]
    for step in needed:
        longer = [chain | {step: event} for chain in best for event in events if follows(question, chain, step, event)]
        if not longer:
            break
        best = longer
    return min(best, key=lambda chain: [place(events, event) for event in chain.values()])


def place(events: list[Happened], wanted: Happened) -> int:
    return next(number for number, event in enumerate(events) if event is wanted)


def follows(question: Question, chain: dict[int, Happened], step: int, event: Happened) -> bool:
    """Whether the event may be the next of the chain."""
    limits, gap = question.steps[step], event.at - chain[max(chain)].at
    least = limits.min_seconds * MICROSECONDS if limits.min_seconds else -question.tolerance
    late = limits.max_seconds is not None and gap > limits.max_seconds * MICROSECONDS
    unused = all(event is not taken for taken in chain.values())
    return event.fills(step) and unused and gap >= least and not late and event.at - chain[0].at <= question.window


def take_optional(events: list[Happened], question: Question, tried: Tried, step: int) -> None:
    needed = [other for other in range(step) if not question.steps[other].optional]
    if needed[-1] not in tried.filled:
        return
    earliest = tried.filled[max(other for other in tried.filled if other < step)].at - question.tolerance
    latest = tried.filled[0].at + question.window
    later = [other for other in range(step, len(question.steps)) if not question.steps[other].optional]
    if later and later[0] in tried.filled:
        latest = min(latest, tried.filled[later[0]].at + question.tolerance)
    for event in events:
        if event.fills(step) and earliest <= event.at <= latest and not used(tried, event):
            tried.filled[step] = event
            return


def used(tried: Tried, event: Happened) -> bool:
    return any(event is taken for taken in tried.filled.values())


def break_where_something_is_between(events: list[Happened], question: Question, tried: Tried) -> None:
    steps = sorted(tried.filled)
    for before, after in pairwise(steps):
        start = tried.filled[before].at + question.tolerance
        end = tried.filled[after].at - question.tolerance
        if any(start < event.at < end for event in events):
            tried.filled = {step: event for step, event in tried.filled.items() if step < after}
            break
    last = tried.filled[tried.depth].at + question.tolerance
    tried.over = any(event.at > last for event in events)


def exclude(events: list[Happened], question: Question, tried: Tried) -> None:
    hits = [
        (event.at, number)
        for number in range(len(question.exclusions))
        for event in events
        if event.excludes(number) and hits_attempt(question, tried, number, event)
    ]
    if not hits:
        return
    at, number = min(hits)
    first = question.exclusions[number].from_step
    ahead = [step for step in sorted(tried.filled) if step > first and tried.filled[step].at > at]
    drops = question.marking is ExclusionMode.DROP_USER
    if ahead:
        keep = ahead[0] if drops else ahead[0] - 1
        tried.filled = {step: event for step, event in tried.filled.items() if step <= keep}
    tried.marked, tried.excluded_at, tried.over = drops, at, True


def hits_attempt(question: Question, tried: Tried, number: int, event: Happened) -> bool:
    exclusion = question.exclusions[number]
    if tried.depth < exclusion.from_step or used(tried, event):
        return False
    opening = max(step for step in tried.filled if step <= exclusion.from_step)
    closing = [step for step in tried.filled if step >= exclusion.to_step]
    if event.at <= tried.filled[opening].at + question.tolerance:
        return False
    if closing and event.at >= tried.filled[min(closing)].at - question.tolerance:
        return False
    return event.at <= tried.filled[0].at + question.window


def any_order(events: list[Happened], question: Question, entry: Happened) -> Tried:
    """The k-th step done: the first event with which k different steps can each have an event of their own."""
    end = entry.at + question.window
    excluding = [
        event.at
        for event in events
        if event.at > entry.at + question.tolerance
        and event.at <= end
        and any(event.excludes(number) for number in range(len(question.exclusions)))
    ]
    until = min([end, *excluding])
    start = next(place for place, event in enumerate(events) if event is entry)
    done: list[Happened] = []
    for event in events[start:]:
        if event.at <= until and can_all_fill([*done, event], len(question.steps)):
            done.append(event)
    excluded_at = min(excluding, default=None)
    return Tried(dict(enumerate(done)), excluded_at=excluded_at, over=excluded_at is not None)


def can_all_fill(events: list[Happened], steps: int, taken: frozenset[int] = frozenset()) -> bool:
    """Whether each of these events can have a step of its own."""
    if not events:
        return True
    free = [step for step in range(steps) if events[0].fills(step) and step not in taken]
    return any(can_all_fill(events[1:], steps, taken | {step}) for step in free)
