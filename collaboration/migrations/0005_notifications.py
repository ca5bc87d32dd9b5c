import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import brands.models.brand
import brands.tenancy.models
from brands.tenancy.operations import BrandTable

TABLES = (
    "NotificationMail", "Notification", "NotificationPlace", "NotificationSettings", "NotificationPreference",
    "NotificationMute",
)  # fmt: skip
# Nobody is told of what happened before there were notifications; brands that come later are told from their beginning.
PLACES = """
INSERT INTO collaboration_notificationplace (brand_id, last_seq) SELECT brand_id, last_seq FROM brands_eventsequence
"""


class Migration(migrations.Migration):
    dependencies = [
        ("brands", "0008_audit_chain"),
        ("collaboration", "0001_webhooks"),
        ("collaboration", "0002_threads"),
        ("collaboration", "0004_reviews"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Notification",
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
                        choices=[
                            ("MENTIONED", "Mentioned"),
                            ("REPLIED", "Replied in a thread of mine"),
                            ("COMMENTED", "Commented on what I made"),
                            ("THREAD_RESOLVED", "Thread Resolved"),
                            ("REVIEW_ASKED", "Review Asked"),
                            ("REVIEW_TURN", "My turn in a review"),
                            ("REVIEW_DECIDED", "Review Decided"),
                            ("REVIEW_APPROVED", "Review Approved"),
                            ("REVIEW_CHANGES", "Changes requested"),
                            ("REVIEW_DUE_SOON", "Review Due Soon"),
                            ("REVIEW_OVERDUE", "Review Overdue"),
                            ("SHARED", "Shared with me"),
                            ("ROLE_CHANGED", "Role Changed"),
                            ("GENERATION_COMPLETED", "Generation Completed"),
                            ("GENERATION_FAILED", "Generation Failed"),
                            ("WEBHOOK_DISABLED", "Webhook Disabled"),
                        ],
                        max_length=24,
                    ),
                ),
                ("dedupe_key", models.CharField(max_length=120)),
                ("seq", models.BigIntegerField(help_text="Of the event in the brand's log.")),
                ("event_at", models.DateTimeField()),
                ("resource_type", models.CharField(blank=True, max_length=40)),
                ("resource_id", models.UUIDField(blank=True, null=True)),
                ("thread_id", models.UUIDField(blank=True, null=True)),
                ("facts", models.JSONField(blank=True, default=dict)),
                ("in_app", models.BooleanField()),
                (
                    "email",
                    models.CharField(choices=[("NOW", "Now"), ("DIGEST", "Once a day"), ("OFF", "Off")], max_length=6),
                ),
                ("created_at", models.DateTimeField()),
                ("read_at", models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name="NotificationMail",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=brands.tenancy.models.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("fold", models.CharField(blank=True, max_length=160)),
                ("digest_date", models.DateField(blank=True, null=True)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("WAITING", "Waiting"),
                            ("SENT", "Sent"),
                            ("DROPPED", "Dropped"),
                            ("FAILED", "Failed"),
                        ],
                        default="WAITING",
                        max_length=8,
                    ),
                ),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("next_at", models.DateTimeField(null=True)),
                ("lease_until", models.DateTimeField(blank=True, null=True)),
                ("fence", models.BigIntegerField(default=0)),
                ("error", models.CharField(blank=True, help_text="Of the last try.", max_length=300)),
                ("created_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name="NotificationMute",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=brands.tenancy.models.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("resource_type", models.CharField(max_length=40)),
                ("resource_id", models.UUIDField()),
                ("created_at", models.DateTimeField(auto_now_add=True)),
            ],
        ),
        migrations.CreateModel(
            name="NotificationPlace",
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
        ),
        migrations.CreateModel(
            name="NotificationPreference",
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
                        choices=[
                            ("MENTIONED", "Mentioned"),
                            ("REPLIED", "Replied in a thread of mine"),
                            ("COMMENTED", "Commented on what I made"),
                            ("THREAD_RESOLVED", "Thread Resolved"),
                            ("REVIEW_ASKED", "Review Asked"),
                            ("REVIEW_TURN", "My turn in a review"),
                            ("REVIEW_DECIDED", "Review Decided"),
                            ("REVIEW_APPROVED", "Review Approved"),
                            ("REVIEW_CHANGES", "Changes requested"),
                            ("REVIEW_DUE_SOON", "Review Due Soon"),
                            ("REVIEW_OVERDUE", "Review Overdue"),
                            ("SHARED", "Shared with me"),
                            ("ROLE_CHANGED", "Role Changed"),
                            ("GENERATION_COMPLETED", "Generation Completed"),
                            ("GENERATION_FAILED", "Generation Failed"),
                            ("WEBHOOK_DISABLED", "Webhook Disabled"),
                        ],
                        max_length=24,
                    ),
                ),
                ("in_app", models.BooleanField()),
                (
                    "email",
                    models.CharField(choices=[("NOW", "Now"), ("DIGEST", "Once a day"), ("OFF", "Off")], max_length=6),
                ),
            ],
        ),
        migrations.CreateModel(
            name="NotificationSettings",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=brands.tenancy.models.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "language",
                    models.CharField(blank=True, choices=[("en", "English"), ("fr", "Français")], max_length=2),
                ),
                (
                    "timezone",
                    models.CharField(blank=True, max_length=64, validators=[brands.models.brand.validate_timezone]),
                ),
                (
                    "digest_hour",
                    models.PositiveSmallIntegerField(
                        default=8, validators=[django.core.validators.MaxValueValidator(23)]
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "notification settings",
            },
        ),
        migrations.RemoveConstraint(
            model_name="webhookdelivery",
            name="webhook_delivery_of_an_event",
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
        migrations.AddField(
            model_name="notification",
            name="brand",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="brands.brand"
            ),
        ),
        migrations.AddField(
            model_name="notification",
            name="by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="notification",
            name="guest",
            field=brands.tenancy.models.BrandForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="brands.guestsession",
            ),
        ),
        migrations.AddField(
            model_name="notification",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="notificationmail",
            name="brand",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="brands.brand"
            ),
        ),
        migrations.AddField(
            model_name="notificationmail",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="notification",
            name="mail",
            field=brands.tenancy.models.BrandForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="notifications",
                to="collaboration.notificationmail",
            ),
        ),
        migrations.AddField(
            model_name="notificationmute",
            name="brand",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="brands.brand"
            ),
        ),
        migrations.AddField(
            model_name="notificationmute",
            name="thread",
            field=brands.tenancy.models.BrandForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="collaboration.thread",
            ),
        ),
        migrations.AddField(
            model_name="notificationmute",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddConstraint(
            model_name="notificationplace",
            constraint=models.CheckConstraint(
                condition=models.Q(("last_seq__gte", 0)), name="notification_place_not_negative"
            ),
        ),
        migrations.AddField(
            model_name="notificationpreference",
            name="brand",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="brands.brand"
            ),
        ),
        migrations.AddField(
            model_name="notificationpreference",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="notificationsettings",
            name="brand",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="brands.brand"
            ),
        ),
        migrations.AddField(
            model_name="notificationsettings",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddIndex(
            model_name="notificationmail",
            index=models.Index(
                condition=models.Q(("status", "WAITING")), fields=["brand", "next_at"], name="notification_mail_due"
            ),
        ),
        migrations.AddIndex(
            model_name="notificationmail",
            index=models.Index(fields=["brand", "status", "-id"], name="notification_mail_by_status"),
        ),
        migrations.AddConstraint(
            model_name="notificationmail",
            constraint=models.UniqueConstraint(
                condition=models.Q(("digest_date__isnull", False)),
                fields=("brand", "user", "digest_date"),
                name="notification_one_digest_a_day",
            ),
        ),
        migrations.AddConstraint(
            model_name="notificationmail",
            constraint=models.UniqueConstraint(
                condition=models.Q(("digest_date", None), ("status", "WAITING"), ("tries", 0)),
                fields=("brand", "user", "fold"),
                name="notification_mail_one_open_fold",
            ),
        ),
        migrations.AddConstraint(
            model_name="notificationmail",
            constraint=models.CheckConstraint(
                condition=models.Q(("status__in", ["WAITING", "SENT", "DROPPED", "FAILED"])),
                name="notification_mail_status_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="notificationmail",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("digest_date__isnull", False), ("fold", "")),
                    models.Q(models.Q(("fold", ""), _negated=True), ("digest_date", None)),
                    _connector="OR",
                ),
                name="notification_mail_fold_or_digest",
            ),
        ),
        migrations.AddConstraint(
            model_name="notificationmail",
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
                name="notification_mail_due_while_waiting",
            ),
        ),
        migrations.AddIndex(
            model_name="notification",
            index=models.Index(fields=["brand", "user", "-id"], name="notification_list"),
        ),
        migrations.AddIndex(
            model_name="notification",
            index=models.Index(
                condition=models.Q(("in_app", True), ("read_at", None)),
                fields=["brand", "user"],
                name="notification_unread",
            ),
        ),
        migrations.AddIndex(
            model_name="notification",
            index=models.Index(
                condition=models.Q(("email", "DIGEST"), ("mail", None), ("read_at", None)),
                fields=["brand", "user", "created_at"],
                name="notification_for_digest",
            ),
        ),
        migrations.AddConstraint(
            model_name="notification",
            constraint=models.UniqueConstraint(fields=("brand", "user", "dedupe_key"), name="notification_once"),
        ),
        migrations.AddConstraint(
            model_name="notification",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        [
                            "MENTIONED",
                            "REPLIED",
                            "COMMENTED",
                            "THREAD_RESOLVED",
                            "REVIEW_ASKED",
                            "REVIEW_TURN",
                            "REVIEW_DECIDED",
                            "REVIEW_APPROVED",
                            "REVIEW_CHANGES",
                            "REVIEW_DUE_SOON",
                            "REVIEW_OVERDUE",
                            "SHARED",
                            "ROLE_CHANGED",
                            "GENERATION_COMPLETED",
                            "GENERATION_FAILED",
                            "WEBHOOK_DISABLED",
                        ],
                    )
                ),
                name="notification_kind_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="notification",
            constraint=models.CheckConstraint(
                condition=models.Q(("email__in", ["NOW", "DIGEST", "OFF"])), name="notification_email_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="notification",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("resource_id", None), ("resource_type", "")),
                    models.Q(models.Q(("resource_type", ""), _negated=True), ("resource_id__isnull", False)),
                    _connector="OR",
                ),
                name="notification_resource_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="notification",
            constraint=models.CheckConstraint(
                condition=models.Q(("by", None), ("guest", None), _connector="OR"), name="notification_by_one"
            ),
        ),
        migrations.AddConstraint(
            model_name="notification",
            constraint=models.CheckConstraint(
                condition=models.Q(("in_app", True), models.Q(("email", "OFF"), _negated=True), _connector="OR"),
                name="notification_told_somehow",
            ),
        ),
        migrations.AddConstraint(
            model_name="notificationmute",
            constraint=models.UniqueConstraint(
                condition=models.Q(("thread__isnull", False)),
                fields=("brand", "user", "thread"),
                name="notification_mute_thread",
            ),
        ),
        migrations.AddConstraint(
            model_name="notificationmute",
            constraint=models.UniqueConstraint(
                condition=models.Q(("thread", None)),
                fields=("brand", "user", "resource_type", "resource_id"),
                name="notification_mute_resource",
            ),
        ),
        migrations.AddConstraint(
            model_name="notificationmute",
            constraint=models.CheckConstraint(
                condition=models.Q(("resource_type", ""), _negated=True), name="notification_mute_has_resource"
            ),
        ),
        migrations.AddConstraint(
            model_name="notificationpreference",
            constraint=models.UniqueConstraint(fields=("brand", "user", "kind"), name="notification_preference_once"),
        ),
        migrations.AddConstraint(
            model_name="notificationpreference",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        [
                            "MENTIONED",
                            "REPLIED",
                            "COMMENTED",
                            "THREAD_RESOLVED",
                            "REVIEW_ASKED",
                            "REVIEW_TURN",
                            "REVIEW_DECIDED",
                            "REVIEW_APPROVED",
                            "REVIEW_CHANGES",
                            "REVIEW_DUE_SOON",
                            "REVIEW_OVERDUE",
                            "SHARED",
                            "ROLE_CHANGED",
                            "GENERATION_COMPLETED",
                            "GENERATION_FAILED",
                            "WEBHOOK_DISABLED",
                        ],
                    )
                ),
                name="notification_preference_kind_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="notificationpreference",
            constraint=models.CheckConstraint(
                condition=models.Q(("email__in", ["NOW", "DIGEST", "OFF"])), name="notification_preference_email_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="notificationsettings",
            constraint=models.UniqueConstraint(fields=("brand", "user"), name="notification_settings_once"),
        ),
        migrations.AddConstraint(
            model_name="notificationsettings",
            constraint=models.CheckConstraint(
                condition=models.Q(("digest_hour__lt", 24)), name="notification_digest_hour"
            ),
        ),
        migrations.AddConstraint(
            model_name="notificationsettings",
            constraint=models.CheckConstraint(
                condition=models.Q(("language__in", ["", "en", "fr"])), name="notification_language_known"
            ),
        ),
        *(BrandTable(name) for name in TABLES),
        migrations.RunSQL(PLACES, migrations.RunSQL.noop),
    ]
