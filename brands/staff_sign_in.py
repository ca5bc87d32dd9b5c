"""How staff signs in to the admin: password, and the second factor of whoever has one."""

from typing import Any

from allauth.mfa.models import Authenticator
from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from limits import parse
from redis.exceptions import RedisError
from unfold.forms import AuthenticationForm
from unfold.widgets import BASE_INPUT_CLASSES

from brands.api.throttling import limiter
from brands.models import User

# Far too few to guess a code of six digits in its half minute.
ATTEMPTS = parse("10/5 minutes")
CODES = (Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES)


class StaffSignInForm(AuthenticationForm):
    code = forms.CharField(
        required=False,
        max_length=32,
        label="Code",
        help_text="Of your authenticator, or a recovery code. Empty without a second factor.",
        widget=forms.TextInput({"autocomplete": "one-time-code", "class": " ".join(BASE_INPUT_CLASSES)}),
    )

    def clean(self) -> dict[str, Any]:
        email = str(self.cleaned_data.get("username", "")).lower()
        if not limiter().hit(ATTEMPTS, "staff-sign-in", email).allowed:
            raise ValidationError("Too many attempts. Wait a few minutes.", code="too_many_attempts")
        cleaned: dict[str, Any] = super().clean()
        return cleaned

    def confirm_login_allowed(self, user: User) -> None:  # type: ignore[override]
        super().confirm_login_allowed(user)
        factors = list(Authenticator.objects.filter(user=user, type__in=CODES))
        if factors and not self._proven(factors):
            raise ValidationError("This account has a second factor: enter a valid code.", code="second_factor")

    def _proven(self, factors: list[Authenticator]) -> bool:
        code = self.cleaned_data.get("code", "").strip()
        try:
            with transaction.atomic():
                return bool(code) and any(factor.wrap().validate_code(code) for factor in factors)
        except RedisError as error:
            # Used codes are remembered there: without it, one could be used twice.
            raise ValidationError("Codes cannot be checked at this moment. Try again shortly.") from error
