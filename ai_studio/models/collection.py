from django.conf import settings
from django.db import models
from django.db.models import Q

from ai_studio.choices import CollectionVisibility
from brands.tenancy.models import BrandForeignKey, BrandModel


class Collection(BrandModel):
    """A named, ordered set of generations."""

    name = models.CharField(max_length=120)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    visibility = models.CharField(max_length=8, choices=CollectionVisibility, default=CollectionVisibility.PRIVATE)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="collection_has_name"),
            models.CheckConstraint(
                condition=Q(visibility__in=CollectionVisibility.values), name="collection_visibility_known"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class CollectionItem(BrandModel):
    """A generation's place in a collection."""

    collection = BrandForeignKey("ai_studio.Collection", on_delete=models.CASCADE, related_name="items")
    generation = BrandForeignKey("ai_studio.Generation", on_delete=models.CASCADE, related_name="places")
    position = models.PositiveIntegerField(default=0)
    added_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["brand", "collection", "generation"], name="collection_item_once")
        ]

    def __str__(self) -> str:
        return f"{self.generation_id} in {self.collection_id}"
