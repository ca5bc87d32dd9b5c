import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import brands.tenancy.models
from brands.tenancy.operations import AppendOnly, BrandTable

TABLES = (
    "Review", "ReviewRound", "ReviewItem", "ReviewStep", "ReviewRequirement", "ReviewReviewer", "ReviewDecision",
)  # fmt: skip

# What is frozen of a generation is an artifact of it, with its very hash.
ITEM_IS_TRUE = """
CREATE FUNCTION collaboration_review_item_is_true() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM collaboration_reviewround
                   WHERE brand_id = NEW.brand_id AND id = NEW.round_id AND review_id = NEW.review_id) THEN
        RAISE EXCEPTION 'the round is of another review'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'review_item_of_its_round';
    END IF;
    IF NEW.resource_type = 'AI_GENERATION' AND NOT EXISTS (
        SELECT 1 FROM ai_studio_artifact
        WHERE brand_id = NEW.brand_id AND id = NEW.artifact_id AND generation_id = NEW.resource_id
            AND sha256 = NEW.sha256
    ) THEN
        RAISE EXCEPTION 'no artifact of this generation has this hash'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'review_item_is_true';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER review_item_is_true BEFORE INSERT ON collaboration_reviewitem
    FOR EACH ROW EXECUTE FUNCTION collaboration_review_item_is_true();
"""
NO_ITEM_IS_TRUE = """
DROP TRIGGER review_item_is_true ON collaboration_reviewitem;
DROP FUNCTION collaboration_review_item_is_true();
"""

# A decision is about the present round of an open review, in a step that is open, and names the items' hash.
DECISION_IS_DUE = """
CREATE FUNCTION collaboration_review_decision_is_due() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM collaboration_review v
        JOIN collaboration_reviewround r
            ON r.brand_id = v.brand_id AND r.review_id = v.id AND r.number = v.round AND r.outcome = ''
        JOIN collaboration_reviewstep s ON s.brand_id = v.brand_id AND s.review_id = v.id
        WHERE v.brand_id = NEW.brand_id AND v.id = NEW.review_id AND v.status = 'OPEN'
            AND r.id = NEW.round_id AND r.sha256 = NEW.sha256
            AND s.id = NEW.step_id AND s.opened_round = v.round AND s.completed_round < v.round
    ) THEN
        RAISE EXCEPTION 'nobody is asked for this decision'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'review_decision_is_due';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER review_decision_is_due BEFORE INSERT ON collaboration_reviewdecision
    FOR EACH ROW EXECUTE FUNCTION collaboration_review_decision_is_due();
"""
NO_DECISION_IS_DUE = """
DROP TRIGGER review_decision_is_due ON collaboration_reviewdecision;
DROP FUNCTION collaboration_review_decision_is_due();
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("ai_studio", "0014_distinct_id"),
        ("brands", "0007_permissions"),
        ("collaboration", "0003_shares"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Review",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=brands.tenancy.models.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("title", models.CharField(max_length=160)),
                ("description", models.CharField(blank=True, max_length=4000)),
                ("requested_at", models.DateTimeField()),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("OPEN", "Open"),
                            ("APPROVED", "Approved"),
                            ("CHANGES_REQUESTED", "Changes Requested"),
                            ("CANCELLED", "Cancelled"),
                        ],
                        default="OPEN",
                        max_length=20,
                    ),
                ),
                ("round", models.PositiveIntegerField(default=1, help_text="The number of its present round.")),
                (
                    "is_sequential",
                    models.BooleanField(default=True, help_text="A step opens when the one before is complete."),
                ),
                (
                    "follows_versions",
                    models.BooleanField(default=True, help_text="A completed version of an item asks again by itself."),
                ),
                ("due_at", models.DateTimeField(blank=True, null=True)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "brand",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="brands.brand"
                    ),
                ),
                (
                    "requested_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ReviewRound",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=brands.tenancy.models.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("REQUESTED", "Requested"),
                            ("NEW_VERSION", "New Version"),
                            ("ASKED_AGAIN", "Asked Again"),
                        ],
                        max_length=12,
                    ),
                ),
                ("asked_at", models.DateTimeField()),
                ("sha256", models.CharField(max_length=64)),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("APPROVED", "Approved"),
                            ("CHANGES_REQUESTED", "Changes Requested"),
                            ("SUPERSEDED", "Superseded"),
                            ("CANCELLED", "Cancelled"),
                        ],
                        help_text="Empty: it runs.",
                        max_length=20,
                    ),
                ),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "brand",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="brands.brand"
                    ),
                ),
                (
                    "review",
                    brands.tenancy.models.BrandForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rounds",
                        to="collaboration.review",
                    ),
                ),
            ],
            options={
                "ordering": ["number"],
            },
        ),
        migrations.CreateModel(
            name="ReviewItem",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=brands.tenancy.models.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("position", models.PositiveSmallIntegerField()),
                ("resource_type", models.CharField(max_length=40)),
                ("resource_id", models.UUIDField()),
                ("title", models.CharField(max_length=200)),
                ("version", models.CharField(blank=True, max_length=80)),
                ("artifact_id", models.UUIDField(blank=True, null=True)),
                ("media_type", models.CharField(blank=True, max_length=80)),
                ("size_bytes", models.PositiveBigIntegerField(blank=True, null=True)),
                ("sha256", models.CharField(max_length=64)),
                ("facts", models.JSONField()),
                ("cost_usd", models.DecimalField(blank=True, decimal_places=6, max_digits=14, null=True)),
                ("frozen_at", models.DateTimeField()),
                (
                    "brand",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="brands.brand"
                    ),
                ),
                (
                    "review",
                    brands.tenancy.models.BrandForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="items",
                        to="collaboration.review",
                    ),
                ),
                (
                    "round",
                    brands.tenancy.models.BrandForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="items",
                        to="collaboration.reviewround",
                    ),
                ),
            ],
            options={
                "ordering": ["position"],
            },
        ),
        migrations.CreateModel(
            name="ReviewStep",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=brands.tenancy.models.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("number", models.PositiveSmallIntegerField()),
                ("name", models.CharField(blank=True, max_length=80)),
                ("min_approvals", models.PositiveSmallIntegerField(default=1)),
                (
                    "guests_decide",
                    models.BooleanField(
                        default=False,
                        help_text="Guests whose link lets them decide count as reviewers, all of one link as one.",
                    ),
                ),
                ("due_at", models.DateTimeField(blank=True, help_text="Empty: when the review is due.", null=True)),
                ("opened_round", models.PositiveIntegerField(default=0)),
                ("opened_at", models.DateTimeField(blank=True, null=True)),
                ("completed_round", models.PositiveIntegerField(default=0)),
                ("completed_at", models.DateTimeField(blank=True, null=True)),
                ("due_soon_told_for", models.DateTimeField(blank=True, null=True)),
                ("overdue_told_for", models.DateTimeField(blank=True, null=True)),
                (
                    "brand",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="brands.brand"
                    ),
                ),
                (
                    "review",
                    brands.tenancy.models.BrandForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="steps",
                        to="collaboration.review",
                    ),
                ),
            ],
            options={
                "ordering": ["number"],
            },
        ),
        migrations.CreateModel(
            name="ReviewReviewer",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=brands.tenancy.models.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "brand",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="brands.brand"
                    ),
                ),
                (
                    "group",
                    brands.tenancy.models.BrandForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="brands.group",
                    ),
                ),
                (
                    "membership",
                    brands.tenancy.models.BrandForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="brands.membership",
                    ),
                ),
                (
                    "step",
                    brands.tenancy.models.BrandForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reviewers",
                        to="collaboration.reviewstep",
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="ReviewRequirement",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=brands.tenancy.models.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("ROLE", "Role"), ("CUSTOM_ROLE", "Custom Role"), ("GROUP", "Group")], max_length=12
                    ),
                ),
                (
                    "role",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("OWNER", "Owner"),
                            ("ADMIN", "Admin"),
                            ("EDITOR", "Editor"),
                            ("REVIEWER", "Reviewer"),
                            ("VIEWER", "Viewer"),
                            ("ANALYST", "Analyst"),
                        ],
                        max_length=16,
                    ),
                ),
                ("label", models.CharField(help_text="Its name when it was required.", max_length=60)),
                (
                    "brand",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="brands.brand"
                    ),
                ),
                (
                    "custom_role",
                    brands.tenancy.models.BrandForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="brands.customrole",
                    ),
                ),
                (
                    "group",
                    brands.tenancy.models.BrandForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="brands.group",
                    ),
                ),
                (
                    "step",
                    brands.tenancy.models.BrandForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="requirements",
                        to="collaboration.reviewstep",
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="ReviewDecision",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=brands.tenancy.models.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("guest_session_id", models.UUIDField(blank=True, null=True)),
                ("guest_link_id", models.UUIDField(blank=True, null=True)),
                ("guest_name", models.CharField(blank=True, max_length=80)),
                (
                    "verdict",
                    models.CharField(
                        choices=[("APPROVE", "Approve"), ("REQUEST_CHANGES", "Request Changes")], max_length=16
                    ),
                ),
                ("comment", models.CharField(blank=True, max_length=4000)),
                ("sha256", models.CharField(help_text="Of the round's items.", max_length=64)),
                ("capacity", models.CharField(blank=True, max_length=120)),
                (
                    "met",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.UUIDField(), blank=True, default=list, size=None
                    ),
                ),
                ("at", models.DateTimeField()),
                (
                    "brand",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="brands.brand"
                    ),
                ),
                (
                    "review",
                    brands.tenancy.models.BrandForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="decisions",
                        to="collaboration.review",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "round",
                    brands.tenancy.models.BrandForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="decisions",
                        to="collaboration.reviewround",
                    ),
                ),
                (
                    "step",
                    brands.tenancy.models.BrandForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="decisions",
                        to="collaboration.reviewstep",
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.AddIndex(
            model_name="review",
            index=models.Index(fields=["brand", "status", "-id"], name="review_by_status"),
        ),
        migrations.AddIndex(
            model_name="review",
            index=models.Index(fields=["brand", "requested_by", "-id"], name="review_by_requester"),
        ),
        migrations.AddIndex(
            model_name="review",
            index=models.Index(condition=models.Q(("status", "OPEN")), fields=["brand", "due_at"], name="review_due"),
        ),
        migrations.AddConstraint(
            model_name="review",
            constraint=models.CheckConstraint(
                condition=models.Q(("title", ""), _negated=True), name="review_has_title"
            ),
        ),
        migrations.AddConstraint(
            model_name="review",
            constraint=models.CheckConstraint(
                condition=models.Q(("status__in", ["OPEN", "APPROVED", "CHANGES_REQUESTED", "CANCELLED"])),
                name="review_status_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="review",
            constraint=models.CheckConstraint(condition=models.Q(("round__gt", 0)), name="review_round_positive"),
        ),
        migrations.AddConstraint(
            model_name="review",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_at", None), ("status", "OPEN")),
                    models.Q(models.Q(("status", "OPEN"), _negated=True), ("ended_at__isnull", False)),
                    _connector="OR",
                ),
                name="review_ended_iff_not_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="reviewround",
            constraint=models.UniqueConstraint(fields=("brand", "review", "number"), name="review_round_once"),
        ),
        migrations.AddConstraint(
            model_name="reviewround",
            constraint=models.UniqueConstraint(
                condition=models.Q(("outcome", "")), fields=("brand", "review"), name="review_one_round_at_a_time"
            ),
        ),
        migrations.AddConstraint(
            model_name="reviewround",
            constraint=models.CheckConstraint(
                condition=models.Q(("number__gt", 0)), name="review_round_number_positive"
            ),
        ),
        migrations.AddConstraint(
            model_name="reviewround",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason__in", ["REQUESTED", "NEW_VERSION", "ASKED_AGAIN"])),
                name="review_round_reason_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="reviewround",
            constraint=models.CheckConstraint(
                condition=models.Q(("outcome__in", ["", "APPROVED", "CHANGES_REQUESTED", "SUPERSEDED", "CANCELLED"])),
                name="review_outcome_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="reviewround",
            constraint=models.CheckConstraint(
                condition=models.Q(("sha256__regex", "^[0-9a-f]{64}$")), name="review_round_sha256_hex"
            ),
        ),
        migrations.AddConstraint(
            model_name="reviewround",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_at", None), ("outcome", "")),
                    models.Q(models.Q(("outcome", ""), _negated=True), ("ended_at__isnull", False)),
                    _connector="OR",
                ),
                name="review_round_ended_iff_outcome",
            ),
        ),
        migrations.AddIndex(
            model_name="reviewitem",
            index=models.Index(fields=["brand", "resource_type", "resource_id"], name="review_item_by_resource"),
        ),
        migrations.AddConstraint(
            model_name="reviewitem",
            constraint=models.UniqueConstraint(fields=("brand", "round", "position"), name="review_item_place_once"),
        ),
        migrations.AddConstraint(
            model_name="reviewitem",
            constraint=models.UniqueConstraint(
                fields=("brand", "round", "resource_type", "resource_id"), name="review_item_once_in_round"
            ),
        ),
        migrations.AddConstraint(
            model_name="reviewitem",
            constraint=models.CheckConstraint(
                condition=models.Q(("position__lt", 50)), name="review_item_position_in_range"
            ),
        ),
        migrations.AddConstraint(
            model_name="reviewitem",
            constraint=models.CheckConstraint(
                condition=models.Q(("resource_type", ""), _negated=True), name="review_item_has_resource"
            ),
        ),
        migrations.AddConstraint(
            model_name="reviewitem",
            constraint=models.CheckConstraint(
                condition=models.Q(("sha256__regex", "^[0-9a-f]{64}$")), name="review_item_sha256_hex"
            ),
        ),
        migrations.AddConstraint(
            model_name="reviewitem",
            constraint=models.CheckConstraint(
                condition=models.Q(("cost_usd", None), ("cost_usd__gte", 0), _connector="OR"), name="review_item_cost"
            ),
        ),
        migrations.AddConstraint(
            model_name="reviewitem",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("resource_type", "AI_GENERATION"), _negated=True),
                    models.Q(("artifact_id__isnull", False), ("cost_usd__isnull", False)),
                    _connector="OR",
                ),
                name="review_item_generation_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="reviewstep",
            constraint=models.UniqueConstraint(fields=("brand", "review", "number"), name="review_step_once"),
        ),
        migrations.AddConstraint(
            model_name="reviewstep",
            constraint=models.CheckConstraint(
                condition=models.Q(("number__range", (1, 10))), name="review_step_number_in_range"
            ),
        ),
        migrations.AddConstraint(
            model_name="reviewstep",
            constraint=models.CheckConstraint(
                condition=models.Q(("min_approvals__gt", 0)), name="review_step_needs_approval"
            ),
        ),
        migrations.AddConstraint(
            model_name="reviewstep",
            constraint=models.CheckConstraint(
                condition=models.Q(("completed_round__lte", models.F("opened_round"))),
                name="review_step_opened_before_completed",
            ),
        ),
        migrations.AddConstraint(
            model_name="reviewreviewer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("group__isnull", False), ("membership", None)),
                    models.Q(("group", None), ("membership__isnull", False)),
                    _connector="OR",
                ),
                name="reviewer_member_or_group",
            ),
        ),
        migrations.AddConstraint(
            model_name="reviewreviewer",
            constraint=models.UniqueConstraint(
                condition=models.Q(("group", None)), fields=("brand", "step", "membership"), name="reviewer_member_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="reviewreviewer",
            constraint=models.UniqueConstraint(
                condition=models.Q(("membership", None)), fields=("brand", "step", "group"), name="reviewer_group_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="reviewrequirement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("custom_role", None),
                        ("group", None),
                        ("kind", "ROLE"),
                        ("role__in", ["OWNER", "ADMIN", "EDITOR", "REVIEWER", "VIEWER", "ANALYST"]),
                    ),
                    models.Q(("group", None), ("kind", "CUSTOM_ROLE"), ("role", "")),
                    models.Q(("custom_role", None), ("kind", "GROUP"), ("role", "")),
                    _connector="OR",
                ),
                name="review_requirement_one_kind",
            ),
        ),
        migrations.AddIndex(
            model_name="reviewdecision",
            index=models.Index(fields=["brand", "review", "id"], name="review_decision_by_review"),
        ),
        migrations.AddConstraint(
            model_name="reviewdecision",
            constraint=models.UniqueConstraint(
                condition=models.Q(("user__isnull", False)),
                fields=("brand", "round", "step", "user"),
                name="review_decision_once_by_member",
            ),
        ),
        migrations.AddConstraint(
            model_name="reviewdecision",
            constraint=models.UniqueConstraint(
                condition=models.Q(("guest_session_id__isnull", False)),
                fields=("brand", "round", "step", "guest_session_id"),
                name="review_decision_once_by_guest",
            ),
        ),
        migrations.AddConstraint(
            model_name="reviewdecision",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("guest_link_id", None), ("guest_session_id", None), ("user__isnull", False)),
                    models.Q(("guest_link_id__isnull", False), ("guest_session_id__isnull", False), ("user", None)),
                    _connector="OR",
                ),
                name="review_decision_has_one_maker",
            ),
        ),
        migrations.AddConstraint(
            model_name="reviewdecision",
            constraint=models.CheckConstraint(
                condition=models.Q(("verdict__in", ["APPROVE", "REQUEST_CHANGES"])),
                name="review_decision_verdict_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="reviewdecision",
            constraint=models.CheckConstraint(
                condition=models.Q(("verdict", "APPROVE"), models.Q(("comment", ""), _negated=True), _connector="OR"),
                name="review_changes_need_words",
            ),
        ),
        migrations.AddConstraint(
            model_name="reviewdecision",
            constraint=models.CheckConstraint(
                condition=models.Q(("sha256__regex", "^[0-9a-f]{64}$")), name="review_decision_sha256_hex"
            ),
        ),
        *(BrandTable(name) for name in TABLES),
        AppendOnly("ReviewItem"),
        AppendOnly("ReviewDecision"),
        migrations.RunSQL(ITEM_IS_TRUE, NO_ITEM_IS_TRUE),
        migrations.RunSQL(DECISION_IS_DUE, NO_DECISION_IS_DUE),
    ]
