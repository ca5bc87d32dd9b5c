from django.db import models
from django.db.models import Q

from brands.tenancy.models import BrandForeignKey, BrandModel

MAX_MESSAGE_LENGTH = 1000


class ShareMessage(BrandModel):
    """What somebody wrote when they shared. The share itself is the grant: rights have one truth."""

    # The database deletes it with its grant (see the migration).
    grant = BrandForeignKey("brands.Grant", on_delete=models.DO_NOTHING, related_name="messages")
    text = models.CharField(max_length=MAX_MESSAGE_LENGTH)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["brand", "grant"], name="share_message_once"),
            models.CheckConstraint(condition=~Q(text=""), name="share_message_says_something"),
        ]

    def __str__(self) -> str:
        return self.text
