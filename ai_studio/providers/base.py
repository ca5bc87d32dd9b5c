"""What every provider of generations offers, and what it may raise.

What it says is made storable here: an odd answer must not keep its job from ending. What cannot be believed is a
ValueError, which ends the job as a defect of its adapter.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import Enum
from typing import Any, Protocol
from uuid import UUID

from ai_studio.choices import ArtifactRole
from ai_studio.providers import storable

MAX_CODE_LENGTH = 60
MAX_MESSAGE_LENGTH = 2000
MAX_EXTERNAL_ID_LENGTH = 200
MAX_FILE_NAME_LENGTH = 120
SHORTEST_POLL_SECONDS = 0.1


class Fault(Enum):
    """TRANSIENT: try again. PERMANENT: never. AMBIGUOUS: the request may have been accepted and billed."""

    TRANSIENT = "transient"
    PERMANENT = "permanent"
    AMBIGUOUS = "ambiguous"


class ProviderError(Exception):
    """The only thing an adapter raises. `retry_after` in seconds, when the provider named it; `usage`: what the
    provider takes for it all the same, by unit. `over`: the provider had accepted, and says that the work failed by
    its own fault: this attempt is over, and another one, here or elsewhere, is allowed."""

    def __init__(
        self,
        fault: Fault,
        code: str,
        message: str,
        *,
        retry_after: float | None = None,
        usage: Mapping[str, Decimal] | None = None,
        over: bool = False,
    ) -> None:
        self.fault = fault
        self.over = over
        self.code = storable.text(code, at_most=MAX_CODE_LENGTH) or "unnamed"
        self.message = storable.text(message, at_most=MAX_MESSAGE_LENGTH)
        self.retry_after = None if retry_after is None else storable.pause(retry_after)
        self.usage = storable.usage(usage or {})
        super().__init__(self.message)


class AbandonedError(Exception):
    """The work is no longer ours: cancelled, or taken over after our lease ran out. Nothing may be written."""


@dataclass(frozen=True)
class ModelInfo:
    """One model of one provider: what it can make. `takes`: roles of the files it can start from; `needs`: those that
    it cannot start without. `durations_seconds`: the only ones there are, where a range would promise too much.
    `quality_rank`: how good it is said to be, 1 (a sketch) to 5 (best); 3 is usual."""

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
    durations_seconds: tuple[Decimal, ...] = ()
    takes: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    quality_rank: int = 3

    def can_make(self, type: str, quality: str, aspect_ratio: str) -> bool:  # noqa: A002
        return type in self.types and quality in self.qualities and aspect_ratio in self.aspect_ratios


@dataclass(frozen=True)
class InputFile:
    """A file of the brand that the work starts from. `role`: image, mask."""

    role: str
    name: str
    media_type: str
    data: bytes = field(repr=False)


@dataclass(frozen=True)
class Demand:
    """The most a job can use of what is paid for, by unit (image, second, model, call, credit, …_token), and the
    tier of size its price depends on. No units: the provider has no prices, and the studio's tariff counts."""

    units: Mapping[str, Decimal] = field(default_factory=dict)
    tier: str = ""


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
    provider: str = ""
    inputs: tuple[InputFile, ...] = ()


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

    def __post_init__(self) -> None:
        storable.identifier(self.name, at_most=MAX_FILE_NAME_LENGTH)


@dataclass(frozen=True)
class Running:
    """Accepted and not done: ask again."""

    external_id: str
    poll_after_seconds: float
    progress: int | None = None
    raw: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        storable.identifier(self.external_id, at_most=MAX_EXTERNAL_ID_LENGTH)
        pause = storable.pause(self.poll_after_seconds, at_least=SHORTEST_POLL_SECONDS)
        object.__setattr__(self, "poll_after_seconds", pause)
        object.__setattr__(self, "raw", storable.value(self.raw))


@dataclass(frozen=True)
class Finished:
    """Done. `charge_usd` is what the provider says it took, None when it does not say; `usage` what it says was used,
    by unit, empty when it does not say: then the demand counts as used."""

    files: Sequence[OutputFile]
    answer: Mapping[str, Any] = field(default_factory=dict)
    quality_score: float | None = None
    charge_usd: Decimal | None = None
    usage: Mapping[str, Decimal] = field(default_factory=dict)
    raw: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        _check_files(self.files)
        object.__setattr__(self, "usage", storable.usage(self.usage))
        for name in ("answer", "raw"):
            object.__setattr__(self, name, storable.value(getattr(self, name)))
        if self.charge_usd is not None:
            object.__setattr__(self, "charge_usd", storable.usd(self.charge_usd))
        if self.quality_score is not None:
            object.__setattr__(self, "quality_score", _share(self.quality_score))


def _check_files(files: Sequence[OutputFile]) -> None:
    roles = [file.role for file in files]
    if roles.count(ArtifactRole.RESULT) != 1 or roles.count(ArtifactRole.THUMBNAIL) != 1:
        raise ValueError(f"Not one result and one thumbnail: {roles}.")
    if unknown := set(roles) - set(ArtifactRole.values):
        raise ValueError(f"Unknown roles of files: {sorted(unknown)}.")
    if len({file.name for file in files}) != len(files):
        raise ValueError("Two files have the same name.")


def _share(score: float) -> float | None:
    """0 to 1; None for what is no number."""
    return None if math.isnan(score) else min(max(score, 0.0), 1.0)


Outcome = Running | Finished
Report = Callable[[int], None]


@dataclass(frozen=True)
class Letter:
    """A webhook as it came, about a job of `model` of the brand; `at` is now."""

    brand_id: UUID
    model: str
    headers: Mapping[str, str]
    body: bytes
    at: datetime


class ForgedLetterError(Exception):
    """It is not proven to come from the provider, or it is too old. The words are for the log."""


class Provider(Protocol):
    """One small module per provider implements this; the registry lists it.

    `repeatable`: submitting twice costs nothing, so a submission whose answer was lost may be sent again.
    `key_variable`: the environment variable with the installation's key; empty when no key is needed.
    `lost_is_billed`: a submission of which nothing more was heard is taken to have cost its demand.
    `signs_webhooks`: it calls the address of ai_studio/webhooks_in that a job gave, and proves that it was itself.
    `finds`: a submission whose answer was lost can be looked up by job.key.
    `rate_limit`: how often it may be asked with one key, such as 150/10s; `max_concurrent`: how many jobs it works on
    at once for one key. Empty and 0: not known.
    """

    name: str
    repeatable: bool
    key_variable: str = ""
    lost_is_billed: bool = False
    signs_webhooks: bool = False
    finds: bool = False
    rate_limit: str = ""
    max_concurrent: int = 0

    def demand(self, job: Job) -> Demand:
        return Demand()

    def models(self) -> Sequence[ModelInfo]: ...

    def submit(self, job: Job, report: Report) -> Outcome:
        """Ask for the work. Calls report(0–100) as it goes; raises ProviderError, or AbandonedError from report."""

    def poll(self, job: Job, external_id: str) -> Outcome: ...

    def poll_submits(self, external_id: str) -> bool:
        """Whether polling this one submits the next stage of the work, and so costs money: then it is noted before,
        and not repeated when its answer, or its worker, was lost."""
        return False

    def cancel(self, job: Job, external_id: str) -> None:
        """Stop the work, if that is still possible; may be called again. What is over, or never was, is no error.

        `external_id` is empty when the answer to the submission was lost: find the work by job.key, or raise
        ProviderError, PERMANENT. Other faults are tried again some times.
        """

    def find(self, job: Job, since: datetime) -> Outcome | None:
        """The work that job.key stands for, submitted at `since` or later; None when the provider has none, or not
        yet. Asked only where `finds`."""
        return None

    def verify_webhook(self, letter: Letter) -> str:
        """The external id of the work a webhook tells of. Asked only where `signs_webhooks`.

        Raises ForgedLetterError; ProviderError when what it is checked against cannot be had.
        """
        raise ForgedLetterError("This provider signs nothing.")
