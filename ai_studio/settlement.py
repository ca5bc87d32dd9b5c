"""Ending jobs, together: threads that end theirs at the same time share a round trip, a commit and a lock.

A brand's money has one row a month, locked by each settlement until its commit is on the disk. One by one, the
threads of a busy brand would queue for that lock, a disk flush each. So whoever's turn it is settles for all who
wait (flat combining: Hendler, Incze, Shavit and Tzafrir, SPAA 2010); alone, a thread waits for nobody.
"""

import json
import threading
from dataclasses import dataclass
from itertools import groupby
from typing import Any
from uuid import UUID

from django.core.serializers.json import DjangoJSONEncoder
from django.db import Error, connection

from ai_studio import leases
from ai_studio.leases import Claim


@dataclass(eq=False)
class Settlement:
    """How a job ended. `job` is one of studio_settle's; `then`: the queue whose next job is wanted."""

    brand_id: UUID
    job: dict[str, Any]
    then: str | None
    next_claim: Claim | None = None
    done: bool = False


_waiting: list[Settlement] = []
_turn = threading.Lock()


def settle(settlement: Settlement) -> Claim | None:
    """Write it down, if the job is still ours, and claim the next one. Both are committed when this returns."""
    _waiting.append(settlement)
    with _turn:
        if not settlement.done:
            _settle_for_all(settlement)
    return settlement.next_claim


def _settle_for_all(own: Settlement) -> None:
    others = [other for other in _waiting if other is not own and other.then in (own.then, None)]
    _waiting[:] = [other for other in _waiting if other is not own and other not in others]
    try:
        _commit([own, *others])
    except Error:
        if not others:
            raise
        # One of them is at fault: the others try again in their own turns. What was written is not written twice.
        connection.close_if_unusable_or_obsolete()
        _commit([own])


def _commit(batch: list[Settlement]) -> None:
    """One string of statements is one round trip and one transaction; Django binds parameters on the client."""
    statements: list[str] = []
    params: list[Any] = []
    for brand_id, ended in groupby(sorted(batch, key=_brand), key=_brand):
        statements.append("SELECT studio_settle(%s, %s)")
        params += [brand_id, json.dumps([settlement.job for settlement in ended], cls=DjangoJSONEncoder)]
    wanting = [settlement for settlement in batch if settlement.then is not None]
    if wanting:
        statements.append(leases.CLAIM)
        params += leases.claim_params(str(wanting[0].then), limit=len(wanting))
    with connection.cursor() as cursor:
        cursor.execute("; ".join(statements), params)
        for _ in statements[1:]:
            cursor.nextset()
        claims = list(leases.read_claims(cursor)) if wanting else []
    for settlement, claim in zip(wanting, claims, strict=False):
        settlement.next_claim = claim
    for settlement in batch:
        settlement.done = True


def _brand(settlement: Settlement) -> UUID:
    return settlement.brand_id
