"""Who comes back."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from analytics.api.serializers.retention import ENTRIES, RetentionQuery
from analytics.dashboards import menu
from analytics.dashboards.drawn import drawn, heat_map_width
from analytics.dashboards.page import Page
from analytics.dashboards.pickers import Choice, Picker, Text
from analytics.dashboards.visit import Visit
from analytics.services import event_log, retention_tables
from analytics.services.cohort_charts import retention_picture
from analytics.services.retention_questions import Asked

MOST_SUGGESTED = 100
START, RETURN, PERIOD, COLUMNS, ENTRY = "start_event", "return_event", "period", "columns", "entry"
_PERIODS = (("week", "Week"), ("day", "Day"), ("month", "Month"), ("hour", "Hour"))
_COLUMNS = [(str(number), str(number)) for number in (8, 12, 16, 24, 31)]
_WORDS = ("Whenever they start", "Their first in these days", "Their first ever", "Their first of all, if it passes")
_ENTRIES = list(zip(ENTRIES, _WORDS, strict=True))


def _pickers(visit: Visit) -> Sequence[Picker]:
    names = list(event_log.names(actor=visit.actor).order_by("-total").values_list("name", flat=True)[:MOST_SUGGESTED])
    given = visit.given(START, RETURN)
    choices = ((PERIOD, "By", _PERIODS), (COLUMNS, "Columns", _COLUMNS), (ENTRY, "Who counts", _ENTRIES))
    return [
        Text(START, "Came with", given.get(START, ""), names),
        Text(RETURN, "Came back with", given.get(RETURN, ""), names),
        *(Choice(name, label, _chosen(visit, name), options) for name, label, options in choices),
    ]


def _chosen(visit: Visit, name: str) -> str:
    known = {PERIOD: _PERIODS, COLUMNS: _COLUMNS, ENTRY: _ENTRIES}[name]
    return visit.chosen(name, [value for value, _ in known])


def _answer(visit: Visit) -> dict[str, Any]:
    given = visit.given(START, RETURN) | {name: _chosen(visit, name) for name in (PERIOD, COLUMNS, ENTRY)}
    query = RetentionQuery.read(given)
    asked = Asked(
        brand_id=visit.brand.pk,
        start={"event": query.get(START), "filters": []},
        back={"event": query.get(RETURN), "filters": []},
        days=visit.days,
        at=visit.at,
        minimum=query["minimum_occurrences"],
        **{name: query[name] for name in ("period", "columns", "entry", "match", "windows", "week_start")},
    )
    found = retention_tables.result(asked)
    some = any(cohort["people"] for cohort in found["cohorts"])
    picture = partial(retention_picture, found, period=query["period"])
    return {
        "found": found,
        "columns": range(query["columns"]),
        "chart": drawn(picture, phone=heat_map_width(query["columns"])) if some else None,
    }


RETENTION = Page(menu.RETENTION, _answer, _pickers, default_days=90)
