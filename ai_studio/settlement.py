"""Ending jobs and claiming the next ones, together: threads that do so at the same time share a round trip, a commit
and a lock.

A brand's money has one row a month, locked by each settlement until its commit is on the disk. One by one, the
threads of a busy brand would queue for that lock, a disk flush and a connection each. So one thread of the process
settles for all of them, for as many as have come meanwhile; alone, a job waits for nobody.
"""

import logging
import threading
import time
from collections import defaultdict, deque
from concurrent.futures import Future, wait
from dataclasses import dataclass, field
from functools import cache, partial
from itertools import groupby
from queue import Empty, SimpleQueue
from typing import Any
from uuid import UUID

from django.db import Error, connection

from ai_studio import leases, recording
from ai_studio.leases import Claim, ClaimedRow
from ai_studio.patience import patiently
from brands import bells
from brands.middleware import DATABASE_AWAY

logger = logging.getLogger(__name__)

# Jobs that end together begin their next ones together and so end together again: small parties part them.
MOST_TOGETHER = 12
IDLE_SECONDS = 1.0
# A turn takes about so long: where slots become free more often, some are ordered ahead.
AHEAD_SECONDS = 0.05
MOST_AHEAD = 12
# Well below a lease: what was claimed longer ago may be somebody else's, and is not begun.
FRESH_SECONDS = 1.0


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
    ordered_at: float = field(default_factory=time.monotonic)

    def is_in_vain(self) -> bool:
        """Nothing was due, or the database was away."""
        return self.result.done() and (self.result.exception() is not None or self.result.result() is None)

    def is_stale(self, now: float) -> bool:
        """What is still awaited is claimed only then."""
        return self.result.done() and now - self.ordered_at > FRESH_SECONDS


def settle(settlement: Settlement) -> None:
    """Write it down, if the job is still ours: committed when this returns."""
    _settler().waiting.put(settlement)
    settlement.result.result()
    bells.ring(settlement.brand_id)  # here, where nobody else waits for it


def next_job(queue: str) -> Claim | None:
    """Claim it, together with what others settle: committed when this returns."""
    row = _settler().turn(queue).result.result()
    return None if row is None else leases.claimed(row)


def hand_back(queue: str) -> None:
    """What was claimed ahead, for whoever works on: no slot of this process comes for it any more."""
    _settler().hand_back(queue)


@cache
def _settler() -> "Settler":
    """This process's own: made with the first settlement, so that a worker's children do not share their parent's."""
    settler = Settler()
    threading.Thread(target=settler.run, name="settler", daemon=True).start()
    return settler


class Ahead:
    """Turns of a queue that are ordered before a slot is free: it then takes what one before it ordered, and waits for
    no round trip. None while slots become free seldom: a job that is claimed would wait for one."""

    def __init__(self) -> None:
        self._ordered: deque[Turn] = deque()
        self._lock = threading.Lock()
        self._last = time.monotonic()
        self._gap_seconds = 1.0

    def take(self, queue: str) -> tuple[Turn, list[Turn], list[Turn]]:
        """A slot's turn, those to be put into the line, and those that waited too long for a slot."""
        with self._lock:
            now = time.monotonic()
            self._gap_seconds += 0.1 * (now - self._last - self._gap_seconds)
            self._last = now
            late = []
            while self._ordered and (self._ordered[0].is_in_vain() or self._ordered[0].is_stale(now)):
                late.append(self._ordered.popleft())
            wanted = min(MOST_AHEAD, int(AHEAD_SECONDS / self._gap_seconds)) + 1
            new = [Turn(queue) for _ in range(wanted - len(self._ordered))]
            self._ordered += new
            return self._ordered.popleft(), new, late

    def left(self) -> list[Turn]:
        """Those that nobody took."""
        with self._lock:
            left = list(self._ordered)
            self._ordered.clear()
            return left


class Settler:
    """Settles what waits, first come, first served, up to MOST_TOGETHER at once."""

    def __init__(self) -> None:
        self.waiting: SimpleQueue[Settlement | Turn] = SimpleQueue()
        self._ahead: defaultdict[str, Ahead] = defaultdict(Ahead)

    def hand_back(self, queue: str) -> None:
        """What was claimed for slots that did not come. Their leases are young: what cannot be written runs out."""
        _hand_back(self._ahead[queue].left())

    def turn(self, queue: str) -> Turn:
        turn, new, late = self._ahead[queue].take(queue)
        for one in new:
            self.waiting.put(one)
        _hand_back(late)
        return turn

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
            self._rest()
            return self.waiting.get()

    def _rest(self) -> None:
        """Nobody has come for a while."""
        for queue in list(self._ahead):
            self.hand_back(queue)
        connection.close()  # others can use it meanwhile


def _hand_back(turns: list[Turn]) -> None:
    for turn in turns:
        wait([turn.result])
        row = None if turn.result.exception() else turn.result.result()
        if row is None:
            continue
        try:
            patiently(partial(recording.hand_back, leases.claimed(row)))
        except (Error, *DATABASE_AWAY) as error:
            logger.warning("a job claimed ahead was not handed back: %s", error)


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
