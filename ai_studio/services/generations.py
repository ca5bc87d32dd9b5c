"""Asking for generations: one, many, again, otherwise; and calling them off."""

import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from random import Random
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import F
from django.db.models.functions import Now
from django.utils import timezone

from ai_studio import bells, calling_off, closing, ledger
from ai_studio.announcements import announce
from ai_studio.choices import ACTIVE, ModerationCode, ParentKind, Stage, Status
from ai_studio.errors import NotCancellable, NotRetryable
from ai_studio.models import Generation, GenerationInput
from ai_studio.models.generation import MAX_SEED
from ai_studio.routing.deciding import Route
from ai_studio.routing.deciding import route as decide
from ai_studio.routing.gathering import Surroundings, surroundings
from ai_studio.routing.wants import Want, preference
from ai_studio.services import inputs, moderation
from ai_studio.services.moderation import NOT_ASKED, Clearance
from ai_studio.services.wish import Wish, changed, check, check_ranges, duration, texts_of, wish_of, words_of_child
from brands.choices import ActorKind
from brands.errors import AtelierError, InvalidInput
from brands.models import Brand
from brands.permissions import Actor, require
from brands.services import restrictions

MAX_BATCH = 100
MAX_VARIATIONS = 20


@dataclass(frozen=True)
class _Kinship:
    """How a new generation descends from another. `user_id`: whose it stays, whoever asks; None: the asker's."""

    parent_id: UUID | None = None
    kind: str = ""
    version: int = 1
    user_id: int | None = None


def request(*, actor: Actor, wish: Wish, clearance: Clearance | None = None) -> Generation:
    """Accept a wish: read its words, price it, hold its cost, queue it. In the brand's scope; all or nothing.

    `clearance` is what the brand's moderation provider said, if it has one (ai_studio/services/moderation.py). Raises
    InvalidInput or ModerationRefused (the field named), ModerationAway, BudgetExceeded or QuotaExceeded.
    """
    return _request(actor, [wish], _Kinship(), clearance or NOT_ASKED)[0]


def request_many(*, actor: Actor, wishes: Sequence[Wish], clearance: Clearance | None = None) -> list[Generation]:
    """Accept 1 to 100 wishes, all or none. Errors name `items.<n>.<field>`."""
    if not 1 <= len(wishes) <= MAX_BATCH:
        raise InvalidInput(fields={"items": [f"1 to {MAX_BATCH} items."]})
    return _request(actor, wishes, _Kinship(), clearance or NOT_ASKED, prefix="items.{}.")


def vary(
    *, actor: Actor, parent: Generation, count: int, changes: Mapping[str, Any], clearance: Clearance | None = None
) -> list[Generation]:
    """`count` (1–20) siblings of `parent` that differ by seed and by `changes`."""
    if not 1 <= count <= MAX_VARIATIONS:
        raise InvalidInput(fields={"count": [f"1 to {MAX_VARIATIONS}."]})
    wish = changed(parent, changes)
    first = secrets.randbelow(MAX_SEED) if wish.seed is None or "seed" not in changes else wish.seed
    wishes = [replace(wish, seed=(first + n) % (MAX_SEED + 1)) for n in range(count)]
    kinship = _Kinship(parent.id, ParentKind.VARIATION)
    return _request(actor, wishes, kinship, clearance or cleared_by(parent), prefix="changes.")


def new_version(
    *, actor: Actor, parent: Generation, changes: Mapping[str, Any], clearance: Clearance | None = None
) -> Generation:
    """The next version of `parent`: the same wish with `changes`, numbered on."""
    kinship = _Kinship(parent.id, ParentKind.VERSION, parent.version + 1)
    return _request(actor, [changed(parent, changes)], kinship, clearance or cleared_by(parent), prefix="changes.")[0]


def retry(*, actor: Actor, generation: Generation, clearance: Clearance | None = None) -> Generation:
    """A new generation of the same wish, linked to the failed or cancelled one; that one stays as it ended.

    When staff ask, they help: the new one is the same person's, and takes a turn of theirs.
    """
    if generation.status not in (Status.FAILED, Status.CANCELLED):
        raise NotRetryable(status_now=generation.status)
    user_id = generation.user_id if actor.kind == ActorKind.STAFF else None
    kinship = _Kinship(generation.id, ParentKind.RETRY, generation.version, user_id)
    return _request(actor, [wish_of(generation)], kinship, clearance or cleared_by(generation))[0]


def cancel(*, actor: Actor, generation: Generation) -> Generation:
    """Call a job off. Its hold is released, but for what its attempts have cost; a worker on it notices and writes
    nothing; its provider is told soon."""
    require(actor, "generation.run", generation)
    called_off = Generation.objects.filter(pk=generation.pk, status__in=ACTIVE).update(
        status=Status.CANCELLED,
        stage=Stage.DONE,
        cancel_requested_at=Now(),
        completed_at=Now(),
        lease_until=None,
        next_step_at=None,
        status_seq=F("status_seq") + 1,
    )
    generation.refresh_from_db()
    if not called_off:
        if generation.status == Status.CANCELLED:
            return generation
        raise NotCancellable(status_now=generation.status)
    calling_off.end_open_attempt(generation, error_code="called_off", error_message="It was called off.")
    closing.close(generation)
    announce("generation.cancelled", generation)
    return generation


def cleared_by(parent: Generation) -> Clearance:
    """What a provider let pass once need not be read again."""
    if parent.moderation != ModerationCode.PROVIDER:
        return NOT_ASKED
    return moderation.cleared([words_of_child(wish_of(parent))])


def _request(
    actor: Actor, wishes: Sequence[Wish], kinship: _Kinship, clearance: Clearance, prefix: str = ""
) -> list[Generation]:
    brand = Brand.objects.get(pk=actor.brand_id)
    require(actor, "generation.run", brand)
    now = timezone.now()
    files = inputs.found(actor=actor, inputs=(each for wish in wishes for each in wish.inputs))
    known = surroundings(brand.id)
    left_usd = partial(_left_usd, brand, kinship.user_id or actor.person_id, now)
    generations = []
    starts: list[GenerationInput] = []
    for n, wish in enumerate(wishes):
        with naming(prefix.format(n)):
            route = _route(wish, brand, known, left_usd)
            drafted = _drafted(actor, brand, wish, kinship, route=route, at=now)
            starts += inputs.rows(drafted, wish.inputs, files)
            generations.append(drafted)
    texts = [texts_of(wish) if kinship.parent_id is None else words_of_child(wish) for wish in wishes]
    passed = moderation.check(actor=actor, wishes=texts, clearance=clearance, prefix=prefix)
    for generation, code in zip(generations, passed, strict=True):
        generation.moderation = code
    Generation.objects.bulk_create(generations)
    GenerationInput.objects.bulk_create(starts)
    ledger.hold(brand=brand, user_id=kinship.user_id or actor.person_id, generations=generations, at=now)
    if kinship.parent_id is not None:
        restrictions.inherit(
            actor=actor, resource_type="AI_GENERATION", parent_id=kinship.parent_id, children=generations
        )
    announce("generation.requested", *generations)
    for queue in {generation.queue for generation in generations}:
        bells.ring_on_commit(queue, times=sum(g.queue == queue for g in generations))
    return generations


@contextmanager
def naming(prefix: str) -> Iterator[None]:
    """Errors inside name the item they belong to."""
    try:
        yield
    except AtelierError as error:
        error.fields = {f"{prefix}{name}": sentences for name, sentences in error.fields.items()}
        raise


def _route(wish: Wish, brand: Brand, known: Surroundings, left_usd: Callable[[], Decimal]) -> Route:
    """Checked, and routed: what is drawn by weight is drawn from the seed, so that the same wish takes the same way."""
    check(wish)
    want = Want(
        wish.type,
        wish.quality,
        wish.aspect_ratio,
        provider=wish.provider,
        model=wish.model,
        steps=wish.steps,
        guidance=wish.guidance,
        duration_seconds=wish.duration_seconds,
        prompt=wish.prompt.strip(),
        negative_prompt=wish.negative_prompt.strip(),
        palette=tuple(brand.palette),
        extras=wish.extras,
        inputs=tuple(each.role for each in wish.inputs),
        favourite=wish.made_by,
        preference=preference(wish.routing),
    )
    random = Random() if wish.seed is None else Random(wish.seed)  # noqa: S311 - no secret
    return decide(want, known=known, random=random, left_usd=left_usd)


def _left_usd(brand: Brand, user_id: int, at: datetime) -> Decimal:
    """What the brand's budget and the person's quota both leave."""
    now = ledger.spend(brand=brand, user_id=user_id, at=at)
    return min(
        now.budget_limit_usd - now.budget_spent_usd - now.budget_reserved_usd,
        now.quota_limit_usd - now.quota_spent_usd - now.quota_reserved_usd,
    )


def _drafted(actor: Actor, brand: Brand, wish: Wish, kinship: _Kinship, *, route: Route, at: datetime) -> Generation:
    """An unsaved generation, priced."""
    duration_seconds = duration(wish, route.model)
    check_ranges(wish, route.model)
    return Generation(
        brand=brand,
        user_id=kinship.user_id or actor.person_id,
        api_key_id=UUID(actor.id) if actor.kind == ActorKind.API_KEY else None,
        distinct_id=wish.distinct_id,
        type=wish.type,
        prompt=wish.prompt.strip(),
        negative_prompt=wish.negative_prompt.strip(),
        quality=wish.quality,
        aspect_ratio=wish.aspect_ratio,
        seed=secrets.randbelow(MAX_SEED + 1) if wish.seed is None else wish.seed,
        steps=wish.steps,
        guidance=wish.guidance,
        duration_seconds=duration_seconds,
        extras=dict(wish.extras),
        palette=brand.palette,
        parent_id=kinship.parent_id,
        parent_kind=kinship.kind,
        version=kinship.version,
        template_id=wish.source.template_id if wish.source else None,
        template_version=wish.source.version if wish.source else None,
        template_values=dict(wish.source.values) if wish.source else {},
        provider=route.model.provider,
        model=route.model.name,
        routing=route.decision,
        queue=route.model.queue,
        priority=wish.priority,
        estimated_cost_usd=route.maximum_usd,
        next_step_at=at,
        created_at=at,
        deadline_at=at + timedelta(seconds=settings.STUDIO_DEADLINE_SECONDS),
    )
