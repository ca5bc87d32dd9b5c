"""Two brands for the walk: one that attacks, and one whose every text, number and file is a canary."""

import io
from dataclasses import dataclass, field, replace
from datetime import timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone
from rest_framework.test import APIClient

from ai_studio import ledger
from ai_studio.choices import ArtifactRole, Status
from ai_studio.models import (
    Attempt,
    Budget,
    Collection,
    CollectionItem,
    CostRecord,
    Favourite,
    Generation,
    GenerationTag,
    PromptTemplate,
    StudioSettings,
)
from ai_studio.services import prompt_templates
from analytics.ingest import storing
from analytics.ingest.incoming import IncomingEvent, Rejected
from analytics.models import AnalyticsReport, Anomaly, EventImport, Funnel, Metric, Question, Segment
from analytics.services import imports, metrics, questions
from brands import secrets
from brands.choices import Permission, Role
from brands.models import (
    ApiKey,
    AuditEntry,
    Brand,
    CustomRole,
    DomainEvent,
    Grant,
    Group,
    IdempotencyRecord,
    Invitation,
    Membership,
    Restriction,
    Secret,
    ShareLink,
    User,
)
from brands.services import api_keys, invitations, members
from brands.services.api_keys import IssuedKey
from brands.tenancy.keys import cache_key, storage_key
from brands.tenancy.scope import brand_scope
from collaboration.external import registering
from collaboration.models import (
    CommentAttachment,
    CommentRevision,
    ExternalResource,
    Notification,
    NotificationMute,
    Review,
    ShareMessage,
    Thread,
    WebhookAttempt,
    WebhookDelivery,
    WebhookEndpoint,
)
from collaboration.notifications import mutes, preferences
from collaboration.notifications import reading as notifying
from collaboration.reviews.policies import StepWanted
from collaboration.shares import links, sharing
from collaboration.threads import attaching, commenting, opening, reacting, reading
from collaboration.webhooks import endpoints, testing
from config.redis_client import redis_client
from tests import factories, reviews, studio
from tests.factories import Tenant
from tests.guests import Guest, guest_of

numbers = count(1)
LIMIT_USD = Decimal("7919.421357")
IDEMPOTENCY_KEY = "the-same-key"


@dataclass
class World:
    """`victim` is the brand that must stay whole and unseen; `ids` are its rows' by table. `write_key` is the
    attacker's, for events."""

    canary: str
    victim: Tenant
    attacker: Tenant
    generation: Generation
    failed: Generation
    collection: Collection
    invitation: Invitation
    stranger: User
    stranger_key: IssuedKey
    revoked: IssuedKey
    expired: IssuedKey
    powerless: IssuedKey
    write_key: IssuedKey
    own: Generation
    kept: Generation
    guests: dict[str, Guest]
    rows: dict[str, str] = field(default_factory=dict)

    @property
    def secrets(self) -> list[str]:
        """What no answer to an outsider may contain."""
        return [self.canary, self.canary.lower(), str(LIMIT_USD)]

    @property
    def restricted(self) -> list[str]:
        """What is kept from the victim's own viewer and editor too: the id and the words of one generation."""
        return [f"KEPT{self.canary}", f"kept{self.canary.lower()}", str(self.kept.pk)]


def make_world() -> World:
    canary = f"CANARY{next(numbers):04d}X"
    victim = factories.make_tenant(canary.lower(), monthly_budget_usd=LIMIT_USD)
    attacker = factories.make_tenant(f"attacker{canary[6:10]}")
    stranger = factories.make_user(f"stranger{canary[6:10]}@gone.example")
    with brand_scope(victim.brand):
        stranger_key, revoked, expired, powerless = _keys(victim, stranger, canary)
        generation, failed, collection = _work(victim, canary)
        invitation = invitations.invite(
            actor=victim.actor(), inviter=victim.owner, email=f"guest@{canary.lower()}.example", role=Role.VIEWER
        )
        secrets.keep(actor=victim.actor(), brand=victim.brand, name=factories.SECRET_NAME, value=f"the key of {canary}")
        _events(victim, canary)
        _talk(victim, generation, canary)
        _webhooks(victim, canary)
        _notifications(victim, generation)
        _shares(victim, generation, canary)
        _outside_postgres(victim, canary)
        kept = _rights(victim, canary, collection)
    own = studio.finished(attacker)
    world = World(
        canary=canary,
        victim=victim,
        attacker=attacker,
        generation=generation,
        failed=failed,
        collection=collection,
        invitation=invitation,
        stranger=stranger,
        stranger_key=stranger_key,
        revoked=revoked,
        expired=expired,
        powerless=powerless,
        write_key=attacker.key_with("event.write"),
        own=own,
        kept=kept,
        guests=_guests(victim, attacker, own),
    )
    world.rows = _rows(world)
    return world


def _keys(victim: Tenant, stranger: User, canary: str) -> tuple[IssuedKey, IssuedKey, IssuedKey, IssuedKey]:
    """Of somebody who was removed; revoked; expired; and one that may do nothing this API offers."""
    membership = Membership.objects.create(brand=victim.brand, user=stranger, role=Role.ADMIN)
    owner = victim.actor()
    made = [
        api_keys.issue(actor=owner, name=f"{canary} {name}", scopes=scopes, created_by=person)
        for name, scopes, person in (
            ("stranger's", ["*"], stranger),
            ("revoked", ["*"], victim.owner),
            ("expired", ["*"], victim.owner),
            ("powerless", ["review.decide"], victim.owner),
        )
    ]
    members.remove(actor=owner, membership=membership)
    api_keys.revoke(actor=owner, key=made[1].key)
    ApiKey.objects.filter(pk=made[2].key.pk).update(expires_at=timezone.now() - timedelta(minutes=1))
    return made[0], made[1], made[2], made[3]


def _rights(victim: Tenant, canary: str, collection: Collection) -> Generation:
    """A role, a group and grants; and a generation that is restricted, which the collection holds as well."""
    group = Group.objects.create(brand=victim.brand, name=f"{canary} group")
    CustomRole.objects.create(brand=victim.brand, name=f"{canary} role", capabilities=["asset.view"])
    kept = studio.generation(victim, status=Status.COMPLETED, prompt=f"KEPT{canary}", negative_prompt=f"KEPT{canary}")
    for role in (ArtifactRole.RESULT, ArtifactRole.THUMBNAIL):
        studio.artifact(kept, role=role, name=f"KEPT{canary}-{role.lower()}.png", data=f"KEPT{canary} {role}".encode())
    CollectionItem.objects.create(brand=victim.brand, collection=collection, generation=kept)
    GenerationTag.objects.create(brand=victim.brand, generation=kept, name=f"kept{canary.lower()}", number=1)
    Favourite.objects.create(brand=victim.brand, generation=kept, user=victim.viewer)
    where = {"brand": victim.brand, "resource_type": "AI_GENERATION", "resource_id": kept.pk}
    Restriction.objects.create(**where)
    for _ in range(2):
        Grant.objects.create(group=group, role=Role.EDITOR, **where)
    return kept


def _guests(victim: Tenant, attacker: Tenant, own: Generation) -> dict[str, Guest]:
    """Of the victim, a live one may see one generation that tells nothing of all else, though it was made from it."""
    shown = studio.finished(victim, prompt="shown to a guest", parent=None)
    ended = {"revoked_at": timezone.now()}
    live = [Permission.VIEW, Permission.COMMENT, Permission.DOWNLOAD]
    return {
        "attacker's": guest_of(attacker, "AI_GENERATION", own),
        "live": guest_of(victim, "AI_GENERATION", shown, *live),
        "revoked": guest_of(victim, "AI_GENERATION", shown, *live, **ended),
        "expired": guest_of(victim, "AI_GENERATION", shown, *live, ends=-timedelta(minutes=1)),
    }


def _work(victim: Tenant, canary: str) -> tuple[Generation, Generation, Collection]:
    facts = {"prompt": f"{canary} prompt", "answer": {"scene": canary}, "negative_prompt": canary}
    done = studio.generation(victim, status=Status.COMPLETED, **facts)
    for role in (ArtifactRole.RESULT, ArtifactRole.THUMBNAIL):
        studio.artifact(done, role=role, name=f"{canary}-{role.lower()}.png", data=f"{canary} {role}".encode() * 50)
    failed = studio.generation(victim, status=Status.FAILED, **facts | {"error_message": f"{canary} error"})
    waiting = studio.generation(victim, **facts | {"parent": done, "parent_kind": "VERSION", "version": 2})
    now = timezone.now()
    ledger.hold(brand=victim.brand, user_id=victim.owner.pk, generations=[done, waiting], at=now)
    Budget.objects.update(spent_usd=LIMIT_USD - 1)
    StudioSettings.objects.update(denied_words=[canary])
    CostRecord.objects.create(brand=victim.brand, generation=done, amount_usd=LIMIT_USD, source="TARIFF", at=now)
    for job in (done, failed):
        error = {"error_message": f"{canary} refused", "external_id": canary, "raw_answer": {"said": canary}}
        Attempt.objects.create(brand=victim.brand, generation=job, number=1, fence=1, started_at=now, **error)
    for number, name in enumerate((canary.lower(), f"{canary.lower()} too"), 1):
        GenerationTag.objects.create(brand=victim.brand, generation=done, name=name, number=number)
    Favourite.objects.create(brand=victim.brand, generation=done, user=victim.owner)
    collection = studio.collection(victim, done, name=f"{canary} collection", visibility="BRAND")
    _reviews(victim, done, canary)
    variables = [{"name": "thing", "label": canary, "default": canary}]
    for name in (canary, f"{canary} too"):
        prompt_templates.create(actor=victim.actor(), name=name, body=f"{canary} {{{{thing}}}}", variables=variables)
    counted = {"measure": "count", "event": canary}
    metric = metrics.create(actor=victim.actor(), name=f"{canary} metric", description=canary, definition=counted)
    _anomalies(metric, canary)
    kept = {"brand": victim.brand, "created_by": victim.owner, "name": canary, "description": canary}
    criteria = {"event": canary, "filters": []}
    Segment.objects.create(kind="DYNAMIC", criteria=criteria, due_at=timezone.now(), **kept)
    AnalyticsReport.objects.create(kind="RETENTION", parameters={"start_event": canary}, **kept)
    for name in (canary, f"{canary} too"):
        steps = [{"event": canary, "filters": []}, {"event": f"{canary} too"}]
        Funnel.objects.create(
            brand=victim.brand, name=name, steps=steps, window_seconds=60, breakdown=canary, created_by=victim.owner
        )
    IdempotencyRecord.objects.create(
        brand=victim.brand,
        actor=f"USER:{victim.owner.pk}",
        route=f"POST {studio.url(victim, 'generations/')}",
        key=IDEMPOTENCY_KEY,
        body_sha256="0" * 64,
        status_code=202,
        answer={"prompt": canary},
    )
    return done, failed, collection


def _talk(victim: Tenant, generation: Generation, canary: str) -> None:
    """Of every kind of row that threads have, on a picture and on what is elsewhere."""
    owner, seen_by = victim.actor(), {"visibility": "CLIENT"}
    facts = {"title": canary, "url": f"https://{canary.lower()}.example/", "metadata": {canary: canary}}
    design, _ = registering.register(actor=owner, kind="DESIGN", external_id=canary, version=canary, **facts)
    for kind, pk in (("AI_GENERATION", generation.pk), ("DESIGN", design.pk)):
        wanted = opening.Wanted(kind, pk, f"{canary} said", mentions=[victim.owner.pk], **seen_by)
        thread = opening.open_thread(actor=owner, wanted=wanted)
        reading.mark(actor=owner, thread=thread)
    comment = commenting.add(actor=owner, thread=thread, body=f"{canary} replied")
    comment = commenting.edit(actor=owner, comment=comment, body=f"{canary} replied otherwise")
    reacting.react(actor=owner, comment=comment, emoji="HEART")
    file = io.BytesIO(canary.encode())
    upload = attaching.taken(actor=owner, comment=comment, file=file, name=f"{canary}.txt")
    attaching.store(upload)
    attaching.attach(actor=owner, comment=comment, upload=upload)


def _reviews(victim: Tenant, done: Generation, canary: str) -> None:
    asked = StepWanted(name=canary, members=[victim.reviewer.pk, victim.admin.pk], min_approvals=2)
    for _ in range(2):
        review = reviews.ask(victim, done, title=canary, description=canary, steps=[asked])
        reviews.decide(victim, review, "REVIEWER", comment=canary)


def _shares(victim: Tenant, generation: Generation, canary: str) -> None:
    owner = victim.actor()
    about = {"resource_type": "AI_GENERATION", "resource_id": generation.pk}
    viewer = Membership.objects.get(user=victim.viewer).pk
    sharing.share(actor=owner, member=viewer, permissions=["VIEW"], message=canary, **about)
    for label in (canary, f"{canary} too"):
        links.make(actor=owner, label=label, password=f"{canary} password", **about)


def _anomalies(metric: Metric, canary: str) -> None:
    now, change = timezone.now(), {"before": 1, "now": 2, "change": 1, "mix": 0, "rate": 0}
    part = {"value": canary, "effect": 1, "share": 1, "mix": 0, "rate": 0, "weight": 1}
    for days in (1, 2):
        Anomaly.objects.create(
            brand_id=metric.brand_id,
            metric=metric,
            interval="DAY",
            period_start=now - timedelta(days=days),
            period_end=now - timedelta(days=days - 1),
            detector="MAD",
            observed=9,
            expected=2,
            low=1,
            high=3,
            severity="HIGH",
            direction="ABOVE",
            root_cause={"dimension": canary, **change, "contributions": [part], "rest": part},
            suggested_action=f"{canary} action",
            found_at=now,
            judged_at=now,
            status_at=now,
            reason=canary,
        )


def _events(victim: Tenant, canary: str) -> None:
    now = timezone.now()
    events = [
        IncomingEvent(f"{canary} {n}", f"{canary} person {n}", now, f"{canary} {n}", properties={canary: canary})
        for n in range(2)
    ]
    bad = [Rejected("broken", f"{canary} was broken", {canary: n}) for n in range(2)]
    for part in ("first", "second"):
        name = f"{canary} {part}.csv"
        job = imports.begin(actor=victim.actor(), name=name, size_bytes=10_000, mapping={"at": canary})
        imports.append(actor=victim.actor(), pk=job.pk, offset=0, data=canary.encode())
        event = {"start_event": [f"{canary} {part}"]}
        questions.ask(actor=victim.actor(), kind="retention", row=None, parameters=event)
    storing.store(brand_id=victim.id, events=[*events, *bad], source="test", received_at=now)


def _notifications(victim: Tenant, generation: Generation) -> None:
    """What the owner is told, how they wish to be told, and what they muted."""
    design = ExternalResource.objects.get()
    wanted = opening.Wanted(design.kind, design.pk, design.title, mentions=[victim.owner.pk])
    opening.open_thread(actor=victim.actor("EDITOR"), wanted=wanted)
    notifying.read_set(brand_id=victim.id, at=timezone.now())
    preferences.change(actor=victim.actor(), language="fr", kinds={"COMMENTED": {"email": "OFF"}})
    mutes.mute(actor=victim.actor(), resource_type="AI_GENERATION", resource_id=generation.pk)


def _webhooks(victim: Tenant, canary: str) -> None:
    for number in range(2):
        made = endpoints.create(
            actor=victim.actor(), url=f"https://{canary}.example/{number}", description=canary, event_types=["*"]
        ).endpoint
        testing.order(actor=victim.actor(), endpoint=made, at=timezone.now())
    told = WebhookDelivery.objects.order_by("id")[0]
    event = DomainEvent.objects.order_by("seq")[0]
    failed = {"status": "FAILED", "next_at": None, "ended_at": timezone.now(), "error_code": "http_500"}
    WebhookDelivery.objects.filter(pk=told.pk).update(
        event=event, seq=event.seq, event_type=event.type, resource=canary, **failed
    )
    WebhookAttempt.objects.create(
        brand=victim.brand, delivery=told, fence=1, at=timezone.now(), duration_ms=9, status_code=500,
        error_code="http_500", answer=canary,
    )  # fmt: skip


def _outside_postgres(victim: Tenant, canary: str) -> None:
    logo = default_storage.save(storage_key(victim.id, "logo", f"{canary}.png"), ContentFile(canary.encode()))
    Brand.objects.filter(pk=victim.id).update(logo=logo, palette=["#c0ffee"])
    redis_client().set(cache_key(victim.id, "secret"), canary)


def _rows(world: World) -> dict[str, str]:
    """The victim's ids, by the name under which routes ask for them."""
    with brand_scope(world.victim.brand):
        return {
            "brand": str(world.victim.id),
            "generation": str(world.generation.pk),
            "failed": str(world.failed.pk),
            "artifact": str(world.generation.artifacts.all()[0].pk),
            "collection": str(world.collection.pk),
            "funnel": str(Funnel.objects.filter(brand=world.victim.brand)[0].pk),
            "import": str(EventImport.objects.filter(brand=world.victim.brand)[0].pk),
            "question": str(Question.objects.filter(brand=world.victim.brand)[0].pk),
            "template": str(PromptTemplate.objects.filter(brand=world.victim.brand)[0].pk),
            "segment": str(Segment.objects.get(brand=world.victim.brand).pk),
            "report": str(AnalyticsReport.objects.get(brand=world.victim.brand).pk),
            "anomaly": str(Anomaly.objects.filter(brand=world.victim.brand)[0].pk),
            "notification": str(Notification.objects.order_by("id")[0].pk),
            "mute": str(NotificationMute.objects.order_by("id")[0].pk),
            "webhook": str(WebhookEndpoint.objects.order_by("id")[0].pk),
            "webhook-delivery": str(WebhookDelivery.objects.order_by("id")[0].pk),
            "metric": str(Metric.objects.get(brand=world.victim.brand).pk),
            "review": str(Review.objects.filter(brand=world.victim.brand)[0].pk),
            "membership": str(Membership.objects.get(user=world.victim.owner).pk),
            "invitation": str(world.invitation.pk),
            "api-key": str(world.victim.key.key.pk),
            "secret": str(Secret.objects.get(name=factories.SECRET_NAME).pk),
            "role": str(CustomRole.objects.get(brand=world.victim.brand).pk),
            "group": str(Group.objects.get(brand=world.victim.brand).pk),
            "grant": str(Grant.objects.filter(group__isnull=False)[0].pk),
            "restriction": str(Restriction.objects.get(brand=world.victim.brand).pk),
            "link": str(world.guests["live"].link.pk),
            "kept": str(world.kept.pk),
            "kept artifact": str(world.kept.artifacts.all()[0].pk),
            "audit": str(AuditEntry.objects.filter(brand=world.victim.brand).order_by("id")[0].pk),
            "user": str(world.victim.owner.pk),
            "external": str(ExternalResource.objects.filter(brand=world.victim.brand)[0].pk),
            "share": str(ShareMessage.objects.get(brand=world.victim.brand).grant_id),
            "share-link": str(ShareLink.objects.filter(label=world.canary)[0].pk),
            "thread": str(Thread.objects.filter(brand=world.victim.brand)[0].pk),
            "comment": str(CommentRevision.objects.filter(brand=world.victim.brand)[0].comment_id),
            "attachment": str(CommentAttachment.objects.filter(brand=world.victim.brand)[0].pk),
        }


@dataclass(frozen=True)
class Person:
    """Somebody who tries. `expected` are the statuses that refuse them at the victim's address; `reads`: may look."""

    name: str
    client: APIClient
    expected: frozenset[int]
    insider: bool = False
    reads: bool = False
    is_guest: bool = False
    uses_pages: bool = False
    credential: Any = None
    session: str = ""


def people(world: World) -> list[Person]:
    def person(name: str, credential: Any, *expected: int, insider: bool = False, reads: bool = False) -> Person:
        uses_pages = credential is None or isinstance(credential, User)
        client = factories.client_for(credential)
        facts = {"insider": insider, "reads": reads, "uses_pages": uses_pages, "credential": credential}
        return Person(name, client, frozenset(expected), session=_session(client), **facts)

    return [
        person("anonymous", None, 401),
        person("another brand's owner", world.attacker.owner, 404),
        person("another brand's key", world.attacker.key, 404),
        person("a removed member", world.stranger, 404),
        person("a removed member's key", world.stranger_key, 401, 404),
        person("a revoked key", world.revoked, 401),
        person("an expired key", world.expired, 401),
        person("another brand's guest", world.guests["attacker's"], 404),
        person("a guest of a revoked link", world.guests["revoked"], 401),
        person("a guest of an expired link", world.guests["expired"], 401),
        # Sees one generation, and nothing that could tell of anything else.
        replace(person("a guest", world.guests["live"], 403, 404, 405), is_guest=True),
        person("a viewer", world.victim.viewer, 403, 404, 405, insider=True, reads=True),
        person("a key with too little scope", world.powerless, 403, 404, 405, insider=True),
    ]


def renewed(person: Person) -> Person:
    """As they came: whoever carries another session than at first, or whose session was ended, comes anew."""
    if _session(person.client) == person.session and (not person.session or SessionStore().exists(person.session)):
        return person
    client = factories.client_for(person.credential)
    return replace(person, client=client, session=_session(client))


def _session(client: APIClient) -> str:
    cookie = client.cookies.get(settings.SESSION_COOKIE_NAME)
    return cookie.value if cookie else ""
