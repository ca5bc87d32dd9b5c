"""Funnels: one contract for every answer.

An event that matches the first step opens an attempt. For each further step the attempt takes the earliest event that
it has not used yet and that fits: not before the step before it (`tolerance_ms` earlier is still simultaneous), inside
the step's own limits, and inside the window, which counts from the attempt's first event and includes its last moment.
Events at one instant count in step order. An event that matches several steps fills one; of events at one instant those
go first that match no deep step, so that the others are left for it. Where the next step must follow within
`max_seconds`, an attempt may take a step later than it could. A person counts for the deepest step over all attempts,
with the times of the attempt that got there first, and of those the one opened last.

So an attempt gets as deep as any choice of its events could take it, with two exceptions, where earliest first may stop
short: events of one instant whose steps overlap without one holding all of the other's, and events that match several
steps while a tolerance is set.

`kernel.people` gives the level of each person; everything else (steps, trend, breakdowns, the people behind a cell, the
trace of one person, drivers) is read from the same attempts, so numbers agree.
"""
