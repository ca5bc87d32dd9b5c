"""A file's rows into the store, set by set, exactly once: a set's rows and the count of what is done are one
transaction, which only whoever holds the import's newest fence can make."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain
from typing import BinaryIO
from uuid import UUID

from django.db.models import Case, F, PositiveSmallIntegerField, Q, QuerySet, When
from django.utils import timezone

from ai_studio.artifacts import StorageAway
from analytics.choices import ImportFormat, ImportStatus
from analytics.imports import columns, opening
from analytics.imports.events import Events
from analytics.imports.sets import Reader, RowSet
from analytics.ingest import storing
from analytics.ingest.incoming import IncomingEvent, Rejected
from analytics.models import EventImport
from brands import events
from brands.errors import AtelierError, Conflict, InvalidInput
from brands.tenancy.scope import brand_scope

SOURCE = "import"
SET_ROWS = 2_000
LEASE = timedelta(seconds=60)
RENEW_SECONDS = 10.0
# As many workers in a row that were lost over the same rows: it is the file that kills them.
MOST_STALLED = 3
# A file of which nothing at all can be taken is the wrong file, or needs a mapping.
HOPELESS_ROWS = 1_000
_LONGEST_ERROR = 1000
_SMALL = PositiveSmallIntegerField()


class TakenOver(Conflict):
    code = "import_taken_over"
    title = "Another process goes on with this import, or it was called off"


@dataclass(frozen=True)
class Tried:
    """What would become of a file: `bad` are its first rejected rows."""

    rows: int
    good: int
    rejected: int
    bad: list[str]
    share: float


def claim(*, brand_id: UUID, import_id: UUID, take_over: bool = False) -> EventImport | None:
    """The import, ours until its lease ends; None when it is over or somebody else's. With `take_over` also then:
    whoever worked on it notices at the next set. Called off for good when workers keep getting lost over it."""
    now = timezone.now()
    free = Q(status=ImportStatus.QUEUED) | Q(status=ImportStatus.RUNNING, leased_until__lt=now)
    if take_over:
        free |= Q(status=ImportStatus.RUNNING)
    with brand_scope(brand_id):
        claimed = EventImport.objects.filter(free, pk=import_id).update(
            status=ImportStatus.RUNNING,
            fence=F("fence") + 1,
            leased_until=now + LEASE,
            stalled=F("stalled") + Case(When(status=ImportStatus.RUNNING, then=1), default=0, output_field=_SMALL),
        )
        if not claimed:
            return None
        job: EventImport = EventImport.objects.get(pk=import_id)
    if job.stalled > MOST_STALLED and not take_over:
        fail(job, f"{job.stalled} workers in a row were lost behind row {job.rows_done}.")
        return None
    return job


def run(job: EventImport, file: BinaryIO, *, size: int = SET_ROWS) -> Iterator[EventImport]:
    """Goes on with `file` where the import is, and yields it, up to date, after each set; over at the end. Raises
    TakenOver; what is wrong with the file is told by the import, which has FAILED then."""
    try:
        reader = opened(file, job.format, job.size_bytes, job.mapping)
        yield from _sets(job, reader, size)
    except (TakenOver, StorageAway):
        raise
    except AtelierError as error:
        fail(job, " ".join(chain(*error.fields.values())) or error.detail)
        yield job
    else:
        _finish(job, ImportStatus.DONE)
        yield job


def opened(file: BinaryIO, format: str, size: int, mapping: dict[str, str]) -> Reader:  # noqa: A002
    """Raises InvalidInput: for a file that cannot be read, or that lacks a column."""
    reader = opening.reader(file, size=size, format=format)
    if reader.columns is not None:
        columns.require(reader.columns, mapping)
    return reader


def tried(file: BinaryIO, *, format: str, size: int, mapping: dict[str, str], shown: int = 10) -> Iterator[Tried]:  # noqa: A002
    """What `run` would do, after each set; nothing is stored. Raises InvalidInput."""
    reader = opened(file, format, size, mapping)
    made = _events(mapping, "0" * 64, format)
    rows = rejected = 0
    bad: list[str] = []
    for each in reader.sets(skip=0, size=SET_ROWS):
        found = made.of(each.rows, start=each.start, received_at=timezone.now())
        wrong = [event for event in found if isinstance(event, Rejected)]
        rows, rejected = rows + len(found), rejected + len(wrong)
        bad += [letter.reason for letter in wrong[: shown - len(bad)]]
        yield Tried(rows, rows - rejected, rejected, bad, each.share)


def renew(job: EventImport, **facts: str) -> None:
    """Raises TakenOver."""
    with brand_scope(job.brand_id):
        if not _held(job).update(leased_until=timezone.now() + LEASE, **facts):
            raise TakenOver()


def release(job: EventImport) -> None:
    """For another turn."""
    with brand_scope(job.brand_id):
        _held(job).update(status=ImportStatus.QUEUED, leased_until=None)


def fail(job: EventImport, sentence: str) -> None:
    _finish(job, ImportStatus.FAILED, error=sentence.replace("\x00", "")[:_LONGEST_ERROR])


def _sets(job: EventImport, reader: Reader, size: int) -> Iterator[EventImport]:
    made = _events(job.mapping, job.sha256, job.format)
    renewed = time.monotonic()
    for each in reader.sets(skip=job.rows_done, size=size):
        if each.rows:
            now = timezone.now()
            _add(job, made.of(each.rows, start=each.start, received_at=now), each, now)
            renewed = time.monotonic()
            yield job
            if job.rejected == job.rows_done >= HOPELESS_ROWS:
                raise InvalidInput(f"None of the first {job.rows_done:,} rows is an event; dead letters tell why.")
        elif time.monotonic() - renewed > RENEW_SECONDS:
            renew(job)
            renewed = time.monotonic()


def _events(mapping: dict[str, str], sha256: str, format: str) -> Events:  # noqa: A002
    return Events(mapping, sha256, text_only=format == ImportFormat.CSV)


def _add(job: EventImport, found: list[IncomingEvent | Rejected], each: RowSet, now: datetime) -> None:
    with brand_scope(job.brand_id):
        outcome = storing.store(brand_id=job.brand_id, events=found, source=SOURCE, received_at=now)
        ours = _held(job).update(
            rows_done=F("rows_done") + len(found),
            stored=F("stored") + outcome.stored,
            duplicates=F("duplicates") + outcome.duplicates,
            rejected=F("rejected") + outcome.rejected,
            share_done=each.share,
            leased_until=now + LEASE,
            stalled=0,
        )
        if not ours:
            raise TakenOver()
        job.refresh_from_db()


def _finish(job: EventImport, status: ImportStatus, error: str = "") -> None:
    share = 1.0 if status == ImportStatus.DONE else job.share_done
    facts = {"status": status, "error": error, "leased_until": None, "finished_at": timezone.now(), "share_done": share}
    with brand_scope(job.brand_id):
        if not _held(job).update(**facts):
            raise TakenOver()
        job.refresh_from_db()
        counts = {name: getattr(job, name) for name in ("stored", "duplicates", "rejected")}
        words = {"import": str(job.pk), "name": job.name, **counts}
        events.append(brand_id=job.brand_id, type=f"event_import.{status.lower()}", payload=words)


def _held(job: EventImport) -> QuerySet[EventImport]:
    return EventImport.objects.filter(pk=job.pk, fence=job.fence, status=ImportStatus.RUNNING)
