"""What people hang on generations to find them again."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from brands.tenancy.models import BrandForeignKey, BrandModel

MAX_TAGS = 20
MAX_TAG_LENGTH = 40


class Favourite(BrandModel):
    """A generation that one person marked for themselves."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    generation = BrandForeignKey("ai_studio.Generation", on_delete=models.CASCADE, related_name="favourites")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["brand", "user", "generation"], name="favourite_once"),
        ]

    def __str__(self) -> str:
        return f"{self.generation_id} of {self.user_id}"


class GenerationTag(BrandModel):
    """A word on a generation, in small letters. Its number, 1 to 20, keeps the order and bounds how many there are.

    Rows and not an array: equality of text is leakproof, so row-level security leaves the index in use.
    """

    generation = BrandForeignKey("ai_studio.Generation", on_delete=models.CASCADE, related_name="tags")
    name = models.CharField(max_length=MAX_TAG_LENGTH)
    number = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["brand", "generation", "name"], name="tag_once"),
            models.UniqueConstraint(fields=["brand", "generation", "number"], name="tag_number_once"),
            models.CheckConstraint(condition=Q(number__range=(1, MAX_TAGS)), name="tag_number_in_range"),
            models.CheckConstraint(
                condition=Q(name__regex=r"^(?! )(?!.* $)[^A-Z[:cntrl:]]+$"), name="tag_name_normalised"
            ),
        ]
        indexes = [models.Index(fields=["brand", "name", "generation"], name="tag_by_name")]

    def __str__(self) -> str:
        return self.name
