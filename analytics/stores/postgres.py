"""Events in PostgreSQL, asked for as Arrow."""

from collections.abc import Sequence
from datetime import UTC, datetime
from string import Template
from typing import TYPE_CHECKING, Any
from uuid import UUID

from analytics.stores import conditions
from analytics.stores.base import REVENUE, Range, Selection
from analytics.stores.conditions import Parameters
from analytics.stores.connections import ArrowTransaction, pool

if TYPE_CHECKING:
    import pyarrow as pa

    from analytics.metrics.stream import Floats, Int64s, Occurrences, Samples, Stream, Traits

# The parts are conditions with parameters; what people ask for is no part of any text.
_STREAM = Template("""
SELECT * FROM (
    SELECT person, at, $matches AS matches$value FROM analytics_event WHERE $where AND $narrowed
) found WHERE matches <> 0
""")
_OCCURRENCES = Template("""
SELECT person, at, ($revenue)::bigint AS revenue FROM analytics_event WHERE $where AND $condition
""")
_SAMPLES = Template("""
SELECT person, at, ($number)::float8 AS number, $value AS value FROM analytics_event WHERE $where AND $condition
""")
_TRAITS = Template("""
SELECT person, at$columns FROM analytics_event WHERE $where AND $condition
""")
_TELLING = Template("""
SELECT key FROM (
    SELECT properties FROM analytics_event WHERE $where AND $condition ORDER BY at DESC, insert_id LIMIT 1000
) newest, jsonb_each(properties)
WHERE jsonb_typeof(value) IN ('string', 'number', 'boolean')
GROUP BY key HAVING count(DISTINCT value) BETWEEN 2 AND 50
ORDER BY count(*) DESC, key COLLATE "C" LIMIT $most
""")
# A JSON number may be larger than any double: it is none.
_NUMBER = Template("""
CASE WHEN jsonb_typeof(properties -> $name) = 'number'
     THEN CASE WHEN abs((properties -> $name)::numeric) < 1e300 THEN (properties -> $name)::numeric END END
""")
_REVENUE_IF_ANY = Template("""
CASE WHEN currency = (SELECT currency FROM brands_brand WHERE id = $brand::uuid) THEN revenue * 1000000 END
""")
_REVENUE = Template("""
CASE WHEN currency = (SELECT currency FROM brands_brand WHERE id = $brand::uuid)
     THEN coalesce(revenue, 0) * 1000000 ELSE 0 END
""")
_MERGES = 'SELECT merged, "into" FROM analytics_personmerge WHERE brand_id = $1::uuid ORDER BY merged'
_VERSION = "SELECT version FROM analytics_dataversion WHERE brand_id = $1::uuid"


class PostgresStore:
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
            person = _merged(transaction, brand_id, _int64s(found, "person"))
        stream = Stream(person, _int64s(found, "at"), _int64s(found, "matches"), *_values(found, breakdown))
        return _of_whom_something_matches(stream) if others else stream

    def occurrences(
        self, *, brand_id: UUID, selection: Selection, within: Range, revenue: bool = True
    ) -> "Occurrences":
        from analytics.metrics.stream import Occurrences

        parameters = Parameters()
        where = _where(brand_id, within, parameters)
        statement = _OCCURRENCES.substitute(
            where=where,
            condition=conditions.condition(selection, parameters),
            revenue=_REVENUE.substitute(brand=parameters.of(str(brand_id))) if revenue else "0",
        )
        with pool().transaction(brand_id) as transaction:
            found = transaction.fetch(statement, parameters.values)
            person = _merged(transaction, brand_id, _int64s(found, "person"))
        return Occurrences(person, _int64s(found, "at"), _int64s(found, "revenue"))

    def samples(
        self,
        *,
        brand_id: UUID,
        selection: Selection,
        within: Range,
        number: str | None = None,
        breakdown: str | None = None,
    ) -> "Samples":
        from analytics.metrics.stream import Samples

        parameters = Parameters()
        statement = _SAMPLES.substitute(
            where=_where(brand_id, within, parameters),
            condition=conditions.condition(selection, parameters),
            number=_number(number, brand_id, parameters),
            value="NULL" if breakdown is None else f"properties ->> {parameters.of(breakdown)}",
        )
        with pool().transaction(brand_id) as transaction:
            found = transaction.fetch(statement, parameters.values)
            person = _merged(transaction, brand_id, _int64s(found, "person"))
        return Samples(person, _int64s(found, "at"), _floats(found, "number"), *_values(found, breakdown))

    def traits(self, *, brand_id: UUID, selection: Selection, within: Range, names: Sequence[str]) -> "Traits":
        from analytics.metrics.stream import Column, Traits

        parameters = Parameters()
        statement = _TRAITS.substitute(
            where=_where(brand_id, within, parameters),
            condition=conditions.condition(selection, parameters),
            columns="".join(f", properties ->> {parameters.of(name)} AS value{n}" for n, name in enumerate(names)),
        )
        with pool().transaction(brand_id) as transaction:
            found = transaction.fetch(statement, parameters.values)
            person = _merged(transaction, brand_id, _int64s(found, "person"))
        columns = {name: Column(*_column(found, f"value{n}")) for n, name in enumerate(names)}
        return Traits(person, _int64s(found, "at"), columns)

    def telling_properties(self, *, brand_id: UUID, selection: Selection, within: Range, most: int) -> Sequence[str]:
        parameters = Parameters()
        statement = _TELLING.substitute(
            where=_where(brand_id, within, parameters),
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
    statement = _STREAM.substitute(
        where=_where(brand_id, within, parameters) + of_whom,
        matches=conditions.matches(bits, parameters, otherwise=1 << OTHER_BIT if others else 0),
        narrowed="true" if others else conditions.named(asked, parameters),
        value="" if breakdown is None else f", properties ->> {parameters.of(breakdown)} AS value",
    )
    return statement, parameters.values


def _where(brand_id: UUID, within: Range, parameters: Parameters) -> str:
    return (
        f"brand_id = {parameters.of(str(brand_id))}::uuid AND person > 0 "
        f"AND at >= {_moment(within.start)} AND at < {_moment(within.end)}"
    )


def _moment(at: datetime) -> str:
    """A constant: so months outside the range are left out before they are even planned. (As a parameter the driver
    would send it in a transaction of its own, outside the brand's scope.)"""
    return f"timestamptz '{at.astimezone(UTC):%Y-%m-%d %H:%M:%S.%f}+00'"


def _number(name: str | None, brand_id: UUID, parameters: Parameters) -> str:
    if name is None:
        return "NULL"
    if name == REVENUE:
        return _REVENUE_IF_ANY.substitute(brand=parameters.of(str(brand_id)))
    return _NUMBER.substitute(name=parameters.of(name))


def _floats(table: "pa.Table", name: str) -> "Floats":
    """A column of numbers, NaN where there is none."""
    import pyarrow as pa

    return table[name].cast(pa.float64()).to_numpy()


def _int64s(table: "pa.Table", name: str) -> "Int64s":
    """A column of whole numbers, or of moments as microseconds since 1970."""
    import pyarrow as pa

    return table[name].cast(pa.int64()).to_numpy()


def _merged(transaction: ArrowTransaction, brand_id: UUID, person: "Int64s") -> "Int64s":
    """The same people, by the number of whoever they turned out to be."""
    import numpy as np

    merges = transaction.fetch(_MERGES, [str(brand_id)])
    if not merges.num_rows:
        return person
    merged, into = _int64s(merges, "merged"), _int64s(merges, "into")
    place = np.searchsorted(merged, person).clip(max=len(merged) - 1)
    return np.where(merged[place] == person, into[place], person)


def _values(table: "pa.Table", breakdown: str | None) -> tuple["Int64s | None", Sequence[str]]:
    return (None, ()) if breakdown is None else _column(table, "value")


def _column(table: "pa.Table", name: str) -> tuple["Int64s", Sequence[str]]:
    """A column of texts as indexes into its values in their order; -1 where there is none."""
    import numpy as np
    import pyarrow as pa

    encoded = table[name].combine_chunks().dictionary_encode()
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
