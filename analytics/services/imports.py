"""Imports of files that people upload: begun, sent in parts, called off, tried again."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from analytics.choices import ImportStatus
from analytics.errors import ImportOver, TooManyImports, WrongOffset
from analytics.imports import columns, opening, stored
from analytics.models import EventImport
from analytics.models.event_import import IN_WORK, OPEN
from analytics.services import bells
from brands import audit, events
from brands.errors import InvalidInput, NotFound, TooLarge
from brands.models import Brand
from brands.permissions import Actor, require, visible
from brands.tenancy.scope import brand_scope

# A write key in a page's source has the second alone: visitors upload nothing.
CAPABILITY, WRITES = "analytics.edit", "event.write"
MOST_OPEN = 5
LARGEST_PART = 8 * 1024**2
# Each writes the list of all before it anew. With parts of the admin the largest file has 10,738.
MOST_PARTS = 20_000
# What was begun and left, and files of failed imports, are forgotten.
KEPT = timedelta(days=7)
REASON = "imports go on, and what was left is forgotten"


def begin(
    *,
    actor: Actor,
    name: str,
    size_bytes: int,
    format: str = "",  # noqa: A002
    mapping: dict[str, str],
    sha256: str = "",
) -> EventImport:
    """Raises InvalidInput naming `format` or `map`, and TooManyImports."""
    brand = Brand.objects.select_for_update(no_key=True, of=("self",)).get(pk=actor.brand_id)
    for capability in (CAPABILITY, WRITES):
        require(actor, capability, brand)
    facts = {"format": format or opening.format_of(name), "mapping": columns.checked(mapping), "sha256": sha256}
    if EventImport.objects.filter(status__in=OPEN).exclude(status__in=IN_WORK, parts=[]).count() >= MOST_OPEN:
        raise TooManyImports(f"A brand has at most {MOST_OPEN} imports under way.")
    status = ImportStatus.UPLOADING
    made: EventImport = EventImport.objects.create(
        brand=brand, name=name, size_bytes=size_bytes, status=status, created_by_id=actor.user_id, **facts
    )
    _record(actor, "event_import.begun", made)
    return made


def unfinished(*, actor: Actor, name: str, size_bytes: int) -> EventImport | None:
    """An upload of such a file that was broken off."""
    known = visible(actor, CAPABILITY, EventImport.objects.filter(status=ImportStatus.UPLOADING))
    return known.filter(name=name, size_bytes=size_bytes).order_by("-id").first()


def append(*, actor: Actor, pk: UUID, offset: int, data: bytes) -> EventImport:
    """The next part of the file; once it is whole, a worker goes on. Raises WrongOffset, ImportOver,
    TooLarge, and InvalidInput naming `body`."""
    job = _held(actor, pk)
    if job.status != ImportStatus.UPLOADING:
        raise ImportOver(f"It is {job.status}.")
    if offset != job.received_bytes:
        headers = {"Upload-Offset": str(job.received_bytes)}
        raise WrongOffset(f"Go on at {job.received_bytes}.", headers=headers, offset=job.received_bytes)
    if not data:
        raise InvalidInput(fields={"body": ["Nothing was sent."]})
    if offset + len(data) > job.size_bytes:
        raise TooLarge(f"The file was said to have {job.size_bytes:,} bytes.")
    if len(job.parts) >= MOST_PARTS:
        raise InvalidInput(fields={"body": [f"A file comes in at most {MOST_PARTS:,} parts: send larger ones."]})
    key = stored.keep(brand_id=job.brand_id, import_id=job.pk, offset=offset, data=data)
    job.parts = [*job.parts, [key, len(data)]]
    job.received_bytes = offset + len(data)
    if job.received_bytes == job.size_bytes:
        job.status = ImportStatus.QUEUED
        bells.on_commit(bells.IMPORT, brand_id=job.brand_id, pk=job.pk)
    job.save(update_fields=["parts", "received_bytes", "status", "updated_at"])
    return job


def call_off(*, actor: Actor, pk: UUID) -> EventImport:
    """What is in stays in. Raises ImportOver."""
    job = _held(actor, pk)
    if job.status not in OPEN:
        raise ImportOver(f"It is {job.status}.")
    _end(job)
    _record(actor, "event_import.cancelled", job)
    return job


def try_again(*, actor: Actor, pk: UUID) -> EventImport:
    """One that failed goes on where it was. Raises ImportOver for any other, and where its file is gone."""
    job = _held(actor, pk)
    if job.status != ImportStatus.FAILED or not job.parts:
        raise ImportOver("Only an upload that failed in the last days can be tried again.")
    job.status, job.error, job.finished_at, job.stalled = ImportStatus.QUEUED, "", None, 0
    job.save(update_fields=["status", "error", "finished_at", "stalled", "updated_at"])
    bells.on_commit(bells.IMPORT, brand_id=job.brand_id, pk=job.pk)
    _record(actor, "event_import.retried", job)
    return job


def due(*, now: datetime) -> list[tuple[UUID, UUID]]:
    """(brand, import): uploads that nobody works on."""
    uploaded = EventImport.objects.all_brands(reason=REASON).exclude(parts=[])
    free = Q(status=ImportStatus.QUEUED) | Q(status=ImportStatus.RUNNING, leased_until__lt=now)
    return list(uploaded.filter(free).order_by("id").values_list("brand_id", "pk"))


def forget_old(*, now: datetime) -> None:
    left = Q(status=ImportStatus.UPLOADING, updated_at__lt=now - KEPT)
    failed = Q(status=ImportStatus.FAILED, finished_at__lt=now - KEPT) & ~Q(parts=[])
    old = EventImport.objects.all_brands(reason=REASON).filter(left | failed)
    for brand_id, pk in old.values_list("brand_id", "pk"):
        with brand_scope(brand_id):
            job = EventImport.objects.select_for_update().get(pk=pk)
            _end(job) if job.status == ImportStatus.UPLOADING else forget_file(job)


def forget_file(job: EventImport) -> None:
    """In its brand's scope."""
    parts = [(str(key), int(size)) for key, size in job.parts]
    EventImport.objects.filter(pk=job.pk).update(parts=[])
    transaction.on_commit(lambda: stored.forget(brand_id=job.brand_id, parts=parts), robust=True)


def _end(job: EventImport) -> None:
    job.status, job.leased_until, job.finished_at = ImportStatus.CANCELLED, None, timezone.now()
    job.save(update_fields=["status", "leased_until", "finished_at", "updated_at"])
    forget_file(job)


def _held(actor: Actor, pk: UUID) -> EventImport:
    held: EventImport | None = (
        visible(actor, CAPABILITY, EventImport.objects.all()).select_for_update(of=("self",)).filter(pk=pk).first()
    )
    if held is None:
        raise NotFound()
    require(actor, WRITES, held)
    return held


def _record(actor: Actor, action: str, job: EventImport) -> None:
    facts: dict[str, Any] = {"name": job.name, "size_bytes": job.size_bytes}
    audit.record(actor=actor, action=action, obj=job, **facts)
    events.append(brand_id=job.brand_id, type=action, payload={"import": str(job.pk), **facts})
