"""What every provider of generations offers, and what it may raise."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum
from typing import Any, Protocol
from uuid import UUID


class Fault(Enum):
    """TRANSIENT: try again. PERMANENT: never. AMBIGUOUS: the request may have been accepted and billed."""

    TRANSIENT = "transient"
    PERMANENT = "permanent"
    AMBIGUOUS = "ambiguous"


class ProviderError(Exception):
    """The only thing an adapter raises. `retry_after` in seconds, when the provider named it."""

    def __init__(self, fault: Fault, code: str, message: str, *, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.fault = fault
        self.code = code
        self.message = message
        self.retry_after = retry_after


class AbandonedError(Exception):
    """The work is no longer ours: cancelled, or taken over after our lease ran out. Nothing may be written."""


@dataclass(frozen=True)
class ModelInfo:
    """One model of one provider: what it can make."""

    provider: str
    name: str
    label: str
    types: tuple[str, ...]
    qualities: tuple[str, ...]
    aspect_ratios: tuple[str, ...]
    parameters: tuple[str, ...]
    queue: str
    steps_range: tuple[int, int] | None = None
    guidance_range: tuple[Decimal, Decimal] | None = None
    duration_range_seconds: tuple[Decimal, Decimal] | None = None
    default_duration_seconds: Decimal | None = None

    def can_make(self, type: str, quality: str, aspect_ratio: str) -> bool:  # noqa: A002
        return type in self.types and quality in self.qualities and aspect_ratio in self.aspect_ratios


@dataclass(frozen=True)
class Job:
    """What a provider is asked to make. `key` names this attempt for providers that take idempotency keys."""

    key: UUID
    brand_id: UUID
    type: str
    model: str
    prompt: str
    negative_prompt: str
    quality: str
    aspect_ratio: str
    seed: int
    steps: int | None
    guidance: Decimal | None
    duration_seconds: Decimal | None
    palette: tuple[str, ...]
    extras: Mapping[str, Any]


@dataclass(frozen=True)
class OutputFile:
    """A file a provider made. Exactly one RESULT and one THUMBNAIL belong to a finished job."""

    role: str
    name: str
    media_type: str
    data: bytes
    width: int | None = None
    height: int | None = None
    duration_seconds: float | None = None


@dataclass(frozen=True)
class Running:
    """Accepted and not done: ask again."""

    external_id: str
    poll_after_seconds: float
    progress: int | None = None
    raw: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Finished:
    """Done. `charge_usd` is what the provider says it took; None when it does not say."""

    files: Sequence[OutputFile]
    answer: Mapping[str, Any] = field(default_factory=dict)
    quality_score: float | None = None
    charge_usd: Decimal | None = None
    raw: Mapping[str, Any] = field(default_factory=dict)


Outcome = Running | Finished
Report = Callable[[int], None]


class Provider(Protocol):
    """One small module per provider implements this; the registry lists it.

    `repeatable`: submitting twice costs nothing, so a submission whose answer was lost may be sent again.
    """

    name: str
    repeatable: bool

    def models(self) -> Sequence[ModelInfo]: ...

    def submit(self, job: Job, report: Report) -> Outcome:
        """Ask for the work. Calls report(0–100) as it goes; raises ProviderError, or AbandonedError from report."""

    def poll(self, job: Job, external_id: str) -> Outcome: ...

    def cancel(self, job: Job, external_id: str) -> None:
        """Stop the work, if that is still possible; may be called again. What is over, or never was, is no error.

        `external_id` is empty when the answer to the submission was lost: find the work by job.key, or raise
        ProviderError, PERMANENT. Other faults are tried again some times.
        """
