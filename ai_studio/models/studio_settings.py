from decimal import Decimal
from typing import ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from ai_studio.choices import Moderation, OnOutage, Optimizer, Strategy
from ai_studio.models.money import usd
from ai_studio.moderation.normal import words_of
from ai_studio.prompts.tone import MOST_TONES, is_tone
from brands.tenancy.models import BrandManager

MAX_DENIED = 200
MAX_DENIED_LENGTH = 80
MAX_PROVIDERS, MAX_PROVIDER_NAME_LENGTH, MAX_WEIGHT = 50, 40, 1_000_000
NO_WEIGHTS = models.Value({}, models.JSONField())
NO_ENTRIES = models.Value([], models.JSONField())


def validate_denied(value: object) -> None:
    if not isinstance(value, list) or len(value) > MAX_DENIED:
        raise ValidationError(f"A list of at most {MAX_DENIED} words or phrases.")
    if not all(isinstance(entry, str) and _is_entry(entry) for entry in value):
        raise ValidationError(f"An entry is a word or a phrase of at most {MAX_DENIED_LENGTH} characters.")


def _is_entry(text: str) -> bool:
    return len(text) <= MAX_DENIED_LENGTH and "\x00" not in text and bool(words_of(text))


def validate_tone(value: object) -> None:
    if not isinstance(value, list) or len(value) > MOST_TONES:
        raise ValidationError(f"A list of at most {MOST_TONES} words.")
    for word in value:
        if not isinstance(word, str) or not is_tone(word):
            raise ValidationError(f"{word!r} is no mood or style that the studio knows, such as playful or premium.")


def validate_providers(value: object) -> None:
    if not isinstance(value, list) or len(value) > MAX_PROVIDERS or not all(_is_name(name) for name in value):
        raise ValidationError(f"A list of at most {MAX_PROVIDERS} names of providers.")


def validate_weights(value: object) -> None:
    """Of providers, from 0 to 1,000,000."""
    if not isinstance(value, dict) or len(value) > MAX_PROVIDERS or not all(_is_name(name) for name in value):
        raise ValidationError(f"At most {MAX_PROVIDERS} weights by the providers' names.")
    for weight in value.values():
        if isinstance(weight, bool) or not isinstance(weight, int | float) or not 0 <= weight <= MAX_WEIGHT:
            raise ValidationError(f"A weight is a number from 0 to {MAX_WEIGHT:,}.")


def _is_name(value: object) -> bool:
    return isinstance(value, str) and 1 <= len(value) <= MAX_PROVIDER_NAME_LENGTH


class StudioSettings(models.Model):
    """What one brand allows its studio: money a month, turns at once, words; and whether it runs at all."""

    brand = models.OneToOneField("brands.Brand", on_delete=models.PROTECT, primary_key=True, related_name="+")
    monthly_budget_usd = usd(default=Decimal("500"), validators=[MinValueValidator(0)])
    user_monthly_generations = models.PositiveIntegerField(default=100)
    user_monthly_usd = usd(default=Decimal("50"), validators=[MinValueValidator(0)])
    max_running = models.PositiveSmallIntegerField(
        default=50, validators=[MinValueValidator(1), MaxValueValidator(1000)]
    )
    paused_at = models.DateTimeField(null=True, blank=True)
    moderation = models.CharField(
        max_length=16,
        choices=Moderation,
        default=Moderation.DENY_LIST,
        db_default=Moderation.DENY_LIST,
        help_text="The deny list reads every prompt; a provider (secret provider.openai) may read it too.",
    )
    moderation_on_outage = models.CharField(
        max_length=8,
        choices=OnOutage,
        default=OnOutage.CLOSED,
        db_default=OnOutage.CLOSED,
        help_text="While that provider is away: refuse every prompt, or let pass what the deny list lets pass.",
    )
    denied_words = models.JSONField(default=list, db_default=NO_ENTRIES, blank=True, validators=[validate_denied])
    tone = models.JSONField(default=list, db_default=NO_ENTRIES, blank=True, validators=[validate_tone])
    optimizer = models.CharField(max_length=16, choices=Optimizer, default=Optimizer.RULES, db_default=Optimizer.RULES)
    strategy = models.CharField(
        max_length=16,
        choices=Strategy,
        default=Strategy.IN_ORDER,
        db_default=Strategy.IN_ORDER,
        help_text="How a provider is chosen among those that can make a wish, where the request does not say.",
    )
    provider_weights = models.JSONField(
        default=dict,
        db_default=NO_WEIGHTS,
        blank=True,
        validators=[validate_weights],
        help_text='For the strategy "weighted": {"provider": weight}.',
    )
    disabled_providers = models.JSONField(
        default=list, db_default=NO_ENTRIES, blank=True, validators=[validate_providers]
    )
    resumed_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects: ClassVar[BrandManager] = BrandManager()

    class Meta:
        verbose_name_plural = "studio settings"
        constraints = [
            models.CheckConstraint(
                condition=Q(monthly_budget_usd__gte=0, user_monthly_usd__gte=0),
                name="settings_limits_positive",
            ),
            models.CheckConstraint(condition=Q(max_running__gte=1), name="settings_some_may_run"),
            models.CheckConstraint(condition=Q(moderation__in=Moderation.values), name="settings_moderation_known"),
            models.CheckConstraint(
                condition=Q(moderation_on_outage__in=OnOutage.values), name="settings_on_outage_known"
            ),
            models.CheckConstraint(condition=Q(optimizer__in=Optimizer.values), name="settings_optimizer_known"),
            models.CheckConstraint(condition=Q(strategy__in=Strategy.values), name="settings_strategy_known"),
        ]

    def __str__(self) -> str:
        return f"Studio settings of {self.brand}"
