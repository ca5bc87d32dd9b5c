from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q

from brands.models.brand import validate_timezone
from brands.tenancy.models import BrandForeignKey, BrandModel
from collaboration.notifications.choices import EmailMode, Kind, Language

DIGEST_HOUR = 8


class NotificationSettings(BrandModel):
    """How one person is written to in one brand. Empty: the installation's language, the brand's time zone."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    language = models.CharField(max_length=2, choices=Language, blank=True)
    timezone = models.CharField(max_length=64, blank=True, validators=[validate_timezone])
    digest_hour = models.PositiveSmallIntegerField(default=DIGEST_HOUR, validators=[MaxValueValidator(23)])

    class Meta:
        verbose_name_plural = "notification settings"
        constraints = [
            models.UniqueConstraint(fields=["brand", "user"], name="notification_settings_once"),
            models.CheckConstraint(condition=Q(digest_hour__lt=24), name="notification_digest_hour"),
            models.CheckConstraint(
                condition=Q(language__in=["", *Language.values]), name="notification_language_known"
            ),
        ]

    def __str__(self) -> str:
        return f"Of {self.user_id}"


class NotificationPreference(BrandModel):
    """By which channels one person is told of one kind; without a row the defaults count."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=24, choices=Kind)
    in_app = models.BooleanField()
    email = models.CharField(max_length=6, choices=EmailMode)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["brand", "user", "kind"], name="notification_preference_once"),
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="notification_preference_kind_known"),
            models.CheckConstraint(condition=Q(email__in=EmailMode.values), name="notification_preference_email_known"),
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {'in the app' if self.in_app else 'not in the app'}, e-mail {self.email}"


class NotificationMute(BrandModel):
    """A thread, or a resource with all its threads, of which one person does not want to be told."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    thread = BrandForeignKey("collaboration.Thread", on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    resource_type = models.CharField(max_length=40)
    resource_id = models.UUIDField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["brand", "user", "thread"], condition=Q(thread__isnull=False), name="notification_mute_thread"
            ),
            models.UniqueConstraint(
                fields=["brand", "user", "resource_type", "resource_id"],
                condition=Q(thread=None),
                name="notification_mute_resource",
            ),
            models.CheckConstraint(condition=~Q(resource_type=""), name="notification_mute_has_resource"),
        ]

    def __str__(self) -> str:
        return f"{'A thread of ' if self.thread_id else ''}{self.resource_type} {self.resource_id}"
