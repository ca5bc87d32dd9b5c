"""Imports of files that are on this machine, for whoever runs it."""

from pathlib import Path
from typing import BinaryIO
from uuid import UUID

from django.utils import timezone

from analytics.choices import ImportStatus
from analytics.imports import columns, opening
from analytics.imports.sets import Unreadable
from analytics.models import EventImport
from analytics.models.event_import import IN_WORK
from analytics.services import import_runs
from brands.models import Brand
from brands.tenancy.scope import brand_scope


def begin(
    *,
    brand_id: UUID,
    file: BinaryIO,
    name: str,
    size: int,
    format: str,  # noqa: A002
    mapping: dict[str, str],
    again: bool = False,
) -> EventImport:
    """The import of this file: the one that was not finished, or DONE already (unless `again`), else a new one. It is
    known by its content. Raises Brand.DoesNotExist, InvalidInput."""
    import_runs.opened(file, format, size, columns.checked(mapping))  # before anything is kept
    sha256 = opening.sha256_of(file)
    with brand_scope(brand_id):
        brand = Brand.objects.select_for_update(no_key=True, of=("self",)).get(pk=brand_id)
        same = EventImport.objects.filter(sha256=sha256, format=format, mapping=mapping, parts=[])
        known: EventImport | None = same.filter(status__in=IN_WORK).first()
        if known is None and not again:
            known = same.filter(status=ImportStatus.DONE).order_by("-id").first()
        if known is not None:
            return known
        return EventImport.objects.create(
            brand=brand,
            name=name[:255],
            format=format,
            mapping=mapping,
            size_bytes=size,
            received_bytes=size,
            sha256=sha256,
            status=ImportStatus.QUEUED,
            created_at=timezone.now(),
        )


def size_of(path: Path) -> int:
    """Raises Unreadable."""
    try:
        size = path.stat().st_size
    except OSError as error:
        raise Unreadable(f"{path}: {error.strerror}.") from error
    if not path.is_file():
        raise Unreadable(f"{path} is no file.")
    if not size:
        raise Unreadable("The file is empty.")
    return size
