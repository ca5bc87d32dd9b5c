import django.db.models.deletion
import django.db.models.functions.text
import django.db.models.lookups
from django.conf import settings
from django.db import migrations, models

import brands.tenancy.models
from brands.tenancy.operations import BrandTable

# A member is somebody of the same brand.
PERSON_KEY = """
ALTER TABLE analytics_segmentmember ADD CONSTRAINT segment_member_person_fk
    FOREIGN KEY (brand_id, person) REFERENCES analytics_person (brand_id, number) DEFERRABLE INITIALLY IMMEDIATE;
"""
NO_PERSON_KEY = "ALTER TABLE analytics_segmentmember DROP CONSTRAINT segment_member_person_fk"


class Migration(migrations.Migration):
    dependencies = [
        ("analytics", "0006_reading"),
        ("brands", "0006_secrets"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Segment",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=brands.tenancy.models.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("name", models.CharField(max_length=120)),
                ("description", models.CharField(blank=True, db_default="", default="", max_length=1000)),
                (
                    "kind",
                    models.CharField(
                        choices=[("DYNAMIC", "Whoever meets its criteria"), ("STATIC", "Whoever was put in")],
                        max_length=8,
                    ),
                ),
                ("criteria", models.JSONField(blank=True, null=True)),
                (
                    "people",
                    models.PositiveBigIntegerField(
                        db_default=0, default=0, help_text="As many as it has, merged ones once."
                    ),
                ),
                ("build", models.PositiveBigIntegerField(db_default=0, default=0)),
                ("version", models.BigIntegerField(help_text="Of the brand's events, when it was built.", null=True)),
                ("made_of", models.CharField(blank=True, db_default="", default="", max_length=64)),
                ("built_at", models.DateTimeField(null=True)),
                ("due_at", models.DateTimeField(help_text="When beat looks at it again.")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                (
                    "brand",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="brands.brand"
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SegmentMember",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "brand_id",
                        "segment_id",
                        "person",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("person", models.BigIntegerField()),
                (
                    "brand",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="brands.brand",
                    ),
                ),
                (
                    "segment",
                    brands.tenancy.models.BrandForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="analytics.segment",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="AnalyticsReport",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=brands.tenancy.models.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("name", models.CharField(max_length=120)),
                ("description", models.CharField(blank=True, db_default="", default="", max_length=1000)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("FUNNEL", "A funnel's result"),
                            ("FUNNEL_TREND", "A funnel's conversion over time"),
                            ("FUNNEL_TIMES", "How long people take through a funnel"),
                            ("RETENTION", "Who comes back"),
                            ("COHORTS", "What became of those who came together"),
                            ("METRIC", "A metric's values"),
                            ("CORRELATIONS", "Which metrics move together"),
                        ],
                        max_length=16,
                    ),
                ),
                ("parameters", models.JSONField(blank=True, default=dict)),
                ("last_days", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                (
                    "brand",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="brands.brand"
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "verbose_name": "report",
                "constraints": [
                    models.UniqueConstraint(
                        models.F("brand"), django.db.models.functions.text.Lower("name"), name="report_name_once"
                    ),
                    models.CheckConstraint(condition=models.Q(("name", ""), _negated=True), name="report_named"),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                [
                                    "FUNNEL",
                                    "FUNNEL_TREND",
                                    "FUNNEL_TIMES",
                                    "RETENTION",
                                    "COHORTS",
                                    "METRIC",
                                    "CORRELATIONS",
                                ],
                            )
                        ),
                        name="report_kind_known",
                    ),
                    models.CheckConstraint(
                        condition=django.db.models.lookups.Exact(
                            models.Func("parameters", function="jsonb_typeof", output_field=models.CharField()),
                            "object",
                        ),
                        name="report_parameters_by_name",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("kind__in", ("FUNNEL", "FUNNEL_TREND", "FUNNEL_TIMES")),
                                ("parameters__has_key", "funnel"),
                            ),
                            models.Q(("kind", "METRIC"), ("parameters__has_key", "metric")),
                            models.Q(("kind__in", ["FUNNEL", "FUNNEL_TREND", "FUNNEL_TIMES", "METRIC"]), _negated=True),
                            _connector="OR",
                        ),
                        name="report_about_something",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("last_days", None),
                            models.Q(
                                ("last_days__range", (1, 4000)),
                                models.Q(("parameters__has_any_keys", ["from", "to"]), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="report_range_relative_or_fixed",
                    ),
                ],
            },
        ),
        migrations.AddIndex(
            model_name="segment",
            index=models.Index(fields=["due_at"], name="segment_by_due"),
        ),
        migrations.AddConstraint(
            model_name="segment",
            constraint=models.UniqueConstraint(
                models.F("brand"), django.db.models.functions.text.Lower("name"), name="segment_name_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="segment",
            constraint=models.CheckConstraint(condition=models.Q(("name", ""), _negated=True), name="segment_named"),
        ),
        migrations.AddConstraint(
            model_name="segment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("criteria__isnull", True), ("kind", "STATIC")),
                    models.Q(
                        django.db.models.lookups.Exact(
                            models.Func("criteria", function="jsonb_typeof", output_field=models.CharField()), "object"
                        ),
                        ("criteria__isnull", False),
                        ("kind", "DYNAMIC"),
                    ),
                    _connector="OR",
                ),
                name="segment_criteria_if_dynamic",
            ),
        ),
        migrations.AddConstraint(
            model_name="segment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("built_at", None), ("people", 0), ("version", None)),
                    models.Q(("built_at__isnull", False), ("version__gte", 0)),
                    _connector="OR",
                ),
                name="segment_built_of_something",
            ),
        ),
        BrandTable("Segment"),
        BrandTable("SegmentMember"),
        BrandTable("AnalyticsReport"),
        migrations.RunSQL(PERSON_KEY, NO_PERSON_KEY),
    ]
