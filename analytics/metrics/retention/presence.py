"""Who entered which cohort and who was back in which period, as sparse tables: a row for each person."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import sparse

from analytics.metrics.people import NEVER, earliest, places
from analytics.metrics.retention.question import Entry, Match, Question, Windows
from analytics.metrics.stream import Int64s, Occurrences


@dataclass(frozen=True, eq=False)
class Presence:
    """`people`: their numbers. `entered`: people × cohorts. `returned`: people × periods (calendar) or × columns."""

    question: Question
    people: Int64s
    entered: sparse.csr_array
    returned: sparse.csr_array

    def counts(self) -> Int64s:
        """Cohorts × columns: how many people of the cohort were back. Column 0 is all of it."""
        asked = self.question
        rows = np.arange(asked.rows)
        if asked.match is Match.ON_OR_AFTER:
            counts = self._counts_on_or_after()
        else:
            met = (self.entered.T @ self.returned).toarray()
            columns = np.arange(asked.columns) + self._offset(rows)[:, None]
            counts = np.take_along_axis(met, columns, axis=1)
        counts[:, 0] = self.sizes()
        return counts.astype(np.int64)

    def sizes(self) -> Int64s:
        """How many people each cohort has."""
        return np.asarray(self.entered.sum(axis=0)).ravel().astype(np.int64)

    def behind(self, row: int, column: int) -> Int64s:
        """The numbers of the people whom that cell counts, ascending."""
        back = self.entered[:, [row]].toarray().ravel() > 0
        if column:
            period = column + int(self._offset(np.array([row]))[0])
            if self.question.match is Match.ON_OR_AFTER:
                back &= self._last() >= period
            else:
                back &= self.returned[:, [period]].toarray().ravel() > 0
        return np.sort(self.people[back])

    def _offset(self, rows: Int64s) -> Int64s:
        """Which period a cohort's column 0 is."""
        return rows if self.question.windows is Windows.CALENDAR else np.zeros_like(rows)

    def _last(self) -> Int64s:
        """The last period in which each person was there; -1: never."""
        ends = self.returned.indptr[1:]
        last = np.full(len(self.people), -1, np.int64)
        some = np.diff(self.returned.indptr) > 0
        last[some] = self.returned.indices[ends[some] - 1]
        return last

    def _counts_on_or_after(self) -> Int64s:
        columns = self.question.columns
        entered = self.entered.tocoo()
        furthest = self._last()[entered.row] - self._offset(entered.col.astype(np.int64))
        cells = entered.col.astype(np.int64) * columns + furthest.clip(0, columns - 1)
        reached = np.bincount(cells, minlength=self.question.rows * columns).reshape(-1, columns)
        return reached[:, ::-1].cumsum(axis=1)[:, ::-1]


def presence(
    question: Question, starts: Occurrences, returns: Occurrences, *, unfiltered: Occurrences | None = None
) -> Presence:
    """`starts` and `returns`: events that pass the filters; those of FIRST_TIME and FIRST_EVER reach back to the first.

    `unfiltered`: for FIRST_EVER all events of the start's name; None: the start has no filters.
    """
    rows = question.periods.numbers(starts.at)
    within = (rows >= 0) & (rows < question.rows)
    if question.entry is Entry.RECURRING and question.windows is Windows.CALENDAR:
        first = None
        entries, people = pd.factorize(starts.person[within])
        rows = rows[within]
    else:
        ever = question.entry in {Entry.FIRST_TIME, Entry.FIRST_EVER}
        which = slice(None) if ever else within
        people, first = earliest(starts.person[which], starts.at[which])
        if question.entry is Entry.FIRST_EVER and unfiltered is not None:
            first = _without_earlier(people, first, unfiltered)
        rows = question.periods.numbers(first)
        within = (rows >= 0) & (rows < question.rows)
        people, first, rows = people[within], first[within], rows[within]
        entries = np.arange(len(people))
    entered = _table(entries, rows, (len(people), question.rows))
    return Presence(question, people, entered, _returned(question, people, first, returns))


def _without_earlier(people: Int64s, first: Int64s, unfiltered: Occurrences) -> Int64s:
    """`first`, and never for those who had done the same before, unlike what the filters ask."""
    others, before = earliest(unfiltered.person, unfiltered.at)
    found = places(others, people)
    return np.where((found >= 0) & (before[found] < first), NEVER, first)


def _returned(question: Question, people: Int64s, first: Int64s | None, returns: Occurrences) -> sparse.csr_array:
    who = places(people, returns.person)
    who, at = who[who >= 0], returns.at[who >= 0]
    if question.windows is Windows.CALENDAR or first is None:
        periods, width = question.periods.numbers(at), question.rows + question.columns - 1
    else:
        periods, width = (at - first[who]) // question.elapsed, question.columns
    if question.match is Match.ON_OR_AFTER:
        width = max(width, 1 + int(periods.max(initial=0)))
    there = (periods >= 0) & (periods < width)
    return _table(who[there], periods[there], (len(people), width), minimum=question.minimum)


def _table(rows: Int64s, columns: Int64s, shape: tuple[int, int], *, minimum: int = 1) -> sparse.csr_array:
    """1 where at least `minimum` of the given pairs are, each row's columns ascending."""
    table = sparse.coo_array((np.ones(len(rows), np.int32), (rows, columns)), shape=shape).tocsr()
    table.sum_duplicates()
    table.data = (table.data >= minimum).astype(np.int32)
    table.eliminate_zeros()
    return table
