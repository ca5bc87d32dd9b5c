"""Kept cohorts and retention as pictures."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from analytics.charts.heat_map import HeatMap, Row, Scale, heat_map
from analytics.charts.palette import Theme
from analytics.choices import Grain
from analytics.models.cohort import PERIODS
from analytics.services.cohort_tables import CohortTable, KeptCohort

# What a cell may show, and its words.
MEASURES = {
    "retention": "Retention",
    "revenue": "Revenue",
    "ltv": "Revenue per person",
    "cost_usd": "AI cost",
    "margin": "Margin",
}
NOT_YET, NOT_TOLD = "not old enough yet", "not old enough yet, or not known"


def unit(measure: str, currency: str) -> str:
    """Of a money measure: what the studio costs is in USD, whatever the brand counts in."""
    return "USD" if measure == "cost_usd" else currency


_FORMS = {Grain.DAY: "%-d %b %Y", Grain.WEEK: "%-d %b %Y", Grain.MONTH: "%b %Y"}


def cohort_name(start: date, grain: str) -> str:
    """A week by its first day."""
    return start.strftime(_FORMS[Grain(grain)])


def cohorts_picture(found: CohortTable, *, measure: str, currency: str, theme: Theme, width: int) -> str:
    """SVG: a row for each cohort, the oldest first; a column for each period in days."""
    rows = [_row(cohort, found.grain, measure) for cohort in found.cohorts]
    rate = measure == "retention"
    chart = HeatMap(
        f"{MEASURES[measure]} by {found.grain.lower()}",
        [f"{days} d" for days in PERIODS],
        rows,
        Scale.SHARE if rate else Scale.AMOUNT,
        "" if rate else unit(measure, currency),
        NOT_TOLD if measure == "margin" else NOT_YET,
    )
    return heat_map(chart, theme=theme, width=width)


def retention_picture(answer: Mapping[str, Any], *, period: str, theme: Theme, width: int) -> str:
    """SVG: a row for each cohort, the oldest first; a column for each period after it."""
    rows = [Row(cohort["label"], _rates(cohort["cells"]), cohort["people"]) for cohort in answer["cohorts"]]
    columns = [str(number) for number in range(len(answer["averages"]))]
    chart = HeatMap(f"Retention by {period}", columns, rows, unknown=NOT_YET)
    return heat_map(chart, theme=theme, width=width)


def _rates(cells: Sequence[Mapping[str, Any]]) -> list[float | None]:
    return [cell["rate"] for cell in cells]


def _row(cohort: KeptCohort, grain: str, measure: str) -> Row:
    values = [getattr(cell, measure) for cell in cohort.cells]
    known = [None if value is None else float(value) for value in values]
    return Row(cohort_name(cohort.start_date, grain), known, cohort.people)
