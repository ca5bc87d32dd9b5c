"""An event as an adapter read it, whatever its wire format was."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any


class Identity(StrEnum):
    """What an event says of who its person is."""

    NOTHING = "nothing"
    IDENTIFY = "identify"  # `alias` is who they were before they were known
    ALIAS = "alias"  # both are the same person


@dataclass(slots=True)  # not frozen: that makes one take five times as long
class IncomingEvent:
    """`insert_id` is the sender's own id of it: the same one again is a duplicate. `at` is aware, skew corrected."""

    name: str
    distinct_id: str
    at: datetime
    insert_id: str
    session: str = ""
    properties: Mapping[str, Any] = field(default_factory=dict)
    revenue: Decimal | None = None
    currency: str = ""
    identity: Identity = Identity.NOTHING
    alias: str = ""


@dataclass(frozen=True)
class Rejected:
    """What could not be read as an event: kept as a dead letter with its reason. `code` is stable, for programs."""

    code: str
    reason: str
    payload: Any


class Unfit(ValueError):
    """Why something is no event, for adapters and checks among themselves: it becomes a Rejected."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.code = code


class Kept(StrEnum):
    """What became of a good event."""

    OK = "ok"
    DUPLICATE = "duplicate"  # it was here already


@dataclass(frozen=True)
class Outcome:
    """What became of a batch: accepted = stored + duplicates + dead letters, exactly. `results` has each event's."""

    stored: int
    duplicates: int
    rejected: int
    results: Sequence[Kept | Rejected] = ()
