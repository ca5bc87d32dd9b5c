"""What allauth tells people, and what it must not tell others."""

from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from django import forms
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.http import HttpRequest

from brands.models import User

PRODUCT = "Atelier"


class AccountAdapter(DefaultAccountAdapter):
    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Mails name the product: the Host header, which allauth would name, is the caller's choice."""
        site = SimpleNamespace(name=PRODUCT, domain=urlsplit(settings.PUBLIC_URL).netloc)
        super().send_mail(template_prefix, email, {"current_site": site, **context})


class SignupForm(forms.Form):
    """Under allauth's own: a known address takes as long as a new one, whose password is hashed."""

    account_already_exists = False

    def clean(self) -> dict[str, Any] | None:
        if self.account_already_exists:
            make_password("")
        return super().clean()

    def signup(self, request: HttpRequest, user: User) -> None:
        """allauth asks for it; there is nothing to add."""
