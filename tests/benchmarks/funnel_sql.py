"""Funnels as plain SQL: chained joins, as analytics products write them, and window functions."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

Asked = tuple[str, list[Any]]


def chained_joins(brand_id: UUID, steps: int, start: datetime, end: datetime, window: timedelta) -> Asked:
    """One table for each step, joined to the one before it by the person and BETWEEN."""
    parts = [
        "s1 AS (SELECT DISTINCT person, at FROM analytics_event "
        "WHERE brand_id = %s AND person > 0 AND name = 'step 1' AND at >= %s AND at < %s)"
    ]
    params: list[Any] = [brand_id, start, end]
    for step in range(2, steps + 1):
        parts.append(
            f"s{step} AS (SELECT DISTINCT e.person, e.at FROM s{step - 1} l JOIN analytics_event e "  # noqa: S608
            f"ON e.person = l.person AND e.at BETWEEN l.at AND l.at + %s "
            f"WHERE e.brand_id = %s AND e.person > 0 AND e.name = 'step {step}' AND e.at >= %s AND e.at < %s)"
        )
        params += [window, brand_id, start, end + window]
    counts = " UNION ALL ".join(
        f"SELECT {step} AS step, count(DISTINCT person) FROM s{step}"  # noqa: S608
        for step in range(1, steps + 1)
    )
    return f"WITH {', '.join(parts)} {counts} ORDER BY step", params


def windows(brand_id: UUID, steps: int, start: datetime, end: datetime, window: timedelta) -> Asked:
    """The latest entry that reaches each step, carried forward row by row: exact, as our kernel is."""
    cases = " ".join(f"WHEN 'step {step}' THEN {step}" for step in range(1, steps + 1))
    names = ", ".join(f"'step {step}'" for step in range(1, steps + 1))
    query = (
        f"SELECT person, at, step, CASE WHEN step = 1 AND at < %s THEN at END AS e1 FROM ("  # noqa: S608
        f"SELECT person, at, CASE name {cases} END AS step FROM analytics_event "
        f"WHERE brand_id = %s AND person > 0 AND name IN ({names}) AND at >= %s AND at < %s) events"
    )
    params: list[Any] = [end, brand_id, start, end + window]
    for step in range(2, steps + 1):
        carried = f"max(e{step - 1}) OVER (PARTITION BY person ORDER BY at, step)"
        kept = ", ".join(f"e{k}" for k in range(1, step))
        query = (
            f"SELECT person, at, step, {kept}, CASE WHEN step = {step} AND {carried} >= at - %s "  # noqa: S608
            f"THEN {carried} END AS e{step} FROM ({query}) s{step - 1}"
        )
        params.insert(0, window)
    counts = " UNION ALL ".join(
        f"SELECT {step} AS step, count(DISTINCT person) FILTER (WHERE e{step} IS NOT NULL) FROM found"  # noqa: S608
        for step in range(1, steps + 1)
    )
    return f"WITH found AS MATERIALIZED ({query}) {counts} ORDER BY step", params
