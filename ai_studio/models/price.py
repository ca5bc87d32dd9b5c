from django.db import models
from django.db.models import Q

from ai_studio.choices import GenerationType, Quality
from ai_studio.models.money import usd
from brands.tenancy.models import new_id


class Price(models.Model):
    """What a provider asks for one unit, from a day on (UTC). Nobody's: the same for every brand.

    Append-only: a new price is a new row, and every cost names the rows it came from. Where type, quality or tier
    are empty it counts for any.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    provider = models.CharField(max_length=40)
    model = models.CharField(max_length=80)
    type = models.CharField(max_length=16, choices=GenerationType, blank=True, help_text="Empty: any.")
    quality = models.CharField(max_length=8, choices=Quality, blank=True, help_text="Empty: any.")
    tier = models.CharField(max_length=40, blank=True, help_text="Size that it depends on; empty: any.")
    unit = models.CharField(max_length=40, help_text="image, second, call, credit, megapixel, output_token, …")
    unit_price_usd = usd()
    valid_from = models.DateField(help_text="Counts for what begins on this day or later (UTC).")
    source_url = models.URLField(max_length=300, help_text="Where the provider says so.")

    class Meta:
        ordering = ["provider", "model", "type", "quality", "tier", "unit", "-valid_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["provider", "model", "type", "quality", "tier", "unit", "valid_from"], name="price_once"
            ),
            models.CheckConstraint(condition=Q(unit_price_usd__gte=0), name="price_not_negative"),
            models.CheckConstraint(condition=Q(type__in=["", *GenerationType.values]), name="price_type_known"),
            models.CheckConstraint(condition=Q(quality__in=["", *Quality.values]), name="price_quality_known"),
            models.CheckConstraint(
                condition=~Q(provider="") & ~Q(model="") & ~Q(unit="") & ~Q(source_url=""), name="price_names_its_thing"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.provider} {self.model}: {self.unit_price_usd} a {self.unit} from {self.valid_from}"
