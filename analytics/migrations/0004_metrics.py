import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models

import brands.tenancy.models
from brands.tenancy.operations import BrandTable


class Migration(migrations.Migration):
    dependencies = [
        ("analytics", "0003_cohorts"),
        ("brands", "0006_secrets"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Metric",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=brands.tenancy.models.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("name", models.CharField(max_length=120)),
                ("description", models.CharField(blank=True, max_length=400)),
                ("unit", models.CharField(blank=True, help_text="As USD; % shows shares as per cent.", max_length=16)),
                (
                    "subject",
                    models.CharField(
                        choices=[
                            ("COST", "COST"),
                            ("FUNNEL_STEP", "FUNNEL_STEP"),
                            ("PROVIDER_FAILURES", "PROVIDER_FAILURES"),
                            ("GENERATION_TIME", "GENERATION_TIME"),
                            ("REVENUE", "REVENUE"),
                            ("EVENTS", "EVENTS"),
                            ("PEOPLE", "PEOPLE"),
                            ("RETENTION", "RETENTION"),
                            ("OTHER", "OTHER"),
                        ],
                        default="OTHER",
                        max_length=24,
                    ),
                ),
                ("definition", models.JSONField()),
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
                "constraints": [
                    models.UniqueConstraint(
                        models.F("brand"), django.db.models.functions.text.Lower("name"), name="metric_name_once"
                    ),
                    models.CheckConstraint(condition=models.Q(("name", ""), _negated=True), name="metric_named"),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "subject__in",
                                [
                                    "COST",
                                    "FUNNEL_STEP",
                                    "PROVIDER_FAILURES",
                                    "GENERATION_TIME",
                                    "REVENUE",
                                    "EVENTS",
                                    "PEOPLE",
                                    "RETENTION",
                                    "OTHER",
                                ],
                            )
                        ),
                        name="metric_subject_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("definition__has_key", "measure"),
                            ("definition__measure__in", ["count", "people", "sum", "average", "percentile", "formula"]),
                        ),
                        name="metric_measure_known",
                    ),
                ],
            },
        ),
        BrandTable("Metric"),
    ]
