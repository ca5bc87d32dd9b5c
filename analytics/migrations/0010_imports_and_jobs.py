import django.db.models.deletion
import django.db.models.expressions
from django.conf import settings
from django.db import migrations, models

import brands.tenancy.models
from brands.tenancy.operations import BrandTable


class Migration(migrations.Migration):
    dependencies = [
        ("analytics", "0009_anomalies"),
        ("brands", "0006_secrets"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="EventImport",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=brands.tenancy.models.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("name", models.CharField(help_text="The file's.", max_length=255)),
                (
                    "format",
                    models.CharField(
                        choices=[("CSV", "CSV"), ("NDJSON", "NDJSON"), ("PARQUET", "Parquet")], max_length=8
                    ),
                ),
                (
                    "mapping",
                    models.JSONField(
                        blank=True, default=dict, help_text="{field: column}, where columns have other names."
                    ),
                ),
                ("size_bytes", models.BigIntegerField()),
                ("received_bytes", models.BigIntegerField(default=0)),
                ("parts", models.JSONField(blank=True, default=list)),
                (
                    "sha256",
                    models.CharField(blank=True, help_text="Of the file; empty until it was read once.", max_length=64),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("UPLOADING", "Uploading"),
                            ("QUEUED", "Queued"),
                            ("RUNNING", "Running"),
                            ("DONE", "Done"),
                            ("FAILED", "Failed"),
                            ("CANCELLED", "Cancelled"),
                        ],
                        max_length=10,
                    ),
                ),
                ("rows_done", models.BigIntegerField(default=0)),
                ("stored", models.BigIntegerField(default=0)),
                ("duplicates", models.BigIntegerField(default=0)),
                ("rejected", models.BigIntegerField(default=0)),
                ("share_done", models.FloatField(default=0, help_text="Of the file, from 0 to 1.")),
                ("error", models.CharField(blank=True, max_length=1000)),
                ("fence", models.BigIntegerField(default=0)),
                ("leased_until", models.DateTimeField(blank=True, null=True)),
                (
                    "stalled",
                    models.PositiveSmallIntegerField(
                        default=0, help_text="Workers in a row that were lost without a row."
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
                (
                    "brand",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="brands.brand"
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["brand", "sha256"], name="event_import_by_sha256"),
                    models.Index(
                        condition=models.Q(("status__in", ("UPLOADING", "QUEUED", "RUNNING"))),
                        fields=["status", "leased_until"],
                        name="event_import_open",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("name", ""), _negated=True), name="event_import_named"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("format__in", ["CSV", "NDJSON", "PARQUET"]),
                            ("status__in", ["UPLOADING", "QUEUED", "RUNNING", "DONE", "FAILED", "CANCELLED"]),
                        ),
                        name="event_import_choices_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("received_bytes__gte", 0),
                            ("size_bytes__gte", 1),
                            ("size_bytes__lte", 21474836480),
                            ("received_bytes__lte", models.F("size_bytes")),
                        ),
                        name="event_import_size_in_range",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status__in", ["UPLOADING", "CANCELLED"]),
                            ("received_bytes", models.F("size_bytes")),
                            _connector="OR",
                        ),
                        name="event_import_whole_before_it_runs",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("duplicates__gte", 0),
                            ("rejected__gte", 0),
                            ("stored__gte", 0),
                            (
                                "rows_done",
                                django.db.models.expressions.CombinedExpression(
                                    django.db.models.expressions.CombinedExpression(
                                        models.F("stored"), "+", models.F("duplicates")
                                    ),
                                    "+",
                                    models.F("rejected"),
                                ),
                            ),
                        ),
                        name="event_import_adds_up",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("finished_at", None), ("status__in", ("UPLOADING", "QUEUED", "RUNNING"))),
                            models.Q(
                                models.Q(("status__in", ("UPLOADING", "QUEUED", "RUNNING")), _negated=True),
                                ("finished_at__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="event_import_finished_when_over",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("leased_until__isnull", False), ("status", "RUNNING")),
                            models.Q(models.Q(("status", "RUNNING"), _negated=True), ("leased_until", None)),
                            _connector="OR",
                        ),
                        name="event_import_lease_while_running",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "FAILED"), models.Q(("error", ""), _negated=True)),
                            models.Q(models.Q(("status", "FAILED"), _negated=True), ("error", "")),
                            _connector="OR",
                        ),
                        name="event_import_failed_says_why",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Question",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=brands.tenancy.models.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("kind", models.CharField(max_length=40)),
                ("row", models.UUIDField(blank=True, help_text="Of the funnel or metric that was asked.", null=True)),
                ("parameters", models.JSONField(blank=True, default=dict, help_text="{parameter: [value, …]}")),
                ("question", models.CharField(max_length=64)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("QUEUED", "Queued"),
                            ("RUNNING", "Running"),
                            ("DONE", "Done"),
                            ("FAILED", "Failed"),
                            ("CANCELLED", "Cancelled"),
                        ],
                        default="QUEUED",
                        max_length=10,
                    ),
                ),
                (
                    "phase",
                    models.CharField(
                        choices=[
                            ("WAITING", "Waiting for a worker"),
                            ("READING", "Reading events"),
                            ("COUNTING", "Counting"),
                            ("ANSWERED", "Answered"),
                        ],
                        default="WAITING",
                        max_length=10,
                    ),
                ),
                (
                    "answer_status",
                    models.PositiveSmallIntegerField(blank=True, help_text="What a GET would answer with.", null=True),
                ),
                ("fence", models.BigIntegerField(default=0)),
                ("leased_until", models.DateTimeField(blank=True, null=True)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
                ("expires_at", models.DateTimeField(blank=True, null=True)),
                (
                    "brand",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="brands.brand"
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("status__in", ("QUEUED", "RUNNING"))),
                        fields=["status", "leased_until"],
                        name="question_open",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("status__in", ("QUEUED", "RUNNING"))),
                        fields=("brand", "question"),
                        name="question_asked_once_at_a_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("phase__in", ["WAITING", "READING", "COUNTING", "ANSWERED"]),
                            ("status__in", ["QUEUED", "RUNNING", "DONE", "FAILED", "CANCELLED"]),
                        ),
                        name="question_choices_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("expires_at", None), ("finished_at", None), ("status__in", ("QUEUED", "RUNNING"))
                            ),
                            models.Q(
                                models.Q(("status__in", ("QUEUED", "RUNNING")), _negated=True),
                                ("expires_at__isnull", False),
                                ("finished_at__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="question_finished_when_over",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("leased_until__isnull", False), ("status", "RUNNING")),
                            models.Q(models.Q(("status", "RUNNING"), _negated=True), ("leased_until", None)),
                            _connector="OR",
                        ),
                        name="question_lease_while_running",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("answer_status__isnull", False), ("status__in", ["DONE", "FAILED"])),
                            models.Q(
                                models.Q(("status__in", ["DONE", "FAILED"]), _negated=True), ("answer_status", None)
                            ),
                            _connector="OR",
                        ),
                        name="question_over_with_an_answer",
                    ),
                ],
            },
        ),
        BrandTable("EventImport"),
        BrandTable("Question"),
    ]
