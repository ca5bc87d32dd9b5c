"""Files of history, and how far they have come in."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from analytics.choices import ImportFormat, ImportStatus
from brands.tenancy.models import BrandModel

OPEN = (ImportStatus.UPLOADING, ImportStatus.QUEUED, ImportStatus.RUNNING)
IN_WORK = (ImportStatus.QUEUED, ImportStatus.RUNNING)
LARGEST = 20 * 1024**3


class EventImport(BrandModel):
    """`rows_done` of the file's rows are in, as stored, duplicates or rejected; the rows of a set and this count change
    together. `parts` are the sizes of the pieces that were uploaded; none: the file is on the machine of whoever ran
    the command. `fence` grows with every claim: a worker that was only slow writes nothing over its successor."""

    name = models.CharField(max_length=255, help_text="The file's.")
    format = models.CharField(max_length=8, choices=ImportFormat)
    mapping = models.JSONField(default=dict, blank=True, help_text="{field: column}, where columns have other names.")
    size_bytes = models.BigIntegerField()
    received_bytes = models.BigIntegerField(default=0)
    parts = models.JSONField(default=list, blank=True)
    sha256 = models.CharField(max_length=64, blank=True, help_text="Of the file; empty until it was read once.")
    status = models.CharField(max_length=10, choices=ImportStatus)
    rows_done = models.BigIntegerField(default=0)
    stored = models.BigIntegerField(default=0)
    duplicates = models.BigIntegerField(default=0)
    rejected = models.BigIntegerField(default=0)
    share_done = models.FloatField(default=0, help_text="Of the file, from 0 to 1.")
    error = models.CharField(max_length=1000, blank=True)
    fence = models.BigIntegerField(default=0)
    leased_until = models.DateTimeField(null=True, blank=True)
    stalled = models.PositiveSmallIntegerField(default=0, help_text="Workers in a row that were lost without a row.")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["brand", "sha256"], name="event_import_by_sha256"),
            models.Index(fields=["status", "leased_until"], condition=Q(status__in=OPEN), name="event_import_open"),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="event_import_named"),
            models.CheckConstraint(
                condition=Q(format__in=ImportFormat.values, status__in=ImportStatus.values),
                name="event_import_choices_known",
            ),
            models.CheckConstraint(
                condition=Q(size_bytes__gte=1, size_bytes__lte=LARGEST, received_bytes__gte=0)
                & Q(received_bytes__lte=F("size_bytes")),
                name="event_import_size_in_range",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["UPLOADING", "CANCELLED"]) | Q(received_bytes=F("size_bytes")),
                name="event_import_whole_before_it_runs",
            ),
            models.CheckConstraint(
                condition=Q(stored__gte=0, duplicates__gte=0, rejected__gte=0)
                & Q(rows_done=F("stored") + F("duplicates") + F("rejected")),
                name="event_import_adds_up",
            ),
            models.CheckConstraint(
                condition=Q(status__in=OPEN, finished_at=None) | (~Q(status__in=OPEN) & Q(finished_at__isnull=False)),
                name="event_import_finished_when_over",
            ),
            models.CheckConstraint(
                condition=Q(status="RUNNING", leased_until__isnull=False)
                | (~Q(status="RUNNING") & Q(leased_until=None)),
                name="event_import_lease_while_running",
            ),
            models.CheckConstraint(
                condition=Q(status="FAILED") & ~Q(error="") | ~Q(status="FAILED") & Q(error=""),
                name="event_import_failed_says_why",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_uploaded(self) -> bool:
        return bool(self.parts)
