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

    from analytics.metrics.stream import Int64s, Occurrences, Samples, Stream, Traits

# The parts are conditions with parameters; what people ask for is no part of any text.
_STREAM = Template("""
SELECT ($matches)::bigint AS matches, $packed AS packed$value FROM analytics_event WHERE $where AND $condition$grouped
""")
_TRAITS = Template("""
SELECT $packed AS packed$columns FROM analytics_event WHERE $where AND $condition
""")
_TELLING = Template("""
SELECT key FROM (
    SELECT properties FROM analytics_event WHERE $where AND $condition ORDER BY at DESC, insert_id LIMIT 1000
) newest, jsonb_each(properties)
WHERE jsonb_typeof(value) IN ('string', 'number', 'boolean')
GROUP BY key HAVING count(DISTINCT value) BETWEEN 2 AND 50
ORDER BY count(*) DESC, key COLLATE "C" LIMIT $most
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
        people: Sequence[int] | None = None,
    ) -> "Stream":
        from analytics.metrics.stream import Stream

        statement, values = stream_statement(
            brand_id=brand_id,
            steps=steps,
            within=within,
            exclusions=exclusions,
            breakdown=breakdown,
            others=others,
            people=people,
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

    def traits(self, *, brand_id: UUID, selection: Selection, within: Range, names: Sequence[str]) -> "Traits":
        from analytics.metrics.stream import Column, Traits

        parameters = Parameters()
        statement = _TRAITS.substitute(
            packed=packed(PERSON, AT),
            where=where(brand_id, within, parameters),
            condition=conditions.condition(selection, parameters),
            columns="".join(f"{_value(name, parameters)}{n}" for n, name in enumerate(names)),
        )
        with pool().transaction(brand_id) as transaction:
            found = transaction.fetch(statement, parameters.values)
            person, at = unpacked(found, 2, moments=[1])
            person = merged(transaction, brand_id, person)
        columns = {name: Column(*_column(found, f"value{n}")) for n, name in enumerate(names)}
        return Traits(person, at, columns)

    def telling_properties(self, *, brand_id: UUID, selection: Selection, within: Range, most: int) -> Sequence[str]:
        parameters = Parameters()
        statement = _TELLING.substitute(
            where=where(brand_id, within, parameters),
            condition=conditions.condition(selection, parameters),
            most=int(most),
        )
        with pool().transaction(brand_id) as transaction:
            return [str(name) for name in transaction.fetch(statement, parameters.values)["key"].to_pylist()]

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
    people: Sequence[int] | None = None,
) -> tuple[str, list[Any]]:
    """What PostgresStore.stream asks, and its parameters. Without filters and breakdown an index answers it alone."""
    from analytics.metrics.stream import EXCLUSION_BIT, OTHER_BIT

    asked = [*steps, *exclusions]
    places = [*range(len(steps)), *range(EXCLUSION_BIT, EXCLUSION_BIT + len(exclusions))]
    bits = [(selection, 1 << place) for selection, place in zip(asked, places, strict=True)]
    parameters = Parameters()
    of_whom = "" if people is None else f" AND person IN ({', '.join(str(int(number)) for number in people)})"
    in_range, value = where(brand_id, within, parameters) + of_whom, _value(breakdown, parameters)
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
    return (None, ()) if breakdown is None else _column(table, "value")


def _column(table: "pa.Table", name: str) -> tuple["Int64s", Sequence[str]]:
    """A column of texts as indexes into its values in their order; -1 where there is none."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    encoded = pc.list_flatten(table[name]).combine_chunks().dictionary_encode()
    names = [str(each) for each in encoded.dictionary.to_pylist()]
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
