"""Versions: what a thread is pinned to, and whether that is still what there is."""

import hashlib
import json
from collections.abc import Iterable
from uuid import UUID

from django.apps import apps
from django.db.models import Model

from ai_studio.choices import ArtifactRole
from ai_studio.models import Artifact, Generation
from ai_studio.services import lineage
from brands import registry
from brands.permissions import Actor
from collaboration.models import ExternalResource, Thread

GENERATION = "AI_GENERATION"
# What a kept question asks; its name and description are no part of its version.
_ASKED = ("kind", "parameters", "last_days")


def version_of(row: Model) -> str:
    """A generation: the SHA-256 of its result, "" before there is one. An external resource: what the other system
    calls its state. A report: the SHA-256 of what it asks."""
    if isinstance(row, Generation):
        result = result_of(row)
        return result.sha256 if result else ""
    if isinstance(row, ExternalResource):
        return row.version
    asked = json.dumps([getattr(row, name) for name in _ASKED], sort_keys=True, default=str)
    return hashlib.sha256(asked.encode()).hexdigest()


def result_of(generation: Generation) -> Artifact | None:
    found: Artifact | None = Artifact.objects.filter(generation=generation, role=ArtifactRole.RESULT).first()
    return found


def current(actor: Actor, threads: Iterable[Thread]) -> set[UUID]:
    """Of these threads, those that are pinned to what there is now, as far as `actor` may know of it. A query or two
    for each type of resource, however many the threads are."""
    by_type: dict[str, dict[UUID, list[Thread]]] = {}
    for thread in threads:
        by_type.setdefault(thread.resource_type, {}).setdefault(thread.resource_id, []).append(thread)
    found: set[UUID] = set()
    for type_, about in by_type.items():
        versions = _versions(actor, type_, about)
        found |= {t.pk for pk, group in about.items() for t in group if pk in versions and _fits(t, versions[pk])}
    return found


def _fits(thread: Thread, version: str) -> bool:
    """What was said before a generation had a result is about whatever it became."""
    return thread.version == version or (thread.resource_type == GENERATION and not thread.version)


def _versions(actor: Actor, type_: str, ids: Iterable[UUID]) -> dict[UUID, str]:
    """The present version by id; none for a generation of which there is a later version."""
    wanted = list(ids)
    if type_ != GENERATION:
        model = apps.get_model(registry.known(type_).model)
        return {row.pk: version_of(row) for row in model._default_manager.filter(pk__in=wanted)}
    results = Artifact.objects.filter(generation__in=wanted, role=ArtifactRole.RESULT)
    known: dict[UUID, str] = {**dict.fromkeys(wanted, ""), **dict(results.values_list("generation_id", "sha256"))}
    superseded = lineage.superseded(actor=actor, generations=wanted)
    return {pk: version for pk, version in known.items() if pk not in superseded}
