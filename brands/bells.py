"""Telling whoever listens to a brand that there is something new, through Redis.

A bell says that the log of domain events has grown: lost, late or doubled it changes nothing, for the log is read
again and again without it. What passes (how far a job is, who looks at what) is told in the message itself and kept
nowhere: lost, it is lost.

Not PostgreSQL's NOTIFY: a commit that notifies waits for every other one that does, in all brands.
"""

import json
import logging
from collections.abc import Mapping
from functools import cache, partial
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.utils import timezone
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from brands.absence import Absence
from brands.tenancy.keys import cache_key

logger = logging.getLogger(__name__)

BELL = b"bell"
ACCESS = b"access"

_ANY = UUID(int=0)
_absence = Absence()


def channel(brand_id: UUID) -> str:
    """The brand's channel in Redis."""
    return cache_key(brand_id, "live")


def all_channels() -> str:
    """A pattern of them, for PSUBSCRIBE."""
    return channel(_ANY).replace(str(_ANY), "*")


def ring(brand_id: UUID) -> None:
    """The brand's log of domain events has grown."""
    _publish(brand_id, BELL)


def ring_on_commit(brand_id: UUID) -> None:
    transaction.on_commit(partial(ring, brand_id), robust=True)


def access_changed_on_commit(brand_id: UUID) -> None:
    """Somebody may do less than before, and no domain event says so: who listens is asked for their rights again."""
    transaction.on_commit(partial(_publish, brand_id, ACCESS), robust=True)


def tell(*, brand_id: UUID, type: str, payload: Mapping[str, Any]) -> None:  # noqa: A002
    """What passes, to whom it concerns now: as a domain event, but without a number. Never an error to the caller."""
    said = {"type": type, "payload": payload, "at": timezone.now()}
    _publish(brand_id, json.dumps(said, cls=DjangoJSONEncoder).encode())


def _publish(brand_id: UUID, message: bytes) -> None:
    if _absence.lasts():
        return
    try:
        quick_redis().publish(channel(brand_id), message)
    except RedisError as error:
        _absence.noticed(error)


@cache
def quick_redis() -> Redis:
    """One try, and a short one: for what nobody may wait for. Raises RedisError."""
    return Redis.from_url(
        settings.REDIS_URL, socket_connect_timeout=0.3, socket_timeout=0.5, retry=Retry(NoBackoff(), 0)
    )
