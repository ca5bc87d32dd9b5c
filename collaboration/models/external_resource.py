from django.conf import settings
from django.db import models
from django.db.models import Func, Q
from django.db.models.lookups import Exact

from brands.tenancy.models import BrandModel
from collaboration.external.choices import ExternalType

MAX_EXTERNAL_ID = 200
MAX_URL = 2000
_KIND = Func("metadata", function="jsonb_typeof", output_field=models.CharField())


class ExternalResource(BrandModel):
    """Something of the frontend's own systems, known here by its id there; its address is shown and never fetched.

    `version` is the name that the other system gives to its present state. What is archived is as good as gone, and is
    back with its threads when it is registered again.
    """

    kind = models.CharField("type", max_length=16, choices=ExternalType)
    external_id = models.CharField(max_length=MAX_EXTERNAL_ID)
    title = models.CharField(max_length=200)
    url = models.CharField(max_length=MAX_URL)
    thumbnail_url = models.CharField(max_length=MAX_URL, blank=True, default="")
    version = models.CharField(max_length=80, blank=True, default="")
    metadata = models.JSONField(default=dict, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    archived_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["brand", "kind", "external_id"], name="external_resource_once"),
            models.CheckConstraint(condition=Q(kind__in=ExternalType.values), name="external_resource_type_known"),
            models.CheckConstraint(condition=~Q(external_id="") & ~Q(title=""), name="external_resource_named"),
            models.CheckConstraint(condition=Q(url__regex=r"^https?://"), name="external_resource_url_web"),
            models.CheckConstraint(
                condition=Q(thumbnail_url="") | Q(thumbnail_url__regex=r"^https?://"),
                name="external_resource_thumbnail_web",
            ),
            models.CheckConstraint(condition=Exact(_KIND, "object"), name="external_resource_metadata_by_name"),
        ]
        indexes = [
            models.Index(fields=["brand"], name="external_resource_archived", condition=Q(archived_at__isnull=False))
        ]

    def __str__(self) -> str:
        return self.title
