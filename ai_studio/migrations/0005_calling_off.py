from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("ai_studio", "0004_settle_together")]

    operations = [
        migrations.AddField(
            "attempt",
            "cancel_state",
            models.CharField(
                blank=True,
                choices=[("REQUESTED", "Requested"), ("TOLD", "Told"), ("GIVEN_UP", "Given Up")],
                db_default="",
                default="",
                max_length=12,
            ),
        ),
        migrations.AddField("attempt", "cancel_tries", models.PositiveSmallIntegerField(db_default=0, default=0)),
        migrations.AddField("attempt", "cancel_next_at", models.DateTimeField(blank=True, null=True)),
        migrations.AddField("attempt", "cancel_error", models.TextField(blank=True, db_default="", default="")),
        migrations.AddIndex(
            "attempt",
            models.Index(
                condition=Q(cancel_next_at__isnull=False), fields=["cancel_next_at"], name="attempt_to_call_off"
            ),
        ),
        migrations.AddConstraint(
            "attempt",
            models.CheckConstraint(
                condition=Q(cancel_state__in=["", "REQUESTED", "TOLD", "GIVEN_UP"]), name="attempt_cancel_state_known"
            ),
        ),
        migrations.AddConstraint(
            "attempt",
            models.CheckConstraint(
                condition=Q(cancel_state="REQUESTED") ^ Q(cancel_next_at=None), name="attempt_cancel_due_iff_requested"
            ),
        ),
    ]
