"""What must always be true of the studio's rows is a constraint, and each one refuses what would break it."""

from typing import Any
from uuid import uuid4

import pytest
from django.apps import apps
from django.db import DatabaseError, IntegrityError, connection, models, transaction
from django.utils import timezone

from ai_studio import ledger
from ai_studio.choices import Status
from ai_studio.models import (
    Artifact,
    Attempt,
    Budget,
    Collection,
    CollectionItem,
    CostRecord,
    Favourite,
    Generation,
    GenerationInput,
    GenerationTag,
    LedgerEntry,
    Price,
    PromptTemplate,
    PromptTemplateVersion,
    QueueSample,
    StudioSettings,
    UserQuota,
)
from ai_studio.services import prompt_templates
from brands.models import ApiKey
from brands.tenancy.models import BrandForeignKey, BrandOneToOneField
from brands.tenancy.scope import brand_scope
from tests import studio
from tests.factories import Tenant

# Of a brand: a reading of all queues is nobody's.
MODELS: list[Any] = [model for model in apps.get_app_config("ai_studio").get_models() if hasattr(model, "brand")]
AGO = "2026-01-02T00:00:00Z"
PRICE = {
    "provider": "nobody",
    "model": "nothing-1",
    "unit": "image",
    "unit_price_usd": "0.04",
    "valid_from": "2026-11-01",
    "source_url": "https://example.com/prices",
}
ENDED = {"completed_at": AGO, "lease_until": None, "next_step_at": None}
WAITING = {"status": Status.PENDING, "completed_at": None, "next_step_at": AGO}

# What each constraint refuses: a copy of a good row with these columns changed.
BREAKS: dict[str, tuple[Any, dict[str, Any]]] = {
    "artifact_name_once": (Artifact, {"role": "EXTRA"}),
    "artifact_one_result_one_thumbnail": (Artifact, {"name": "another.png"}),
    "artifact_role_known": (Artifact, {"role": "COVER"}),
    "artifact_sha256_hex": (Artifact, {"sha256": "A" * 64}),
    "attempt_cost_not_negative": (Attempt, {"number": 2, "cost_usd": "-0.01"}),
    "attempt_cancel_due_iff_requested": (Attempt, {"number": 2, "cancel_state": "REQUESTED"}),
    "attempt_cancel_state_known": (Attempt, {"number": 2, "cancel_state": "ASKED"}),
    "attempt_number_once": (Attempt, {}),
    "attempt_number_positive": (Attempt, {"number": 0}),
    "attempt_submit_state_known": (Attempt, {"submit_state": "LOST"}),
    "budget_month_starts_on_first": (Budget, {"month_date": "2026-03-02"}),
    "budget_not_negative": (Budget, {"reserved_usd": "-0.000001"}),
    "budget_once_per_month": (Budget, {}),
    "collection_has_name": (Collection, {"name": ""}),
    "collection_visibility_known": (Collection, {"visibility": "WORLD"}),
    "collection_item_once": (CollectionItem, {}),
    "collection_item_place_once": (CollectionItem, {"generation_id": "spare"}),
    "collection_item_position_in_range": (CollectionItem, {"generation_id": "same", "position": 5000}),
    "cost_not_negative": (CostRecord, {"amount_usd": "-0.01"}),
    "cost_source_known": (CostRecord, {"source": "GUESS"}),
    "cost_once": (CostRecord, {}),
    "favourite_once": (Favourite, {}),
    "generation_completed_has_cost": (Generation, {"status": Status.COMPLETED, **ENDED, "cost_usd": None}),
    "generation_cost_not_negative": (Generation, {"estimated_cost_usd": "-1"}),
    "generation_ended_iff_terminal": (Generation, {"status": Status.PENDING, **ENDED}),
    "generation_failed_has_code": (Generation, {"status": Status.FAILED, **ENDED, "error_code": ""}),
    "generation_has_prompt": (Generation, {"prompt": ""}),
    "generation_not_its_own_parent": (Generation, {"id": "same", "parent_id": "same", "parent_kind": "RETRY"}),
    "generation_parent_has_kind": (Generation, {"parent_kind": "RETRY"}),
    "generation_priority_in_range": (Generation, {"priority": 10}),
    "generation_progress_in_range": (Generation, {**WAITING, "progress": 101}),
    "generation_quality_known": (Generation, {"quality": "best"}),
    "generation_queue_known": (Generation, {"queue": "ai.gpu"}),
    "generation_ratio_known": (Generation, {"aspect_ratio": "21:9"}),
    "generation_moderation_known": (Generation, {"moderation": "NOBODY"}),
    "generation_template_has_version": (Generation, {"template_version": 1}),
    "input_one_mask": (GenerationInput, {"position": 2, "role": "mask"}),
    "input_position_in_range": (GenerationInput, {"position": 4}),
    "input_position_once": (GenerationInput, {}),
    "input_role_known": (GenerationInput, {"position": 1, "role": "sound"}),
    "generation_type_known": (Generation, {"type": "SOUND"}),
    "ledger_effect_once": (LedgerEntry, {}),
    "ledger_kind_known": (LedgerEntry, {"kind": "GIFT"}),
    "ledger_only_adjust_negative": (LedgerEntry, {"kind": "RELEASE", "amount_usd": "-1"}),
    "price_names_its_thing": (Price, {"unit": ""}),
    "price_not_negative": (Price, {"unit": "another", "unit_price_usd": "-0.01"}),
    "price_once": (Price, {}),
    "price_quality_known": (Price, {"quality": "best"}),
    "price_type_known": (Price, {"type": "SONG"}),
    "queue_sample_age_iff_waiting": (QueueSample, {"provider": "another", "waiting": 0}),
    "queue_sample_once": (QueueSample, {}),
    "queue_sample_queue_known": (QueueSample, {"queue": "control"}),
    "quota_month_starts_on_first": (UserQuota, {"month_date": "2026-03-02"}),
    "quota_not_negative": (UserQuota, {"spent_usd": "-1"}),
    "quota_once_per_month": (UserQuota, {}),
    "settings_limits_positive": (StudioSettings, {"monthly_budget_usd": "-1"}),
    "settings_moderation_known": (StudioSettings, {"moderation": "nobody"}),
    "settings_on_outage_known": (StudioSettings, {"moderation_on_outage": "ajar"}),
    "settings_optimizer_known": (StudioSettings, {"optimizer": "oracle"}),
    "settings_strategy_known": (StudioSettings, {"strategy": "luckiest"}),
    "settings_some_may_run": (StudioSettings, {"max_running": 0}),
    "tag_name_normalised": (GenerationTag, {"name": "Mug", "number": 2}),
    "tag_number_in_range": (GenerationTag, {"name": "another", "number": 21}),
    "tag_number_once": (GenerationTag, {"name": "another"}),
    "tag_once": (GenerationTag, {"number": 2}),
    "template_has_name_and_body": (PromptTemplate, {"name": "another", "body": ""}),
    "template_name_once_while_in_use": (PromptTemplate, {}),
    "template_type_known": (PromptTemplate, {"name": "another", "type": "SONG"}),
    "template_version_once": (PromptTemplateVersion, {}),
    "template_version_positive": (PromptTemplate, {"name": "another", "version": 0}),
}
# Never the first to refuse: the column's type holds no more, and who knows no status knows no end.
SECOND = {"generation_seed_in_range", "generation_status_known"}

UNSIGNED = [
    (model, field.column)
    for model in MODELS
    for field in model._meta.concrete_fields
    if isinstance(
        field, models.PositiveIntegerField | models.PositiveSmallIntegerField | models.PositiveBigIntegerField
    )
]
REFERENCES = [
    (model, field)
    for model in MODELS
    for field in model._meta.concrete_fields
    if isinstance(field, BrandForeignKey | BrandOneToOneField)
]


@pytest.fixture
def full(ours: Tenant, theirs: Tenant) -> Tenant:
    """Both brands have a row in every table of the studio."""
    for tenant in (ours, theirs):
        fill(tenant)
    return ours


def fill(tenant: Tenant) -> None:
    done = studio.finished(tenant, api_key=tenant.key.key)
    studio.collection(tenant, done)
    now = timezone.now()
    with brand_scope(tenant.brand):
        prompt_templates.create(actor=tenant.actor(), name="Mug", body="a mug")
        Favourite.objects.create(brand=tenant.brand, user=tenant.editor, generation=done)
        QueueSample.objects.create(
            brand=tenant.brand,
            at=now,
            queue=done.queue,
            provider=done.provider,
            oldest_seconds=1,
            **dict.fromkeys(["waiting", "active", "delayed", "completed", "failed"], 1),
        )
        for position, role in ((0, "image"), (3, "mask")):
            GenerationInput.objects.create(
                brand=tenant.brand, generation=done, artifact=done.artifacts.all()[0], position=position, role=role
            )
        GenerationTag.objects.create(brand=tenant.brand, generation=done, name="mug", number=1)
        ledger.hold(brand=tenant.brand, user_id=tenant.editor.pk, generations=[done], at=now)
        Attempt.objects.create(brand=tenant.brand, generation=done, number=1, fence=1, started_at=now)
        Price.objects.get_or_create(**PRICE)
        CostRecord.objects.create(brand=tenant.brand, generation=done, amount_usd="0.08", source="TARIFF", at=now)


def copy(tenant: Tenant, model: Any, **changes: Any) -> None:
    """Insert a row like the brand's first of `model`, but for `changes`; as the runtime role."""
    columns = [field.column for field in model._meta.concrete_fields if not field.generated]
    key = model._meta.pk.column
    new_id = uuid4()
    spare = studio.generation(tenant).pk if "spare" in changes.values() else None
    changes = {key: new_id if key == "id" else tenant.id} | {
        column: {"same": new_id, "spare": spare}.get(value, value) for column, value in changes.items()
    }
    chosen = ", ".join("%s" if column in changes else f'"{column}"' for column in columns)
    names = ", ".join(f'"{column}"' for column in columns)
    insert = f'INSERT INTO "{model._meta.db_table}" ({names}) SELECT {chosen} FROM "{model._meta.db_table}" LIMIT 1'  # noqa: S608
    with brand_scope(tenant.brand), connection.cursor() as cursor:
        cursor.execute(insert, [changes[column] for column in columns if column in changes])
        assert cursor.rowcount == 1


def test_a_row_that_breaks_the_constraint_is_refused(full: Tenant, subtests: pytest.Subtests) -> None:
    for name, (model, changes) in BREAKS.items():
        with subtests.test(name), pytest.raises(IntegrityError, match=name), transaction.atomic():
            copy(full, model, **changes)


def test_counts_are_never_negative(full: Tenant, subtests: pytest.Subtests) -> None:
    for model, column in UNSIGNED:
        refused = pytest.raises(IntegrityError, match="violates check constraint")
        with subtests.test(f"{model.__name__}.{column}"), refused, transaction.atomic():
            copy(full, model, **{column: -1})


def test_a_row_cannot_refer_to_another_brands(full: Tenant, theirs: Tenant, subtests: pytest.Subtests) -> None:
    studio.generation(theirs)  # the newest, with no cost record yet
    for model, field in REFERENCES:
        with subtests.test(f"{model.__name__}.{field.column}"):
            refers_to_another_brands(full, theirs, model, field)


def refers_to_another_brands(full: Tenant, theirs: Tenant, model: Any, field: Any) -> None:
    with brand_scope(theirs.brand):
        foreign = field.related_model.objects.values_list("pk", flat=True)[0]
    others = {
        "effect_key": "another",
        "name": "another.png",
        "parent_kind": "RETRY",
        "number": 2,
        "position": 1,
        "template_version": 1,
    }
    columns = {column.column for column in model._meta.concrete_fields}
    changes = {column: value for column, value in others.items() if column in columns}
    if field.column != "parent_id":
        changes.pop("parent_kind", None)
    if field.column != "template_id":
        changes.pop("template_version", None)
    refused = pytest.raises(IntegrityError, match=f"{model._meta.db_table}_{field.column}_brand_fk")
    with refused, transaction.atomic():
        copy(full, model, **changes, **{field.column: foreign})


def test_a_row_cannot_be_given_to_another_brand(full: Tenant, theirs: Tenant, subtests: pytest.Subtests) -> None:
    for model in MODELS:
        refused = pytest.raises(DatabaseError, match="row-level security")
        with subtests.test(model.__name__), refused, transaction.atomic():
            copy(full, model, brand_id=theirs.id)


def test_each_constraint_has_a_row_that_tries_to_break_it(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conname FROM pg_constraint WHERE conrelid::regclass::text LIKE 'ai\\_studio\\_%' "
            "AND contype IN ('c', 'u') AND conname NOT LIKE '%\\_brand\\_id\\_key'"
            "UNION SELECT c.relname FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid "
            "WHERE i.indisunique AND i.indpred IS NOT NULL AND i.indrelid::regclass::text LIKE 'ai\\_studio\\_%'"
        )
        names = {row[0] for row in cursor.fetchall()}
    unsigned = {f"{model._meta.db_table}_{column}_check" for model, column in UNSIGNED}
    assert names == set(BREAKS) | unsigned | SECOND
    assert ApiKey in {field.related_model for _, field in REFERENCES}
