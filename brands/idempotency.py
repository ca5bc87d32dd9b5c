"""Idempotency keys: the same request, sent twice, is done once and answered twice."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils import timezone

from brands.errors import IdempotencyInFlight, IdempotencyMismatch, InvalidInput
from brands.models import IdempotencyRecord

KEPT_FOR = timedelta(hours=24)
MAX_KEY_LENGTH = 255


@dataclass(frozen=True)
class Answer:
    status: int
    body: Any
    headers: dict[str, str] = field(default_factory=dict)
    replayed: bool = False


def once(*, brand_id: UUID, actor: str, route: str, key: str | None, body: bytes, do: Callable[[], Answer]) -> Answer:
    """Run `do`, or repeat the answer it gave before. Must run inside the transaction that `do` writes in.

    Same key with another body: IdempotencyMismatch (422). While the first is still running:
    IdempotencyInFlight (409). An error rolls everything back, the key included, so it may be tried again.
    """
    if key is None:
        return do()
    _check(key)
    digest = hashlib.sha256(body).hexdigest()
    if not _lock(f"{brand_id}|{actor}|{route}|{key}"):
        raise IdempotencyInFlight(retry_after=1)
    since = timezone.now() - KEPT_FOR
    known = IdempotencyRecord.objects.filter(actor=actor, route=route, key=key)
    record = known.first()
    if record is not None and record.created_at > since:
        return _replay(record, digest)
    known.delete()
    answer = do()
    IdempotencyRecord.objects.create(
        brand_id=brand_id,
        actor=actor,
        route=route,
        key=key,
        body_sha256=digest,
        status_code=answer.status,
        headers=answer.headers,
        answer=answer.body,
    )
    return answer


def known(*, actor: str, route: str, key: str | None) -> bool:
    """Whether an answer is kept for this key, so that `once` would repeat or refuse it."""
    if key is None:
        return False
    _check(key)
    kept = IdempotencyRecord.objects.filter(actor=actor, route=route, key=key)
    return kept.filter(created_at__gt=timezone.now() - KEPT_FOR).exists()


def forget_old(*, reason: str = "idempotency keys expire") -> int:
    """Delete the records past their 24 hours, of every brand. Returns how many."""
    old = IdempotencyRecord.objects.all_brands(reason=reason).filter(created_at__lt=timezone.now() - KEPT_FOR)
    return int(old.delete()[0])


def _check(key: str) -> None:
    if not key or len(key) > MAX_KEY_LENGTH or not key.isascii() or not key.isprintable():
        raise InvalidInput(
            fields={"Idempotency-Key": [f"1 to {MAX_KEY_LENGTH} printable ASCII characters."]},
        )


def _replay(record: IdempotencyRecord, digest: str) -> Answer:
    if record.body_sha256 != digest:
        raise IdempotencyMismatch()
    return Answer(record.status_code, record.answer, dict(record.headers), replayed=True)


def _lock(name: str) -> bool:
    """A lock that the transaction holds to its end; false when another one has it."""
    number = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [number])
        (got,) = cursor.fetchone()
    return bool(got)
