"""Staff's way into the admin, with the second factor that a password form alone would leave out."""

from typing import Any
from urllib.parse import unquote

from allauth.account.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.utils import is_mfa_enabled
from django import forms
from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import BadRequest, PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from unfold.forms import AuthenticationForm
from unfold.widgets import BASE_INPUT_CLASSES

from brands.middleware import GetResponse


class StaffLoginForm(AuthenticationForm):
    """The admin's sign-in: the password, limited per address and person, and the second factor of who has one."""

    code = forms.CharField(
        required=False,
        label="Authentication code",
        help_text="From your authenticator, or a recovery code, if you have set up a second factor.",
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "class": " ".join(BASE_INPUT_CLASSES)}),
    )

    def clean(self) -> dict[str, Any]:
        email, password = self.cleaned_data.get("username"), self.cleaned_data.get("password")
        if email and password:
            self.user_cache = get_adapter().authenticate(self.request, email=email, password=password)
            if self.user_cache is None:
                raise self.get_invalid_login_error()
            self.confirm_login_allowed(self.user_cache)
            self._check_second_factor(self.user_cache)
        return self.cleaned_data

    def _check_second_factor(self, user: AbstractBaseUser) -> None:
        if lacks_second_factor(user):
            raise ValidationError("Staff sign in with a second factor here. Set one up in your account first.")
        if is_mfa_enabled(user) and not AuthenticateForm({"code": self.cleaned_data["code"]}, user=user).is_valid():
            # The same sentence as for a wrong password: which of the two was right is nobody's business.
            raise self.get_invalid_login_error()


class StaffSecondFactorMiddleware:
    """With STAFF_MFA_REQUIRED, a session made elsewhere opens the admin only to who has a second factor.

    Whoever has one has shown it: neither allauth nor the admin's form makes a session without.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.STAFF_MFA_REQUIRED and request.path.startswith(reverse("admin:index")):
            away = request.path in {reverse("admin:login"), reverse("admin:logout")}
            if request.user.is_authenticated and not away and lacks_second_factor(request.user):
                raise PermissionDenied("Staff need a second factor.")
        return self.get_response(request)


class StaffQuestionMiddleware:
    """A NUL in a filter or a search of the admin is a bad request: PostgreSQL's text knows none, and would fail."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        asked = request.META.get("QUERY_STRING", "") if request.path.startswith(reverse("admin:index")) else ""
        if "\x00" in unquote(asked):
            raise BadRequest("An address with a NUL.")
        return self.get_response(request)


def lacks_second_factor(user: AbstractBaseUser) -> bool:
    return settings.STAFF_MFA_REQUIRED and not is_mfa_enabled(user)
