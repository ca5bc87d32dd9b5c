import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import brands.tenancy.models
from brands.tenancy.operations import BrandTable


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("brands", "0007_permissions"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="WebhookEndpoint",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=brands.tenancy.models.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("url", models.CharField(max_length=2000)),
                ("description", models.CharField(blank=True, max_length=200)),
                (
                    "event_types",
                    django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=60), size=None),
                ),
                ("active", models.BooleanField(default=True)),
                (
                    "disabled",
                    models.CharField(
                        blank=True,
                        choices=[("GONE", "It answered 410"), ("FAILING", "It failed for too long")],
                        max_length=8,
                    ),
                ),
                ("disabled_at", models.DateTimeField(blank=True, null=True)),
                ("since_seq", models.BigIntegerField(default=0)),
                ("former_secret_until", models.DateTimeField(blank=True, null=True)),
                ("failing_since", models.DateTimeField(blank=True, null=True)),
                ("tries_failed", models.PositiveIntegerField(default=0)),
                ("events_failed", models.PositiveIntegerField(default=0)),
                ("rests_until", models.DateTimeField(blank=True, null=True)),
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
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="WebhookDelivery",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=brands.tenancy.models.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("seq", models.BigIntegerField(null=True)),
                ("event_type", models.CharField(max_length=60)),
                ("event_at", models.DateTimeField()),
                ("resource", models.CharField(blank=True, max_length=120)),
                (
                    "status",
                    models.CharField(
                        choices=[("WAITING", "Waiting"), ("DELIVERED", "Delivered"), ("FAILED", "Given up")],
                        default="WAITING",
                        max_length=9,
                    ),
                ),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("next_at", models.DateTimeField(null=True)),
                ("holds_until", models.DateTimeField(null=True)),
                ("lease_until", models.DateTimeField(null=True)),
                ("fence", models.BigIntegerField(default=0)),
                ("created_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("status_code", models.PositiveSmallIntegerField(help_text="Of the last answer.", null=True)),
                ("error_code", models.CharField(blank=True, help_text="Of the last try.", max_length=40)),
                (
                    "brand",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="brands.brand"
                    ),
                ),
                (
                    "event",
                    brands.tenancy.models.BrandForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="brands.domainevent",
                    ),
                ),
                (
                    "endpoint",
                    brands.tenancy.models.BrandForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="deliveries",
                        to="collaboration.webhookendpoint",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "webhook deliveries",
            },
        ),
        migrations.CreateModel(
            name="WebhookPlace",
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
                ("last_seq", models.BigIntegerField(default=0)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("last_seq__gte", 0)), name="webhook_place_not_negative")
                ],
            },
        ),
        migrations.CreateModel(
            name="WebhookAttempt",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=brands.tenancy.models.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("fence", models.BigIntegerField()),
                ("at", models.DateTimeField()),
                ("duration_ms", models.PositiveIntegerField()),
                ("status_code", models.PositiveSmallIntegerField(null=True)),
                ("error_code", models.CharField(blank=True, max_length=40)),
                ("error", models.CharField(blank=True, max_length=300)),
                ("answer", models.CharField(blank=True, max_length=1024)),
                (
                    "brand",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="brands.brand"
                    ),
                ),
                (
                    "delivery",
                    brands.tenancy.models.BrandForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="attempts",
                        to="collaboration.webhookdelivery",
                    ),
                ),
            ],
            options={
                "ordering": ["fence"],
                "constraints": [
                    models.UniqueConstraint(fields=("brand", "delivery", "fence"), name="webhook_attempt_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status_code", None),
                            models.Q(("status_code__gte", 100), ("status_code__lte", 999)),
                            _connector="OR",
                        ),
                        name="webhook_attempt_status_code",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("error_code", ""), ("status_code", None), ("status_code__gte", 300), _connector="OR"
                        ),
                        name="webhook_attempt_2xx_is_no_error",
                    ),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="webhookendpoint",
            constraint=models.CheckConstraint(
                condition=models.Q(("url__regex", "^https?://[^\\s]+$")), name="webhook_url_is_one"
            ),
        ),
        migrations.AddConstraint(
            model_name="webhookendpoint",
            constraint=models.CheckConstraint(
                condition=models.Q(("event_types__len__gte", 1), ("event_types__len__lte", 50)),
                name="webhook_has_event_types",
            ),
        ),
        migrations.AddConstraint(
            model_name="webhookendpoint",
            constraint=models.CheckConstraint(
                condition=models.Q(("disabled__in", ["", "GONE", "FAILING"])), name="webhook_disabled_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="webhookendpoint",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("disabled", ""), ("disabled_at", None)),
                    models.Q(
                        models.Q(("disabled", ""), _negated=True), ("active", False), ("disabled_at__isnull", False)
                    ),
                    _connector="OR",
                ),
                name="webhook_disabled_is_off",
            ),
        ),
        migrations.AddConstraint(
            model_name="webhookendpoint",
            constraint=models.CheckConstraint(
                condition=models.Q(("since_seq__gte", 0)), name="webhook_since_not_negative"
            ),
        ),
        migrations.AddIndex(
            model_name="webhookdelivery",
            index=models.Index(
                condition=models.Q(("status", "WAITING")),
                fields=["brand", "endpoint", "next_at", "seq"],
                name="webhook_delivery_due",
            ),
        ),
        migrations.AddIndex(
            model_name="webhookdelivery",
            index=models.Index(
                condition=models.Q(("status", "WAITING")),
                fields=["brand", "endpoint", "resource", "seq"],
                name="webhook_delivery_in_line",
            ),
        ),
        migrations.AddIndex(
            model_name="webhookdelivery",
            index=models.Index(fields=["brand", "endpoint", "id"], name="webhook_delivery_log"),
        ),
        migrations.AddIndex(
            model_name="webhookdelivery",
            index=models.Index(fields=["brand", "status", "id"], name="webhook_delivery_by_status"),
        ),
        migrations.AddConstraint(
            model_name="webhookdelivery",
            constraint=models.UniqueConstraint(fields=("brand", "event", "endpoint"), name="webhook_delivery_once"),
        ),
        migrations.AddConstraint(
            model_name="webhookdelivery",
            constraint=models.CheckConstraint(
                condition=models.Q(("status__in", ["WAITING", "DELIVERED", "FAILED"])),
                name="webhook_delivery_status_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="webhookdelivery",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_at", None), ("next_at__isnull", False), ("status", "WAITING")),
                    models.Q(
                        models.Q(("status", "WAITING"), _negated=True),
                        ("ended_at__isnull", False),
                        ("lease_until", None),
                        ("next_at", None),
                    ),
                    _connector="OR",
                ),
                name="webhook_delivery_due_while_waiting",
            ),
        ),
        migrations.AddConstraint(
            model_name="webhookdelivery",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("event", None), ("event_type", "webhook.test"), ("seq", None)),
                    models.Q(
                        models.Q(("event_type", "webhook.test"), _negated=True),
                        ("event__isnull", False),
                        ("seq__gt", 0),
                        ("seq__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="webhook_delivery_of_an_event",
            ),
        ),
        BrandTable("WebhookEndpoint"),
        BrandTable("WebhookPlace"),
        BrandTable("WebhookDelivery"),
        BrandTable("WebhookAttempt"),
    ]
