"""Who works on what: claims with a lease and a fence, and the thread that keeps a process's leases alive.

A lease is short, so that the work of a killed worker is soon free; a fence is a number that grows with every
claim, so that a worker that was only slow cannot write over its successor. Times are the database's.
"""

import logging
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar
from uuid import UUID

from django.conf import settings
from django.db import Error, connection
from django.db.models import Model

from ai_studio import announcements
from ai_studio.choices import SubmitState
from ai_studio.models import Attempt, Generation
from ai_studio.providers.base import AbandonedError
from brands.tenancy.models import BrandQuerySet

logger = logging.getLogger(__name__)

M = TypeVar("M", bound=Model)

# Values of a generation, of its attempt, and `lost`.
ClaimedRow = tuple[Any, ...]

RENEW_EVERY_SECONDS = 1.0


@dataclass(frozen=True)
class Claim:
    """A job that is ours until its lease ends. `lost`: an earlier worker died between sending and answer."""

    generation: Generation
    attempt: Attempt
    lost: bool

    @property
    def fence(self) -> int:
        return self.generation.fence

    @property
    def is_unheard_of(self) -> bool:
        """The answer to the submission was lost: whether the provider has the job is not known, and never tried."""
        return bool(self.attempt.submit_state == SubmitState.UNKNOWN)

    @property
    def is_accepted(self) -> bool:
        """The provider has the job already: what is left is to ask how far it is."""
        return bool(self.attempt.submit_state == SubmitState.ACCEPTED)


def claim(queue: str) -> Claim | None:
    """The next due job of the brand whose turn it is, or None. Commits: the attempt stands before the work."""
    return next(iter(claim_many(queue, limit=1)), None)


def claim_many(queue: str, *, limit: int) -> list[Claim]:
    """The same for up to `limit` jobs at once; brands with due work share them by turns."""
    with connection.cursor() as cursor:
        cursor.execute(claim_sql(), claim_params(queue, limit=limit))
        return [claimed(row) for row in cursor.fetchall()]


@cache
def claim_sql() -> str:
    """A ClaimedRow for each job claimed: the columns that our models know, in their order."""
    generation = [f"(c.generation).{field.column}" for field in _fields(Generation)]
    attempt = [f"(c.attempt).{field.column}" for field in _fields(Attempt)]
    columns = ", ".join(generation + attempt)
    return f"SELECT {columns}, c.lost FROM studio_claim(%s, %s, %s, %s::uuid[]) AS c"  # noqa: S608 - our own names


def claim_params(queue: str, *, limit: int) -> list[Any]:
    return [queue, settings.STUDIO_LEASE_SECONDS, limit, keeper.made()]


def claimed(row: ClaimedRow) -> Claim:
    width = len(_fields(Generation))
    return Claim(_instance(Generation, row[:width]), _instance(Attempt, row[width:-1]), lost=row[-1])


def ours(generation: Generation) -> BrandQuerySet:
    """The row, if nobody claimed or ended it since. In the brand's scope."""
    return Generation.objects.filter(pk=generation.pk, fence=generation.fence, status=generation.status)


@cache
def _fields(model: type[Model]) -> Sequence[Any]:
    return tuple(model._meta.concrete_fields)


@cache
def _converters(model: type[Model]) -> Sequence[tuple[int, Any]]:
    return [(at, field.from_db_value) for at, field in enumerate(_fields(model)) if hasattr(field, "from_db_value")]


def _instance(model: type[M], row: ClaimedRow) -> M:
    """A row of a SQL function as a model's instance."""
    values = list(row)
    for at, convert in _converters(model):
        values[at] = convert(values[at], None, connection)
    return model.from_db("default", [field.attname for field in _fields(model)], values)


class _Held:
    """One running job, as the keeper sees it."""

    def __init__(self, claim: Claim) -> None:
        self.id = claim.generation.id
        self.brand_id = claim.generation.brand_id
        self.fence = claim.fence
        self.progress = self.told = claim.generation.progress
        self.abandoned = False
        self.made = False
        self.since = time.monotonic()

    def report(self, percent: int) -> None:
        """Called by the provider as it goes: keeps the figure, and stops work that is no longer ours."""
        if self.abandoned:
            raise AbandonedError
        self.progress = max(self.progress, min(percent, 99))


class Keeper:
    """Renews the leases of all jobs of this process with one statement a second; idle it does nothing."""

    def __init__(self) -> None:
        self._held: dict[UUID, _Held] = {}
        self._lock = threading.Lock()
        self._wake = threading.Event()
        self._thread: threading.Thread | None = None

    @contextmanager
    def holding(self, claim: Claim) -> Iterator[_Held]:
        held = _Held(claim)
        with self._lock:
            if overtaken := self._held.get(held.id):  # its lease ran out, and another slot of ours took it over
                overtaken.abandoned = True
            self._held[held.id] = held
            self._ensure_thread()
        self._wake.set()
        try:
            yield held
        finally:
            with self._lock:
                if self._held.get(held.id) is held:
                    del self._held[held.id]

    def made(self) -> list[UUID]:
        """Jobs of this process whose provider is done: they are stored and settled, and take nobody's turn."""
        with self._lock:
            return [held.id for held in self._held.values() if held.made]

    def _ensure_thread(self) -> None:
        if self._thread is None or not self._thread.is_alive():
            self._thread = threading.Thread(target=self._run, name="lease-keeper", daemon=True)
            self._thread.start()

    def _run(self) -> None:
        pause = threading.Event()
        while True:
            self._wake.wait()
            pause.wait(RENEW_EVERY_SECONDS)
            with self._lock:
                held = list(self._held.values())
                if not held:
                    self._wake.clear()
                    continue
            # Most jobs that wait for others are done in less, and need no renewal.
            before = time.monotonic() - RENEW_EVERY_SECONDS
            due = [job for job in held if job.since <= before]
            try:
                if due:
                    self._renew(due)
            except Error as error:
                # The database is away. Leases run out if it stays so, and the sweeper rings again.
                logger.warning("leases were not renewed: %s", error)
                connection.close()

    def _renew(self, held: list[_Held]) -> None:
        facts: list[Any] = [[h.id for h in held], [h.fence for h in held], [h.progress for h in held]]
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT * FROM studio_renew_leases(%s::uuid[], %s::bigint[], %s::int[], %s)",
                [*facts, settings.STUDIO_LEASE_SECONDS],
            )
            ours = {row[0] for row in cursor.fetchall()}
        for job in held:
            job.abandoned = job.id not in ours
            if not job.abandoned and job.progress != job.told:
                job.told = job.progress
                announcements.tell_progress(brand_id=job.brand_id, generation_id=job.id, percent=job.progress)


keeper = Keeper()
