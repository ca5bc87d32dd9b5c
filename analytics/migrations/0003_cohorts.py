import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models

import brands.tenancy.models
from brands.tenancy.operations import BrandTable


class Migration(migrations.Migration):
    dependencies = [
        ("analytics", "0002_funnels"),
        ("brands", "0006_secrets"),
    ]

    operations = [
        migrations.CreateModel(
            name="CohortBuild",
            fields=[
                (
                    "brand",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="brands.brand",
                    ),
                ),
                ("version", models.BigIntegerField()),
                ("timezone", models.CharField(max_length=64)),
                ("currency", models.CharField(max_length=3)),
                ("known_date", models.DateField()),
                ("built_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("version__gte", 0)), name="cohort_build_version_not_negative"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="AnalyticsCohort",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=brands.tenancy.models.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "grain",
                    models.CharField(
                        choices=[
                            ("DAY", "Who came on the same day"),
                            ("WEEK", "Who came in the same week"),
                            ("MONTH", "Who came in the same month"),
                        ],
                        max_length=5,
                    ),
                ),
                ("start_date", models.DateField()),
                ("period_days", models.PositiveSmallIntegerField()),
                ("matures_date", models.DateField()),
                ("known_date", models.DateField(help_text="Everything before this day was known.")),
                ("people", models.PositiveIntegerField()),
                ("complete", models.BooleanField(help_text="Nobody can join it any more.")),
                (
                    "seen",
                    models.PositiveIntegerField(
                        help_text="Who was there again. Null with a retention: estimated.", null=True
                    ),
                ),
                ("retention", models.FloatField(null=True)),
                ("retention_low", models.FloatField(null=True)),
                ("retention_high", models.FloatField(null=True)),
                ("revenue", models.DecimalField(decimal_places=6, max_digits=24, null=True)),
                ("ltv", models.DecimalField(decimal_places=6, max_digits=24, null=True)),
                ("ltv_low", models.DecimalField(decimal_places=6, max_digits=24, null=True)),
                ("ltv_high", models.DecimalField(decimal_places=6, max_digits=24, null=True)),
                ("cost", models.DecimalField(decimal_places=6, max_digits=24, null=True)),
                ("margin", models.DecimalField(decimal_places=6, max_digits=24, null=True)),
                (
                    "retention_trend",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("UP", "A test says so, and the change is large enough"),
                            ("DOWN", "A test says so, and the change is large enough"),
                            ("STABLE", "No test says otherwise, or the change is small"),
                        ],
                        max_length=6,
                    ),
                ),
                ("retention_change", models.FloatField(null=True)),
                ("retention_p", models.FloatField(null=True)),
                (
                    "ltv_trend",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("UP", "A test says so, and the change is large enough"),
                            ("DOWN", "A test says so, and the change is large enough"),
                            ("STABLE", "No test says otherwise, or the change is small"),
                        ],
                        max_length=6,
                    ),
                ),
                ("ltv_change", models.FloatField(null=True)),
                ("ltv_p", models.FloatField(null=True)),
                (
                    "brand",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="brands.brand"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("brand", "grain", "start_date", "period_days"), name="cohort_once"),
                    models.CheckConstraint(
                        condition=models.Q(("grain__in", ["DAY", "WEEK", "MONTH"])), name="cohort_grain_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("period_days__in", (7, 30, 90, 180, 365))), name="cohort_period_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("known_date__lt", models.F("matures_date")), ("revenue", None)),
                            models.Q(("known_date__gte", models.F("matures_date")), ("revenue__isnull", False)),
                            _connector="OR",
                        ),
                        name="cohort_immature_is_null",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("revenue__isnull", False),
                            models.Q(
                                ("cost", None),
                                ("ltv", None),
                                ("ltv_high", None),
                                ("ltv_low", None),
                                ("margin", None),
                                ("seen", None),
                            ),
                            _connector="OR",
                        ),
                        name="cohort_says_nothing_before_it_matures",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("seen", None),
                            models.Q(("retention__isnull", False), ("seen__lte", models.F("people"))),
                            _connector="OR",
                        ),
                        name="cohort_seen_of_people",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("cost", None), ("margin", None)),
                            models.Q(
                                ("cost__isnull", False),
                                (
                                    "margin",
                                    django.db.models.expressions.CombinedExpression(
                                        models.F("revenue"), "-", models.F("cost")
                                    ),
                                ),
                                ("margin__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="cohort_margin_adds_up",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                models.Q(("retention", None), ("retention_high", None), ("retention_low", None)),
                                models.Q(
                                    ("retention__isnull", False),
                                    ("retention_high__gte", models.F("retention")),
                                    ("retention_high__isnull", False),
                                    ("retention_low__isnull", False),
                                    ("retention_low__lte", models.F("retention")),
                                ),
                                _connector="OR",
                            ),
                            models.Q(
                                ("retention", None),
                                models.Q(("retention_high__lte", 1), ("retention_low__gte", 0)),
                                _connector="OR",
                            ),
                        ),
                        name="cohort_retention_within_interval",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ltv_high", None), ("ltv_low", None)),
                            models.Q(
                                ("ltv__isnull", False),
                                ("ltv_high__gte", models.F("ltv")),
                                ("ltv_high__isnull", False),
                                ("ltv_low__isnull", False),
                                ("ltv_low__lte", models.F("ltv")),
                            ),
                            _connector="OR",
                        ),
                        name="cohort_ltv_within_interval",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ltv_trend__in", ["", "UP", "DOWN", "STABLE"]),
                            ("retention_trend__in", ["", "UP", "DOWN", "STABLE"]),
                        ),
                        name="cohort_trend_known",
                    ),
                ],
            },
        ),
        BrandTable("CohortBuild"),
        BrandTable("AnalyticsCohort"),
    ]
