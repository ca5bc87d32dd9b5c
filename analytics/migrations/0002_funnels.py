import django.db.models.deletion
import django.db.models.lookups
from django.conf import settings
from django.db import migrations, models

import brands.tenancy.models
from brands.tenancy.operations import BrandTable


class Migration(migrations.Migration):
    dependencies = [
        ("analytics", "0001_events"),
        ("brands", "0006_secrets"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Funnel",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=brands.tenancy.models.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("name", models.CharField(max_length=120)),
                ("description", models.CharField(blank=True, db_default="", default="", max_length=1000)),
                ("steps", models.JSONField()),
                ("exclusions", models.JSONField(blank=True, default=list)),
                (
                    "order",
                    models.CharField(
                        choices=[
                            ("ORDERED", "One after the other, others may come between"),
                            ("STRICT", "One after the other, no other event between"),
                            ("UNORDERED", "In any order"),
                        ],
                        default="ORDERED",
                        max_length=12,
                    ),
                ),
                (
                    "entry",
                    models.CharField(
                        choices=[
                            ("ANY", "Each first-step event opens an attempt"),
                            ("FIRST", "Only a person's first one does"),
                        ],
                        default="ANY",
                        max_length=8,
                    ),
                ),
                ("window_seconds", models.PositiveIntegerField()),
                ("tolerance_ms", models.PositiveIntegerField(default=0)),
                (
                    "exclusion_mode",
                    models.CharField(
                        choices=[
                            ("DROP_USER", "The person leaves the funnel"),
                            ("RESET", "The attempt begins anew"),
                            ("STOP_AT", "The attempt ends there"),
                        ],
                        default="DROP_USER",
                        max_length=12,
                    ),
                ),
                (
                    "breakdown",
                    models.CharField(blank=True, default="", help_text="A property, or nothing.", max_length=200),
                ),
                (
                    "attribution",
                    models.CharField(
                        choices=[
                            ("FIRST", "The value at the first step"),
                            ("LAST", "The value at the last step reached"),
                            ("STEP", "The value at a given step"),
                            ("ALL", "Every step must have the same value"),
                        ],
                        default="FIRST",
                        max_length=8,
                    ),
                ),
                ("attribution_step", models.PositiveSmallIntegerField(default=0, help_text="For STEP: which, from 0.")),
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
                    models.CheckConstraint(condition=models.Q(("name", ""), _negated=True), name="funnel_has_name"),
                    models.UniqueConstraint(fields=("brand", "name"), name="funnel_name_once"),
                    models.CheckConstraint(
                        condition=models.Q(("window_seconds__gte", 1), ("window_seconds__lte", 31622400)),
                        name="funnel_window_in_range",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            django.db.models.lookups.GreaterThanOrEqual(
                                models.Func("steps", function="jsonb_array_length", output_field=models.IntegerField()),
                                2,
                            ),
                            django.db.models.lookups.LessThanOrEqual(
                                models.Func("steps", function="jsonb_array_length", output_field=models.IntegerField()),
                                20,
                            ),
                        ),
                        name="funnel_has_2_to_20_steps",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("order__in", ["ORDERED", "STRICT", "UNORDERED"]),
                            ("entry__in", ["ANY", "FIRST"]),
                            ("exclusion_mode__in", ["DROP_USER", "RESET", "STOP_AT"]),
                            ("attribution__in", ["FIRST", "LAST", "STEP", "ALL"]),
                        ),
                        name="funnel_choices_known",
                    ),
                ],
            },
        ),
        BrandTable("Funnel"),
    ]
