"""All that people of a brand did, and what of it is new: for what is kept, and goes on instead of starting anew."""

from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from string import Template
from typing import TYPE_CHECKING
from uuid import UUID

from analytics.stores.base import Range
from analytics.stores.conditions import Parameters
from analytics.stores.connections import ArrowTransaction, pool
from analytics.stores.packed import AT, PERSON, packed, unpacked
from analytics.stores.statements import REVENUE_MICROS, merged, where

if TYPE_CHECKING:
    from analytics.metrics.stream import Activity, Arrivals, Int64s, News

# Of the studio's own events, which say what a generation cost; a number that no cost can be counts for nothing.
_COST = """
CASE WHEN name IN ('$generation_completed', '$generation_failed', '$generation_cancelled') THEN
    CASE WHEN jsonb_typeof(properties -> 'cost_usd') = 'number' THEN
        CASE WHEN (properties -> 'cost_usd')::numeric BETWEEN 0 AND 1000000000000
             THEN round((properties -> 'cost_usd')::numeric * 1000000)::bigint ELSE 0 END
    ELSE 0 END
ELSE 0 END
"""
# Whoever the person is now: a look-up for each event, so that few events do not cost a look at every merge.
_WHOSE = """
int8send(coalesce((SELECT "into" FROM analytics_personmerge m
                   WHERE m.brand_id = analytics_event.brand_id AND m.merged = person), person))
"""
_EVENTS = Template("SELECT $packed AS packed FROM analytics_event WHERE $condition")
_MERGES = f"""
SELECT {packed("timestamptz_send(at)", "int8send(merged)", 'int8send("into")')} AS packed FROM analytics_personmerge
WHERE brand_id = $1::uuid AND at > $2::timestamptz
"""  # noqa: S608
_FORMER = Template("""
SELECT merged FROM analytics_personmerge WHERE brand_id = $brand::uuid AND "into" = ANY ($numbers::bigint[])
""")
_TOTALS = """
SELECT (SELECT coalesce(sum(events), 0)::bigint FROM analytics_dailycount WHERE brand_id = $1::uuid) AS events,
       (SELECT count(*) FROM analytics_personmerge WHERE brand_id = $1::uuid) AS merges
"""
_LATE = f"""
SELECT {packed("timestamptz_send(received_at)")} AS packed
FROM (SELECT DISTINCT received_at FROM analytics_event WHERE brand_id = $1::uuid AND received_at > $2::timestamptz) late
"""  # noqa: S608


class PostgresNews:
    """A part of PostgresStore."""

    def activity(self, *, brand_id: UUID, within: Range, told_from: datetime) -> "tuple[Activity, Arrivals]":
        """What everyone did; and what has arrived, of which single moments are known from `told_from` on."""
        from analytics.metrics.periods import microseconds
        from analytics.metrics.stream import Activity

        until = microseconds(told_from)
        with pool().transaction(brand_id) as transaction:
            in_range = where(brand_id, within, parameters := Parameters())
            person, *rest = _events(transaction, brand_id, [PERSON], in_range, parameters)
            activity = Activity(merged(transaction, brand_id, person), *rest)
            [late] = unpacked(transaction.fetch(_LATE, [str(brand_id), _written(until)]), 1, moments=[0])
            merges, _, _ = _merges(transaction, brand_id, until)
            return activity, _arrivals(transaction, brand_id, until, late, merges)

    def activity_of(self, *, brand_id: UUID, people: Collection[int], within: Range) -> "Activity":
        """What these people did, under whatever numbers they had."""
        from analytics.metrics.stream import Activity

        parameters = Parameters()
        in_range = where(brand_id, within, parameters)
        numbers, brand = parameters.of("{" + ",".join(map(str, people)) + "}"), parameters.of(str(brand_id))
        own = f"person = ANY ({numbers}::bigint[] || ARRAY({_FORMER.substitute(numbers=numbers, brand=brand)}))"
        with pool().transaction(brand_id) as transaction:
            return Activity(*_events(transaction, brand_id, [_WHOSE], f"{in_range} AND {own}", parameters))

    def news(self, *, brand_id: UUID, known: "Arrivals", newly: Range, told_from: datetime) -> "News | None":
        """What is new since `known` of all before `newly.start`, and all of `newly`. None: that cannot be told, for
        some came with a moment of long ago, or with that of others."""
        import numpy as np

        from analytics.metrics.periods import microseconds
        from analytics.metrics.stream import Activity, News

        parameters = Parameters()
        brand, moment = parameters.of(str(brand_id)), parameters.of(_written(known.until))
        since = f"brand_id = {brand}::uuid AND received_at > {moment}::timestamptz"
        passing = where(brand_id, newly, parameters)
        until = max(known.until, microseconds(told_from))
        with pool().transaction(brand_id) as transaction:
            # Statistics may not have heard yet how little is new.
            transaction.run("SET LOCAL enable_seqscan = off")
            whose = _WHOSE if transaction.fetch(_TOTALS, [str(brand_id)])["merges"][0].as_py() else PERSON
            came, *new = _events(transaction, brand_id, ["timestamptz_send(received_at)", whose], since, parameters)
            today = _events(transaction, brand_id, [whose], passing, parameters) if newly.start < newly.end else None
            merged_at, former, into = _merges(transaction, brand_id, known.until)
            arrivals = _arrivals(transaction, brand_id, until, came[came > until], merged_at[merged_at > until])
        is_new, is_merged = ~np.isin(came, known.late_events), ~np.isin(merged_at, known.late_merges)
        if (arrivals.events, arrivals.merges) != (
            known.events + np.count_nonzero(is_new), known.merges + np.count_nonzero(is_merged)
        ):  # fmt: skip
            return None
        past = is_new & (new[1] < microseconds(newly.start))
        columns = [column[past] for column in new]
        if today is not None:
            columns = [np.concatenate(pair) for pair in zip(columns, today, strict=True)]
        return News(Activity(*columns), former[is_merged], into[is_merged], arrivals)


def _events(
    transaction: ArrowTransaction, brand_id: UUID, first: list[str], condition: str, parameters: Parameters
) -> "list[Int64s]":
    """The columns `first`, then at, revenue and cost."""
    revenue = REVENUE_MICROS.substitute(brand=parameters.of(str(brand_id)))
    columns = [*first, AT, f"int8send(({revenue})::bigint)", f"int8send(({_COST})::bigint)"]
    statement = _EVENTS.substitute(packed=packed(*columns), condition=condition)
    moments = [place for place, column in enumerate(columns) if column.startswith("timestamptz")]
    return unpacked(transaction.fetch(statement, parameters.values), len(columns), moments=moments)


def _merges(transaction: ArrowTransaction, brand_id: UUID, since: int) -> "list[Int64s]":
    """When people were merged since then, who, and into whom."""
    return unpacked(transaction.fetch(_MERGES, [str(brand_id), _written(since)]), 3, moments=[0])


def _arrivals(
    transaction: ArrowTransaction, brand_id: UUID, until: int, events: "Int64s", merges: "Int64s"
) -> "Arrivals":
    import numpy as np

    from analytics.metrics.stream import Arrivals

    totals = transaction.fetch(_TOTALS, [str(brand_id)]).to_pylist()[0]
    late = (tuple(np.unique(moments).tolist()) for moments in (events, merges))
    return Arrivals(until, totals["events"], totals["merges"], *late)


def _written(at: int) -> str:
    """Microseconds since 1970 as PostgreSQL reads a moment."""
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=at)).isoformat()
