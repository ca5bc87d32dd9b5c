"""What a worker does for an import that was uploaded."""

import hashlib
import time
from typing import BinaryIO
from uuid import UUID

from django.utils import timezone

from ai_studio.artifacts import StorageAway
from analytics.choices import ImportStatus
from analytics.imports import stored
from analytics.models import EventImport
from analytics.services import bells, import_runs, imports
from brands.middleware import DATABASE_AWAY
from brands.tenancy.scope import brand_scope

# Then others have their turn, and a worker that was told to end can.
TURN_SECONDS = 60.0
_CHUNK = 4 * 1024**2


def work(*, brand_id: UUID, import_id: UUID) -> None:
    """A turn of one import; rings for the next one. Nothing, where it is over or another worker has it."""
    job = import_runs.claim(brand_id=brand_id, import_id=import_id)
    if job is None:
        return
    try:
        with stored.opened(brand_id=brand_id, parts=job.parts) as file:
            _turn(job, file)
    except import_runs.TakenOver:
        return
    except StorageAway:
        import_runs.release(job)  # beat rings again
    except DATABASE_AWAY:
        raise  # the lease ends by itself
    except Exception:
        import_runs.fail(job, "Something went wrong here.")
        raise


def _turn(job: EventImport, file: BinaryIO) -> None:
    ends = time.monotonic() + TURN_SECONDS
    if not job.rows_done and not _is_what_was_said(job, file):
        return
    for now in import_runs.run(job, file):
        if now.status == ImportStatus.RUNNING and time.monotonic() > ends:
            import_runs.release(now)
            bells.ring(bells.IMPORT, brand_id=now.brand_id, pk=now.pk)
            return
    if job.status == ImportStatus.DONE:
        with brand_scope(job.brand_id):
            imports.forget_file(job)


def _is_what_was_said(job: EventImport, file: BinaryIO) -> bool:
    """Its digest, on which ids of rows depend, is kept; it has FAILED where another one was announced."""
    digest, renewed = hashlib.sha256(), time.monotonic()
    while chunk := file.read(_CHUNK):
        digest.update(chunk)
        if time.monotonic() - renewed > import_runs.RENEW_SECONDS:
            import_runs.renew(job)
            renewed = time.monotonic()
    file.seek(0)
    if job.sha256 and job.sha256 != digest.hexdigest():
        import_runs.fail(job, f"The file's SHA-256 is {digest.hexdigest()}, not what was announced.")
        return False
    job.sha256 = digest.hexdigest()
    import_runs.renew(job, sha256=job.sha256)
    return True


def resume() -> None:
    """Beat's: whatever nobody works on is rung for."""
    for brand_id, import_id in imports.due(now=timezone.now()):
        bells.ring(bells.IMPORT, brand_id=brand_id, pk=import_id)
