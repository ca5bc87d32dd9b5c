from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Max, Q

from ai_studio.choices import CollectionVisibility
from brands.tenancy.models import BrandForeignKey, BrandModel

MAX_ITEMS = 5000


class Collection(BrandModel):
    """A named, ordered set of generations. Names need not be unique: people call theirs what they like."""

    name = models.CharField(max_length=120)
    description = models.CharField(max_length=1000, blank=True, default="", db_default="")
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

    @property
    def is_shared(self) -> bool:
        return self.visibility == CollectionVisibility.BRAND

    def next_position(self) -> int:
        """Behind the last item. The caller holds the collection's row, so that nobody else gets the same."""
        last = CollectionItem.objects.filter(collection=self).aggregate(last=Max("position"))["last"]
        return 0 if last is None else last + 1


class CollectionItem(BrandModel):
    """A generation's place in a collection: 0, 1, 2 … without a gap. Whoever changes places holds the collection's
    row; the constraint, checked at the end of each statement, lets one UPDATE shift many."""

    collection = BrandForeignKey("ai_studio.Collection", on_delete=models.CASCADE, related_name="items")
    generation = BrandForeignKey("ai_studio.Generation", on_delete=models.CASCADE, related_name="places")
    position = models.PositiveIntegerField()
    added_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["brand", "collection", "generation"], name="collection_item_once"),
            models.UniqueConstraint(
                fields=["brand", "collection", "position"],
                name="collection_item_place_once",
                deferrable=models.Deferrable.IMMEDIATE,
            ),
            models.CheckConstraint(condition=Q(position__lt=MAX_ITEMS), name="collection_item_position_in_range"),
        ]

    def __str__(self) -> str:
        return f"{self.generation_id} in {self.collection_id}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """A new item without a place goes to the end."""
        if self.position is None:
            held = Collection.objects.select_for_update().get(pk=self.collection_id)
            self.position = held.next_position()
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        """Those behind it move up."""
        Collection.objects.select_for_update().get(pk=self.collection_id)
        self.refresh_from_db(fields=["position"])
        deleted = super().delete(*args, **kwargs)
        behind = CollectionItem.objects.filter(collection_id=self.collection_id, position__gt=self.position)
        behind.update(position=F("position") - 1)
        return deleted
