from django.conf import settings
from django.db import models
from django.db.models import Func, IntegerField, Q
from django.db.models.functions import Cast
from django.db.models.lookups import LessThanOrEqual

from brands.tenancy.models import BrandForeignKey
from collaboration.models.authorship import Authored, once_per_author, one_author
from collaboration.threads.choices import RESOURCE_TYPES, AnchorKind, ThreadStatus, ThreadType, Visibility

MAX_ANCHOR_BYTES = 4096
MAX_VERSION = 80
# PostgreSQL spells numbers and spaces its own way: the API counts exactly, this keeps what nobody counted from growing.
_ANCHOR_BYTES = Func(Cast("anchor", models.TextField()), function="octet_length", output_field=IntegerField())


class Thread(Authored):
    """A talk about one spot of one version of a resource.

    `number` counts 1, 2, 3 … without a gap among the threads of its resource and visibility: were internal ones counted
    along, the gaps would tell guests of them. For the same reason, and because people wrote for whom they saw, a
    thread's visibility never changes. `last_number` is that of its last comment.
    """

    resource_type = models.CharField(max_length=40)
    resource_id = models.UUIDField()
    version = models.CharField(max_length=MAX_VERSION, blank=True, default="", help_text="What it was pinned to.")
    number = models.PositiveIntegerField()
    type = models.CharField(max_length=12, choices=ThreadType, default=ThreadType.COMMENT)
    visibility = models.CharField(max_length=8, choices=Visibility)
    status = models.CharField(max_length=8, choices=ThreadStatus, default=ThreadStatus.OPEN)
    anchor = models.JSONField()
    last_number = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()
    last_comment_at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True, blank=True)
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints = [
            one_author("thread_one_author"),
            models.UniqueConstraint(
                fields=["brand", "resource_type", "resource_id", "visibility", "number"], name="thread_number_once"
            ),
            models.CheckConstraint(condition=Q(number__gt=0), name="thread_number_positive"),
            models.CheckConstraint(condition=Q(resource_type__in=RESOURCE_TYPES), name="thread_resource_type_known"),
            models.CheckConstraint(condition=Q(type__in=ThreadType.values), name="thread_type_known"),
            models.CheckConstraint(condition=Q(visibility__in=Visibility.values), name="thread_visibility_known"),
            models.CheckConstraint(
                condition=Q(guest=None) | Q(visibility=Visibility.CLIENT), name="thread_of_guest_seen_by_guests"
            ),
            models.CheckConstraint(
                condition=Q(status=ThreadStatus.OPEN, resolved_at=None, resolved_by=None)
                | Q(status=ThreadStatus.RESOLVED, resolved_at__isnull=False),
                name="thread_resolved_has_time",
            ),
            models.CheckConstraint(
                condition=Q(anchor__has_key="kind", anchor__kind__in=AnchorKind.values), name="thread_anchor_kind_known"
            ),
            models.CheckConstraint(
                condition=LessThanOrEqual(_ANCHOR_BYTES, 2 * MAX_ANCHOR_BYTES), name="thread_anchor_bounded"
            ),
        ]
        indexes = [
            models.Index(fields=["brand", "resource_type", "resource_id", "-id"], name="thread_by_resource"),
            models.Index(fields=["brand", "status", "-id"], name="thread_by_status"),
        ]

    def __str__(self) -> str:
        return f"{self.visibility.capitalize()} thread {self.number}"

    @property
    def is_internal(self) -> bool:
        return self.visibility == Visibility.INTERNAL


class ThreadReading(Authored):
    """How far somebody read a thread: the number of the last comment they saw."""

    thread = BrandForeignKey("collaboration.Thread", on_delete=models.CASCADE, related_name="readings")
    number = models.PositiveIntegerField()
    at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [one_author("thread_reading_one_person"), *once_per_author("thread_reading", "thread")]

    def __str__(self) -> str:
        return f"{self.thread_id} up to {self.number}"
