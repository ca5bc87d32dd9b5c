"""Ending jobs, together: threads that end theirs at the same time share a round trip, a commit and a lock.

A brand's money has one row a month, locked by each settlement until its commit is on the disk. One by one, the
threads of a busy brand would queue for that lock, a disk flush each. So whoever's turn it is settles for all who
wait (flat combining: Hendler, Incze, Shavit and Tzafrir, SPAA 2010); alone, a thread waits for nobody.
"""

from dataclasses import dataclass, field
from itertools import groupby, islice
from threading import Event, Lock
from typing import Any
from uuid import UUID

from django.db import Error, connection

from ai_studio import leases
from ai_studio.leases import Claim, ClaimedRow


@dataclass(eq=False)
class Settlement:
    """How a job ended. `job` is one of studio_settle's, as JSON; `then`: the queue whose next job is wanted."""

    brand_id: UUID
    job: str
    then: str | None
    next_job: ClaimedRow | None = None
    done: bool = False
    called: Event = field(default_factory=Event)


# Jobs that end together begin their next ones together and so end together again: small parties part them.
MOST_TOGETHER = 6

_waiting: list[Settlement] = []
_lock = Lock()
_busy = False


def settle(settlement: Settlement) -> Claim | None:
    """Write it down, if the job is still ours, and claim the next one. Both are committed when this returns."""
    if _must_wait(settlement):
        settlement.called.wait()
    if not settlement.done:  # it is our turn, and those who came meanwhile come along
        served: list[Settlement] = []
        try:
            served = _settle_for_all(settlement)
        finally:
            _call_next()  # before the others: the next batch must not wait for all of them to wake
        for other in served:
            other.called.set()
    return None if settlement.next_job is None else leases.claimed(settlement.next_job)


def _must_wait(settlement: Settlement) -> bool:
    global _busy
    with _lock:
        _waiting.append(settlement)
        busy, _busy = _busy, True
    return busy


def _call_next() -> None:
    global _busy  # noqa: PLW0603
    with _lock:
        _busy = bool(_waiting)
        if _waiting:
            _waiting[0].called.set()


def _settle_for_all(own: Settlement) -> list[Settlement]:
    """Settle the own one and all who can be served with it; returns the others that were."""
    others = _take_along(own)
    try:
        _commit([own, *others])
    except Error:
        if not others:
            raise
    else:
        return others
    finally:
        if not own.done:  # one of them is at fault: each of the others gets its own turn
            with _lock:
                _waiting[:0] = others
    connection.close_if_unusable_or_obsolete()
    _commit([own])  # what was written is not written twice
    return []


def _take_along(own: Settlement) -> list[Settlement]:
    """Take the own one out of the line, and all who can be served with it."""
    with _lock:
        fitting = (other for other in _waiting if other is not own and other.then in (own.then, None))
        others = list(islice(fitting, MOST_TOGETHER - 1))
        _waiting[:] = [other for other in _waiting if other is not own and other not in others]
    return others


def _commit(batch: list[Settlement]) -> None:
    """One string of statements is one round trip and one transaction; Django binds parameters on the client."""
    statements: list[str] = []
    params: list[Any] = []
    for brand_id, ended in groupby(sorted(batch, key=_brand), key=_brand):
        statements.append("SELECT studio_settle(%s, %s)")
        params += [brand_id, f"[{','.join(settlement.job for settlement in ended)}]"]
    wanting = [settlement for settlement in batch if settlement.then is not None]
    if wanting:
        statements.append(leases.CLAIM)
        params += leases.claim_params(str(wanting[0].then), limit=len(wanting))
    with connection.cursor() as cursor:
        cursor.execute("; ".join(statements), params)
        for _ in statements[1:]:
            cursor.nextset()
        rows = leases.read_claims(cursor) if wanting else []
    for settlement, row in zip(wanting, rows, strict=False):
        settlement.next_job = row
    for settlement in batch:
        settlement.done = True


def _brand(settlement: Settlement) -> UUID:
    return settlement.brand_id
