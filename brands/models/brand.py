import re
from zoneinfo import available_timezones

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q

from brands.tenancy.models import MAINTENANCE, new_id

MAX_COLOURS = 12
_HEX = re.compile(r"#[0-9a-f]{6}")


def validate_timezone(value: str) -> None:
    if value not in available_timezones():
        raise ValidationError(f"Unknown time zone: {value}.")


def validate_palette(value: object) -> None:
    if not isinstance(value, list) or len(value) > MAX_COLOURS:
        raise ValidationError(f"A palette is a list of at most {MAX_COLOURS} colours.")
    if not all(isinstance(colour, str) and _HEX.fullmatch(colour) for colour in value):
        raise ValidationError("A colour is written #rrggbb, in lower case.")


class BrandRootManager(models.Manager["Brand"]):
    """Rows are bound by row-level security to the brand in scope; staff reads go through maintenance."""

    def all_brands(self, *, reason: str) -> models.QuerySet["Brand"]:
        from brands.tenancy.models import cross_brand_reads

        cross_brand_reads.labels(reason=reason).inc()
        return self.get_queryset().using(MAINTENANCE)


class Brand(models.Model):
    """The tenant. Row-level security shows only the brand in scope."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=120)
    slug = models.SlugField(max_length=60, unique=True)
    currency = models.CharField(
        max_length=3,
        default="USD",
        validators=[RegexValidator(r"^[A-Z]{3}$", "An ISO 4217 code, such as EUR.")],
    )
    timezone = models.CharField(max_length=64, default="UTC", validators=[validate_timezone])
    palette = models.JSONField(default=list, blank=True, validators=[validate_palette])
    logo = models.CharField(max_length=300, blank=True, help_text="Storage key of the logo.")
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = BrandRootManager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(condition=Q(currency__regex=r"^[A-Z]{3}$"), name="brand_currency_iso"),
            models.CheckConstraint(condition=~Q(name=""), name="brand_name_not_empty"),
        ]

    def __str__(self) -> str:
        return self.name
