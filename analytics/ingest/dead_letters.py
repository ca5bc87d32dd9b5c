"""What could not be stored, kept with the reason."""

import json
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from analytics.ingest.incoming import Rejected
from analytics.models import DeadLetter
from analytics.models.dead_letter import KEPT_DAYS, MAX_PAYLOAD

_MAX_REASON = 400


def keep(*, brand_id: UUID, letters: Iterable[Rejected], source: str, received_at: datetime) -> None:
    DeadLetter.objects.bulk_create(
        DeadLetter(
            brand_id=brand_id,
            received_at=received_at,
            source=source,
            code=letter.code,
            reason=_plain(letter.reason)[:_MAX_REASON],
            payload=_text(letter.payload)[:MAX_PAYLOAD],
        )
        for letter in letters
    )


def forget_old(*, now: datetime, reason: str = "dead letters expire") -> int:
    """Of every brand. Returns how many."""
    old = DeadLetter.objects.all_brands(reason=reason).filter(received_at__lt=now - timedelta(days=KEPT_DAYS))
    return int(old.delete()[0])


def _text(payload: Any) -> str:
    """JSON in ASCII, in which NUL and halves of surrogate pairs are escaped."""
    try:
        return json.dumps(payload, default=str)
    except (RecursionError, ValueError, TypeError):
        return json.dumps("cannot be shown")


def _plain(text: str) -> str:
    return text.replace("\x00", "").encode(errors="replace").decode()
