"""Events in PostgreSQL, asked for as Arrow."""

from collections.abc import Sequence
from string import Template
from typing import TYPE_CHECKING, Any
from uuid import UUID

from analytics.stores import conditions
from analytics.stores.base import REVENUE, Range, Selection
from analytics.stores.conditions import Parameters
from analytics.stores.connections import pool
from analytics.stores.packed import AT, PERSON, packed, repeated, unpacked
from analytics.stores.postgres_news import PostgresNews
from analytics.stores.statements import REVENUE_MICROS, merged, where

if TYPE_CHECKING:
    import pyarrow as pa

    from analytics.metrics.stream import Int64s, Occurrences, Samples, Stream

# The parts are conditions with parameters; what people ask for is no part of any text.
_STREAM = Template("""
SELECT ($matches)::bigint AS matches, $packed AS packed$value FROM analytics_event WHERE $where AND $condition$grouped
""")
_OCCURRENCES = Template("SELECT $packed AS packed FROM analytics_event WHERE $where AND $condition")
_SAMPLES = Template("SELECT $packed AS packed$value FROM analytics_event WHERE $where AND $condition")
# A JSON number may be larger than any double: it is none.
_NUMBER = Template("""
CASE WHEN jsonb_typeof(properties -> $name) = 'number'
     THEN CASE WHEN abs((properties -> $name)::numeric) < 1e300 THEN (properties -> $name)::numeric END END
""")
_REVENUE_IF_ANY = Template("""
CASE WHEN currency = (SELECT currency FROM brands_brand WHERE id = $brand::uuid) THEN revenue * 1000000 END
""")
_VERSION = "SELECT version FROM analytics_dataversion WHERE brand_id = $1::uuid"


class PostgresStore(PostgresNews):
    """A Store (analytics/stores/base.py). `person > 0` is what lets a query use the events' indexes."""

    def stream(
        self,
        *,
        brand_id: UUID,
        steps: Sequence[Selection],
        within: Range,
        exclusions: Sequence[Selection] = (),
        breakdown: str | None = None,
        others: bool = False,
    ) -> "Stream":
        from analytics.metrics.stream import Stream

        statement, values = stream_statement(
            brand_id=brand_id, steps=steps, within=within, exclusions=exclusions, breakdown=breakdown, others=others
        )
        with pool().transaction(brand_id) as transaction:
            found = transaction.fetch(statement, values)
            person, at = unpacked(found, 2, moments=[1])
            person = merged(transaction, brand_id, person)
        stream = Stream(person, at, repeated(found, "matches", 2), *_values(found, breakdown))
        return _of_whom_something_matches(stream) if others else stream

    def occurrences(
        self, *, brand_id: UUID, selection: Selection, within: Range, revenue: bool = True
    ) -> "Occurrences":
        import numpy as np

        from analytics.metrics.stream import Occurrences

        parameters = Parameters()
        money = (
            [f"int8send(({REVENUE_MICROS.substitute(brand=parameters.of(str(brand_id)))})::bigint)"] if revenue else []
        )
        statement = _OCCURRENCES.substitute(
            packed=packed(PERSON, AT, *money),
            where=where(brand_id, within, parameters),
            condition=conditions.condition(selection, parameters),
        )
        with pool().transaction(brand_id) as transaction:
            found = transaction.fetch(statement, parameters.values)
            person, at, *micros = unpacked(found, 2 + len(money), moments=[1])
            person = merged(transaction, brand_id, person)
        return Occurrences(person, at, *micros or [np.zeros(len(at), np.int64)])

    def samples(
        self,
        *,
        brand_id: UUID,
        selection: Selection,
        within: Range,
        number: str | None = None,
        breakdown: str | None = None,
    ) -> "Samples":
        import numpy as np

        from analytics.metrics.stream import Samples

        parameters = Parameters()
        amount = f"float8send(coalesce(({_number(number, brand_id, parameters)})::float8, 'NaN'))"
        statement = _SAMPLES.substitute(
            packed=packed(PERSON, AT, amount),
            where=where(brand_id, within, parameters),
            condition=conditions.condition(selection, parameters),
            value=_value(breakdown, parameters),
        )
        with pool().transaction(brand_id) as transaction:
            found = transaction.fetch(statement, parameters.values)
            person, at, amounts = unpacked(found, 3, moments=[1])
            person = merged(transaction, brand_id, person)
        return Samples(person, at, amounts.view(np.float64), *_values(found, breakdown))

    def version(self, *, brand_id: UUID) -> int:
        with pool().transaction(brand_id) as transaction:
            found = transaction.fetch(_VERSION, [str(brand_id)])
        return found["version"][0].as_py() if found.num_rows else 0


def stream_statement(
    *,
    brand_id: UUID,
    steps: Sequence[Selection],
    within: Range,
    exclusions: Sequence[Selection] = (),
    breakdown: str | None = None,
    others: bool = False,
) -> tuple[str, list[Any]]:
    """What PostgresStore.stream asks, and its parameters. Without filters and breakdown an index answers it alone."""
    from analytics.metrics.stream import EXCLUSION_BIT, OTHER_BIT

    asked = [*steps, *exclusions]
    places = [*range(len(steps)), *range(EXCLUSION_BIT, EXCLUSION_BIT + len(exclusions))]
    bits = [(selection, 1 << place) for selection, place in zip(asked, places, strict=True)]
    parameters = Parameters()
    in_range, value = where(brand_id, within, parameters), _value(breakdown, parameters)
    branches = conditions.branches(bits, parameters, otherwise=1 << OTHER_BIT if others else 0)
    parts = [
        _STREAM.substitute(
            matches=branch.matches,
            packed=packed(PERSON, AT),
            value=value,
            where=in_range,
            condition=branch.where,
            grouped="" if branch.constant else " GROUP BY 1",
        )
        for branch in branches
    ]
    return " UNION ALL ".join(parts), parameters.values


def _value(breakdown: str | None, parameters: Parameters) -> str:
    """In the order of what is packed beside it, for both are of the same rows."""
    return "" if breakdown is None else f", array_agg(properties ->> {parameters.of(breakdown)}) AS value"


def _number(name: str | None, brand_id: UUID, parameters: Parameters) -> str:
    if name is None:
        return "NULL"
    if name == REVENUE:
        return _REVENUE_IF_ANY.substitute(brand=parameters.of(str(brand_id)))
    return _NUMBER.substitute(name=parameters.of(name))


def _values(table: "pa.Table", breakdown: str | None) -> tuple["Int64s | None", Sequence[str]]:
    """The breakdown as indexes into its values in their order; -1 where there is none."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    if breakdown is None:
        return None, ()
    encoded = pc.list_flatten(table["value"]).combine_chunks().dictionary_encode()
    names = [str(name) for name in encoded.dictionary.to_pylist()]
    order = sorted(range(len(names)), key=names.__getitem__)
    rank = np.full(len(names) + 1, -1, np.int64)
    rank[order] = np.arange(len(names))
    indices = encoded.indices.cast(pa.int64()).fill_null(len(names)).to_numpy(zero_copy_only=False)
    return rank[indices], tuple(names[place] for place in order)


def _of_whom_something_matches(stream: "Stream") -> "Stream":
    """Without people who did nothing that was asked for."""
    import numpy as np

    from analytics.metrics.stream import OTHER_BIT, Stream

    people = np.unique(stream.person[stream.matches != 1 << OTHER_BIT])
    kept = np.isin(stream.person, people)
    value = None if stream.value is None else stream.value[kept]
    return Stream(stream.person[kept], stream.at[kept], stream.matches[kept], value, stream.values)


store = PostgresStore()
