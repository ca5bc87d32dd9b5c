"""The table of retention: how many came back, at which rate and with which interval; what is not known yet is None."""

from dataclasses import dataclass

from analytics.metrics.intervals import wilson
from analytics.metrics.retention.presence import Presence
from analytics.metrics.retention.question import Question
from analytics.metrics.stream import Int64s


@dataclass(frozen=True)
class Cell:
    """`retained` of `people`. Before `matures_at` (microseconds since 1970 UTC) all but `people` are None.

    `rate` and `interval` are None too where there are no people. Column 0 is the cohort itself: its rate is 1.
    """

    people: int
    retained: int | None
    rate: float | None
    interval: tuple[float, float] | None
    matures_at: int


@dataclass(frozen=True)
class Row:
    """A cohort: the period in which its people started, how many they are (until now), and a cell for each column."""

    label: str
    people: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Table:
    """`averages`: one for each column, over the cohorts that are old enough, each weighing as much as it has people.

    With recurring entries a person may be in several cohorts, and the interval of an average is then a little narrow.
    """

    rows: tuple[Row, ...]
    averages: tuple[Cell, ...]


def table(presence: Presence) -> Table:
    asked = presence.question
    sizes, counts = presence.sizes(), presence.counts()
    rows = tuple(_row(asked, number, int(sizes[number]), counts[number]) for number in range(asked.rows))
    return Table(rows, tuple(_average(rows, column) for column in range(asked.columns)))


def _row(asked: Question, number: int, people: int, counts: Int64s) -> Row:
    cells = []
    for column, retained in enumerate(counts.tolist()):
        matures_at = asked.ends_at(number, column)
        known = column == 0 or matures_at <= asked.known_until
        cells.append(_cell(people, retained if known else None, matures_at, certain=column == 0))
    return Row(asked.periods.labels[number], people, tuple(cells))


def _average(rows: tuple[Row, ...], column: int) -> Cell:
    known = [row.cells[column] for row in rows if row.cells[column].retained is not None]
    retained = sum(cell.retained or 0 for cell in known) if known else None
    matures_at = min(row.cells[column].matures_at for row in rows)
    return _cell(sum(cell.people for cell in known), retained, matures_at, certain=column == 0)


def _cell(people: int, retained: int | None, matures_at: int, *, certain: bool) -> Cell:
    if retained is None or not people:
        return Cell(people, retained, None, None, matures_at)
    interval = (1.0, 1.0) if certain else wilson(retained, people)
    return Cell(people, retained, retained / people, interval, matures_at)
