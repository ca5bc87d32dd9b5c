"""Generations, artifacts and collections in every state, without running anything."""

import secrets
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.db import connection
from django.utils import timezone

from ai_studio import artifacts
from ai_studio.choices import ArtifactRole, GenerationType, Queue, Stage, Status
from ai_studio.models import Artifact, Collection, CollectionItem, Generation
from brands.tenancy.scope import brand_scope
from tests.factories import Tenant

PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8
ENDED = {
    Status.COMPLETED: {"cost_usd": Decimal("0.08"), "progress": 100, "quality_score": Decimal("0.75")},
    Status.FAILED: {"error_code": "not_renderable", "error_message": "It cannot be drawn."},
    Status.CANCELLED: {},
}


def generation(tenant: Tenant, *, status: str = Status.PENDING, seconds: float = 2, **facts: Any) -> Generation:
    """A stored generation; ended ones ran for `seconds`. No money moves: use the service where it matters."""
    with brand_scope(tenant.brand):
        return Generation.objects.create(**_facts(tenant, status, seconds) | facts)


def generations(tenant: Tenant, count: int, **facts: Any) -> list[Generation]:
    return [generation(tenant, **facts) for _ in range(count)]


def finished(tenant: Tenant, **facts: Any) -> Generation:
    """A completed generation with its result and its thumbnail in the storage."""
    done = generation(tenant, status=Status.COMPLETED, **facts)
    artifact(done, role=ArtifactRole.RESULT, name="image.png")
    artifact(done, role=ArtifactRole.THUMBNAIL, name="thumbnail.webp", media_type="image/webp", data=b"RIFF....WEBP")
    return done


def artifact(
    made: Generation, *, role: str, name: str, media_type: str = "image/png", data: bytes = PNG, **facts: Any
) -> Artifact:
    with brand_scope(made.brand_id):
        stored = artifacts.store(brand_id=made.brand_id, name=name, media_type=media_type, data=data)
        return Artifact.objects.create(
            brand_id=made.brand_id,
            generation=made,
            role=role,
            name=name,
            media_type=media_type,
            size_bytes=stored.size_bytes,
            sha256=stored.sha256,
            storage_key=stored.storage_key,
            **facts,
        )


def collection(tenant: Tenant, *members: Generation, **facts: Any) -> Collection:
    with brand_scope(tenant.brand):
        made = Collection.objects.create(brand=tenant.brand, **{"name": "Spring", "owner": tenant.editor} | facts)
        for member in members:
            CollectionItem.objects.create(brand=tenant.brand, collection=made, generation=member)
    return made


def rows_of_every_table(*tenants: Tenant) -> dict[str, int]:
    """How many rows each table has, of these brands and of none; row security tells whose a row is."""
    count = "SELECT '{0}', count(*) FROM \"{0}\""
    union = " UNION ALL ".join(count.format(model._meta.db_table) for model in apps.get_models())
    counts = {}
    for tenant in tenants:
        with brand_scope(tenant.brand), connection.cursor() as cursor:
            cursor.execute(union)
            counts |= {f"{tenant.brand.name} {table}": rows for table, rows in cursor.fetchall()}
    return counts


def _facts(tenant: Tenant, status: str, seconds: float) -> dict[str, Any]:
    now = timezone.now()
    facts: dict[str, Any] = {
        "brand": tenant.brand,
        "user": tenant.editor,
        "type": GenerationType.IMAGE_2D,
        "prompt": "a red mug",
        "seed": secrets.randbelow(2**31),
        "provider": "local",
        "model": "atelier-local-1",
        "queue": Queue.RENDER,
        "status": status,
        "created_at": now,
        "deadline_at": now + timedelta(hours=1),
        "estimated_cost_usd": Decimal("0.08"),
    }
    if status not in ENDED:
        return facts | {"next_step_at": now}
    began = now - timedelta(seconds=seconds)
    times = {"started_at": began, "claimed_at": began, "completed_at": now, "stage": Stage.DONE}
    return facts | times | ENDED[Status(status)]


def url(tenant: Tenant, path: str) -> str:
    return f"{tenant.url}ai/{path}"
