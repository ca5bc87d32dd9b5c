"""One review for the file: what was asked, what it was, hash by hash, who decided what and when, and whether the
stored files are still those."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from ai_studio import artifacts
from ai_studio.artifacts import ArtifactGone
from ai_studio.models import Artifact
from brands.errors import Forbidden
from brands.models import AuditEntry
from brands.permissions import Actor
from collaboration.models import Review, ReviewDecision, ReviewItem, ReviewRound, ReviewStep
from collaboration.reviews import deciding, freezing
from collaboration.reviews.freezing import digest

INTACT, CHANGED, GONE, NO_FILE = "INTACT", "CHANGED", "GONE", "NO_FILE"
Found = Mapping[UUID, str | None]


def files_of(*, actor: Actor, review: Review) -> list[Artifact]:
    """The artifacts of all rounds that still exist. Forbidden for whoever does not see every item."""
    items = list(ReviewItem.objects.filter(review=review))
    if len(deciding.seen(actor, items)) < len(items):
        raise Forbidden("You do not see all of its items.")
    return list(Artifact.objects.filter(pk__in={item.artifact_id for item in items if item.artifact_id}))


def look(files: Sequence[Artifact]) -> dict[UUID, str | None]:
    """The hash of each stored file as it is now, None when it is gone. Reads the files: not in a transaction."""
    found: dict[UUID, str | None] = {}
    for file in files:
        try:
            found[file.pk] = artifacts.stored_sha256(file)
        except ArtifactGone:
            found[file.pk] = None
    return found


def export(*, actor: Actor, review: Review, found: Found, at: datetime) -> dict[str, Any]:
    """The document, as JSON. `found`: what look() saw. `sha256` at the end is that of the rest, as canonical JSON."""
    document = {
        "review": _review(review),
        "steps": [_step(step) for step in ReviewStep.objects.filter(review=review).prefetch_related("requirements")],
        "rounds": [
            _round(each, found)
            for each in ReviewRound.objects.filter(review=review)
            .select_related("asked_by")
            .prefetch_related("items", "decisions__user", "decisions__step")
        ],
        "history": [_entry(entry) for entry in _history(review)],
        "exported_at": at,
        "exported_by": actor.label,
    }
    plain = freezing.plain(document)
    return {**plain, "sha256": digest(plain)}


def _review(review: Review) -> dict[str, Any]:
    names = ("title", "description", "status", "round", "is_sequential", "follows_versions")
    times = ("requested_at", "due_at", "ended_at")
    said = {name: getattr(review, name) for name in (*names, *times)}
    return {"id": review.pk, "brand": review.brand_id, "requested_by": review.requested_by.email, **said}


def _step(step: ReviewStep) -> dict[str, Any]:
    names = ("number", "name", "min_approvals", "guests_decide", "due_at", "completed_round", "completed_at")
    return {name: getattr(step, name) for name in names} | {
        "required": [each.label for each in step.requirements.all()]
    }


def _round(each: ReviewRound, found: Found) -> dict[str, Any]:
    items = list(each.items.all())
    return {
        **{name: getattr(each, name) for name in ("number", "reason", "asked_at", "outcome", "ended_at", "sha256")},
        "asked_by": each.asked_by.email,
        "sha256_holds": freezing.sha256_of_items(items) == each.sha256,
        "items": [_item(item, found) for item in items],
        "decisions": [_decision(decision) for decision in each.decisions.all()],
    }


def _item(item: ReviewItem, found: Found) -> dict[str, Any]:
    return {
        **freezing.as_document(item),
        "position": item.position,
        "frozen_at": item.frozen_at,
        "stored": _stored(item, found),
        "stored_sha256": found.get(item.artifact_id) if item.artifact_id else None,
    }


def _stored(item: ReviewItem, found: Found) -> str:
    if item.artifact_id is None:
        return NO_FILE
    now = found.get(item.artifact_id)
    return GONE if now is None else INTACT if now == item.sha256 else CHANGED


def _decision(decision: ReviewDecision) -> dict[str, Any]:
    names = ("verdict", "comment", "sha256", "capacity", "at", "guest_session_id", "guest_link_id", "guest_name")
    by = {"step": decision.step.number, "user": decision.user and decision.user.email}
    return {name: getattr(decision, name) for name in names} | by


def _history(review: Review) -> "QuerySet[AuditEntry]":
    return AuditEntry.objects.filter(object_type=review._meta.label, object_id=str(review.pk)).order_by("id")


def _entry(entry: AuditEntry) -> dict[str, Any]:
    return {"at": entry.at, "by": entry.actor_label, "action": entry.action, "details": entry.details}
