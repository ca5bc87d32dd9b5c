"""Answers about retention: two reads of the store, one kernel, one way to say it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from analytics import progress
from analytics.models import DataVersion
from analytics.services import answers
from analytics.services.narrowing import store_for
from analytics.services.retention_questions import Asked, check, question, ranges
from analytics.services.selections import selection
from analytics.stores import postgres
from analytics.stores.base import Range, Selection
from brands.errors import InvalidInput

if TYPE_CHECKING:
    from analytics.metrics.retention.presence import Presence
    from analytics.metrics.retention.table import Cell, Table
    from analytics.metrics.stream import Samples


def result(asked: Asked) -> dict[str, Any]:
    """Cohorts, their cells with intervals, averages; and the same for each value of the breakdown, if there is one.
    Raises InvalidInput naming what asks for too much."""

    def compute() -> dict[str, Any]:
        from analytics.metrics.retention.table import table

        found, starts = _presence(asked)
        said = {"as_of": asked.known_until, "semantics": asked.words(), "events_kept_from": _kept_from(asked)}
        return said | _plain(asked, table(found)) | {"breakdown": _breakdown(asked, found, starts)}

    return _kept("retention", asked, {}, compute)


def people_behind(asked: Asked, *, cohort: int, column: int) -> list[int]:
    """The numbers of the people whom a cell counts, ascending: as many as it says. Cohorts are counted from 0."""

    def compute() -> dict[str, Any]:
        presence, _ = _presence(asked)
        fields = {"cohort": (cohort, presence.question.rows), "column": (column, asked.columns)}
        if wrong := {name: [f"From 0 to {end - 1}."] for name, (place, end) in fields.items() if not 0 <= place < end}:
            raise InvalidInput(fields=wrong)
        return {"people": presence.behind(cohort, column).tolist()}

    found: list[int] = _kept("retention.people", asked, {"cohort": cohort, "column": column}, compute)["people"]
    return found


def _kept(kind: str, asked: Asked, options: dict[str, Any], compute: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    check(asked)
    return answers.kept(
        brand_id=asked.brand_id,
        kind=kind,
        question={**asked.words(), "as_of": asked.as_of, **options},
        version=postgres.store.version(brand_id=asked.brand_id),
        compute=compute,
        seconds=lambda _: answers.KEPT_SECONDS if asked.is_fixed else answers.OPEN_SECONDS,
    )


def _presence(asked: Asked) -> tuple[Presence, Samples | None]:
    """And the events that brought people in with their values, where a breakdown is asked for."""
    from analytics.metrics.retention.presence import presence
    from analytics.metrics.retention.question import Entry
    from analytics.metrics.stream import Occurrences

    about = question(asked)
    starts, returns = ranges(asked, about)
    start = selection(asked.start)
    store = store_for(asked.brand_id, asked.people)

    def read(which: Selection, within: Range) -> Occurrences:
        progress.tell(progress.READING)
        found = store.occurrences(brand_id=asked.brand_id, selection=which, within=within, revenue=False)
        progress.tell(progress.COUNTING)
        return found

    unfiltered = None
    if about.entry is Entry.FIRST_EVER and start.filters:
        unfiltered = read(Selection(start.event), starts)
    if asked.breakdown is not None:
        valued = store.samples(brand_id=asked.brand_id, selection=start, within=starts, breakdown=asked.breakdown)
        came = Occurrences(valued.person, valued.at)
        return presence(about, came, read(selection(asked.back), returns), unfiltered=unfiltered), valued
    if start == selection(asked.back):  # one read has both: which are starts, the periods tell
        both = read(start, Range(min(starts.start, returns.start), max(starts.end, returns.end)))
        return presence(about, both, both, unfiltered=unfiltered), None
    return presence(about, read(start, starts), read(selection(asked.back), returns), unfiltered=unfiltered), None


def _breakdown(asked: Asked, found: Presence, starts: Samples | None) -> list[dict[str, Any]] | None:
    from analytics.metrics.retention.breakdown import parts
    from analytics.metrics.retention.table import table

    if starts is None:
        return None
    return [
        {"value": part.value, "is_rest": part.is_rest, **_plain(asked, table(part.presence))}
        for part in parts(found, starts)
    ]


def _kept_from(asked: Asked) -> datetime | None:
    kept = DataVersion.objects.for_brand(asked.brand_id).values_list("kept_from", flat=True).first()
    return kept if isinstance(kept, datetime) else None


def _plain(asked: Asked, found: Table) -> dict[str, Any]:
    timezone = asked.days.timezone
    return {
        "cohorts": [
            {"label": row.label, "people": row.people, "cells": [_cell(cell, timezone) for cell in row.cells]}
            for row in found.rows
        ],
        "averages": [_cell(cell, timezone) for cell in found.averages],
    }


def _cell(cell: Cell, timezone: str) -> dict[str, Any]:
    from analytics.metrics.periods import moment

    low, high = cell.interval or (None, None)
    known = cell.retained is not None
    return {
        "people": cell.people,
        "retained": cell.retained,
        "rate": cell.rate,
        "low": low,
        "high": high,
        "matures_at": None if known else moment(cell.matures_at, timezone).isoformat(),
    }
