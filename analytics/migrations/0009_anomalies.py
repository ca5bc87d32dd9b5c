import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import brands.tenancy.models
from brands.tenancy.operations import BrandTable


class Migration(migrations.Migration):
    dependencies = [
        ("analytics", "0008_studio_events"),
        ("brands", "0006_secrets"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Anomaly",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=brands.tenancy.models.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "interval",
                    models.CharField(
                        choices=[("HOUR", "Hour"), ("DAY", "Day"), ("WEEK", "Week"), ("MONTH", "Month")], max_length=5
                    ),
                ),
                ("period_start", models.DateTimeField()),
                ("period_end", models.DateTimeField()),
                (
                    "detector",
                    models.CharField(
                        choices=[
                            ("MAD", "Median and median deviation"),
                            ("ZSCORE", "Mean and standard deviation"),
                            ("IQR", "Quartiles"),
                        ],
                        max_length=24,
                    ),
                ),
                ("observed", models.FloatField()),
                ("expected", models.FloatField()),
                ("low", models.FloatField()),
                ("high", models.FloatField()),
                (
                    "spreads",
                    models.FloatField(
                        help_text="So many deviations from what was usual. Null: it never varied.", null=True
                    ),
                ),
                ("severity", models.CharField(choices=[("MEDIUM", "Medium"), ("HIGH", "High")], max_length=6)),
                (
                    "direction",
                    models.CharField(
                        choices=[("ABOVE", "Above what was expected"), ("BELOW", "Below what was expected")],
                        max_length=5,
                    ),
                ),
                ("root_cause", models.JSONField(null=True)),
                ("suggested_action", models.CharField(max_length=600)),
                ("found_at", models.DateTimeField()),
                (
                    "judged_at",
                    models.DateTimeField(help_text="When its numbers were last looked at and found to be others."),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("OPEN", "Open"),
                            ("ACKNOWLEDGED", "Acknowledged"),
                            ("MUTED", "Muted"),
                            ("RESOLVED", "Resolved"),
                        ],
                        default="OPEN",
                        max_length=12,
                    ),
                ),
                ("status_at", models.DateTimeField()),
                ("reason", models.CharField(blank=True, help_text="Of its status.", max_length=400)),
                ("muted_until", models.DateTimeField(null=True)),
            ],
            options={
                "verbose_name_plural": "anomalies",
            },
        ),
        migrations.AddField(
            model_name="metric",
            name="watch_breakdowns",
            field=models.JSONField(
                blank=True,
                db_default=models.Value([], models.JSONField()),
                default=list,
                help_text="Properties that may explain an anomaly. None: those that its events have.",
            ),
        ),
        migrations.AddField(
            model_name="metric",
            name="watch_checked_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="metric",
            name="watch_detector",
            field=models.CharField(
                choices=[
                    ("MAD", "Median and median deviation"),
                    ("ZSCORE", "Mean and standard deviation"),
                    ("IQR", "Quartiles"),
                ],
                db_default="ZSCORE",
                default="ZSCORE",
                max_length=24,
            ),
        ),
        migrations.AddField(
            model_name="metric",
            name="watch_due_at",
            field=models.DateTimeField(help_text="When the period that runs ends. Null: now.", null=True),
        ),
        migrations.AddField(
            model_name="metric",
            name="watch_interval",
            field=models.CharField(
                choices=[("HOUR", "Hour"), ("DAY", "Day"), ("WEEK", "Week"), ("MONTH", "Month")],
                db_default="DAY",
                default="DAY",
                max_length=5,
            ),
        ),
        migrations.AddField(
            model_name="metric",
            name="watch_judged",
            field=models.PositiveIntegerField(help_text="How many periods could be judged.", null=True),
        ),
        migrations.AddField(
            model_name="metric",
            name="watch_not_judged",
            field=models.CharField(
                blank=True,
                choices=[
                    ("NO_EVENTS", "There are no events of it"),
                    ("TOO_SHORT", "Fewer than 14 values before each"),
                    ("ZERO_VARIANCE", "Its values never varied"),
                ],
                db_default="",
                default="",
                help_text="Why none could be.",
                max_length=16,
            ),
        ),
        migrations.AddField(
            model_name="metric",
            name="watch_version",
            field=models.BigIntegerField(help_text="Of the events, when it was last judged.", null=True),
        ),
        migrations.AddField(
            model_name="metric",
            name="watched",
            field=models.BooleanField(db_default=True, default=True, help_text="Beat looks for anomalies of it."),
        ),
        migrations.AddConstraint(
            model_name="metric",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("watch_detector__in", ["MAD", "ZSCORE", "IQR"]),
                    ("watch_interval__in", ["HOUR", "DAY", "WEEK", "MONTH"]),
                    ("watch_not_judged__in", ["", "NO_EVENTS", "TOO_SHORT", "ZERO_VARIANCE"]),
                ),
                name="metric_watch_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="metric",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("watch_not_judged", ""),
                    models.Q(("watch_judged", 0), ("watch_judged__isnull", False)),
                    _connector="OR",
                ),
                name="metric_not_judged_says_of_none",
            ),
        ),
        migrations.AddField(
            model_name="anomaly",
            name="brand",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="brands.brand"
            ),
        ),
        migrations.AddField(
            model_name="anomaly",
            name="metric",
            field=brands.tenancy.models.BrandForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="anomalies",
                to="analytics.metric",
            ),
        ),
        migrations.AddField(
            model_name="anomaly",
            name="status_by",
            field=models.ForeignKey(
                help_text="Null: Atelier.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddIndex(
            model_name="anomaly",
            index=models.Index(fields=["brand", "status", "id"], name="anomaly_by_status"),
        ),
        migrations.AddIndex(
            model_name="anomaly",
            index=models.Index(fields=["brand", "period_start"], name="anomaly_by_period"),
        ),
        migrations.AddConstraint(
            model_name="anomaly",
            constraint=models.UniqueConstraint(
                fields=("brand", "metric", "interval", "period_start", "detector"), name="anomaly_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="anomaly",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("detector__in", ["MAD", "ZSCORE", "IQR"]),
                    ("direction__in", ["ABOVE", "BELOW"]),
                    ("interval__in", ["HOUR", "DAY", "WEEK", "MONTH"]),
                    ("severity__in", ["MEDIUM", "HIGH"]),
                    ("status__in", ["OPEN", "ACKNOWLEDGED", "MUTED", "RESOLVED"]),
                ),
                name="anomaly_choices_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="anomaly",
            constraint=models.CheckConstraint(
                condition=models.Q(("period_end__gt", models.F("period_start"))), name="anomaly_period_has_length"
            ),
        ),
        migrations.AddConstraint(
            model_name="anomaly",
            constraint=models.CheckConstraint(
                condition=models.Q(("found_at__gte", models.F("period_end"))), name="anomaly_found_after_its_period"
            ),
        ),
        migrations.AddConstraint(
            model_name="anomaly",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("high__range", (-1.7976931348623157e308, 1.7976931348623157e308)),
                    ("low__range", (-1.7976931348623157e308, 1.7976931348623157e308)),
                    ("observed__range", (-1.7976931348623157e308, 1.7976931348623157e308)),
                    models.Q(
                        ("spreads", None),
                        ("spreads__range", (-1.7976931348623157e308, 1.7976931348623157e308)),
                        _connector="OR",
                    ),
                ),
                name="anomaly_numbers_finite",
            ),
        ),
        migrations.AddConstraint(
            model_name="anomaly",
            constraint=models.CheckConstraint(
                condition=models.Q(("high__gte", models.F("expected")), ("low__lte", models.F("expected"))),
                name="anomaly_expected_within_band",
            ),
        ),
        migrations.AddConstraint(
            model_name="anomaly",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("direction", "ABOVE"), ("observed__gt", models.F("expected"))),
                    models.Q(("direction", "BELOW"), ("observed__lt", models.F("expected"))),
                    _connector="OR",
                ),
                name="anomaly_departs_in_its_direction",
            ),
        ),
        migrations.AddConstraint(
            model_name="anomaly",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("muted_until__isnull", False), ("status", "MUTED")),
                    models.Q(models.Q(("status", "MUTED"), _negated=True), ("muted_until", None)),
                    _connector="OR",
                ),
                name="anomaly_muted_until",
            ),
        ),
        migrations.AddConstraint(
            model_name="anomaly",
            constraint=models.CheckConstraint(
                condition=models.Q(("status_by__isnull", False), ("status__in", ["OPEN", "RESOLVED"]), _connector="OR"),
                name="anomaly_status_has_its_person",
            ),
        ),
        migrations.AddConstraint(
            model_name="anomaly",
            constraint=models.CheckConstraint(
                condition=models.Q(("suggested_action", ""), _negated=True), name="anomaly_says_what_to_do"
            ),
        ),
        BrandTable("Anomaly"),
    ]
