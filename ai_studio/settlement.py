"""Ending jobs, together: threads that end theirs at the same time share a round trip, a commit and a lock.

A brand's money has one row a month, locked by each settlement until its commit is on the disk. One by one, the
threads of a busy brand would queue for that lock, a disk flush and a connection each. So one thread of the process
settles for all of them, for as many as have come meanwhile; alone, a job waits for nobody.
"""

import threading
from concurrent.futures import Future
from dataclasses import dataclass, field
from functools import cache
from itertools import groupby
from queue import Empty, SimpleQueue
from typing import Any
from uuid import UUID

from django.db import connection

from ai_studio import leases
from ai_studio.leases import Claim, ClaimedRow

# Jobs that end together begin their next ones together and so end together again: small parties part them.
MOST_TOGETHER = 6
IDLE_SECONDS = 1.0


@dataclass(frozen=True, eq=False)
class Settlement:
    """How a job ended. `job` is one of studio_settle's, as JSON."""

    brand_id: UUID
    job: str
    result: Future[None] = field(default_factory=Future)


@dataclass(frozen=True, eq=False)
class Turn:
    """A slot that is free for the next job of `queue`."""

    queue: str
    result: Future[ClaimedRow | None] = field(default_factory=Future)


def settle(settlement: Settlement) -> None:
    """Write it down, if the job is still ours: committed when this returns."""
    _settler().waiting.put(settlement)
    settlement.result.result()


def next_job(queue: str) -> Claim | None:
    """Claim it, together with what others settle: committed when this returns."""
    turn = Turn(queue)
    _settler().waiting.put(turn)
    row = turn.result.result()
    return None if row is None else leases.claimed(row)


@cache
def _settler() -> "Settler":
    """This process's own: made with the first settlement, so that a worker's children do not share their parent's."""
    settler = Settler()
    threading.Thread(target=settler.run, name="settler", daemon=True).start()
    return settler


class Settler:
    """Settles what waits, first come, first served, up to MOST_TOGETHER at once."""

    def __init__(self) -> None:
        self.waiting: SimpleQueue[Settlement | Turn] = SimpleQueue()

    def run(self) -> None:
        while True:
            _settle(self._next_party())

    def _next_party(self) -> list[Settlement | Turn]:
        party = [self._first()]
        while len(party) < MOST_TOGETHER:
            try:
                party.append(self.waiting.get_nowait())
            except Empty:
                break
        return party

    def _first(self) -> Settlement | Turn:
        try:
            return self.waiting.get(timeout=IDLE_SECONDS)
        except Empty:
            connection.close()  # others can use it meanwhile
            return self.waiting.get()


def _settle(party: list[Settlement | Turn]) -> None:
    """Gives each its result, or its error: what one is at fault for, the others do not suffer."""
    settlements = [one for one in party if isinstance(one, Settlement)]
    turns = [one for one in party if isinstance(one, Turn)]
    try:
        rows = _commit(settlements, turns)
    except Exception as error:  # noqa: BLE001 - raised where the result is awaited
        connection.close_if_unusable_or_obsolete()
        if len(party) == 1:
            party[0].result.set_exception(error)
            return
        for one in party:  # what was written is not written twice
            _settle([one])
        return
    for settlement in settlements:
        settlement.result.set_result(None)
    for turn in turns:
        turn.result.set_result(rows.get(turn))


def _commit(settlements: list[Settlement], turns: list[Turn]) -> dict[Turn, ClaimedRow]:
    """One string of statements is one round trip and one transaction; Django binds parameters on the client."""
    statements: list[str] = []
    params: list[Any] = []
    for brand_id, ended in groupby(sorted(settlements, key=_brand), key=_brand):
        statements.append("SELECT studio_settle(%s, %s)")
        params += [brand_id, f"[{','.join(settlement.job for settlement in ended)}]"]
    wanted = [(queue, list(wanting)) for queue, wanting in groupby(sorted(turns, key=_queue), key=_queue)]
    for queue, wanting in wanted:
        statements.append(leases.claim_sql())
        params += leases.claim_params(queue, limit=len(wanting))
    next_jobs: dict[Turn, ClaimedRow] = {}
    with connection.cursor() as cursor:
        cursor.execute("; ".join(statements), params)
        for _ in range(len(statements) - len(wanted)):
            cursor.nextset()
        for _, wanting in wanted:
            next_jobs |= dict(zip(wanting, cursor.fetchall(), strict=False))
            cursor.nextset()
    return next_jobs


def _brand(settlement: Settlement) -> UUID:
    return settlement.brand_id


def _queue(turn: Turn) -> str:
    return turn.queue
