"""Credentials: API keys for programs, allauth sessions for people. None of them says what one may do."""

from typing import Any

from allauth.headless.contrib.rest_framework.authentication import XSessionTokenAuthentication
from rest_framework.authentication import BaseAuthentication, SessionAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from brands.services import api_keys, guests

REALM = 'Bearer realm="atelier"'


class ApiKeyAuthentication(BaseAuthentication):
    """`Authorization: Bearer prefix_secret`. request.auth is then the key's facts (api_keys.Credential)."""

    def authenticate(self, request: Request) -> tuple[Any, Any] | None:
        scheme, _, token = get_authorization_header(request).decode("latin-1").partition(" ")
        if scheme.lower() != "bearer" or token.strip().startswith(guests.PREFIX):
            return None
        credential = api_keys.authenticate(token.strip())
        if credential is None:
            raise AuthenticationFailed("The API key is unknown, expired or revoked.")
        return credential.user, credential

    def authenticate_header(self, request: Request) -> str:
        return REALM


class GuestAuthentication(BaseAuthentication):
    """`Authorization: Bearer guest_…`, which a share link was exchanged for. request.auth is then a GuestCredential."""

    def authenticate(self, request: Request) -> tuple[Any, Any] | None:
        scheme, _, token = get_authorization_header(request).decode("latin-1").partition(" ")
        if scheme.lower() != "bearer" or not token.strip().startswith(guests.PREFIX):
            return None
        credential = guests.authenticate(token.strip())
        if credential is None:
            raise AuthenticationFailed("The guest session is unknown or has ended.")
        return guests.GuestUser(), credential

    def authenticate_header(self, request: Request) -> str:
        return REALM


class HeadlessTokenAuthentication(XSessionTokenAuthentication):
    """`X-Session-Token` of an allauth headless app client."""

    def authenticate(self, request: Request) -> tuple[Any, Any] | None:
        found = super().authenticate(request)
        if found is None and self.get_session_token(request):
            raise AuthenticationFailed("The session token is unknown or expired.")
        return found

    def authenticate_header(self, request: Request) -> str:
        return REALM


class BrowserSessionAuthentication(SessionAuthentication):
    """The session cookie of an allauth headless browser client, with CSRF."""

    def authenticate_header(self, request: Request) -> str:
        return REALM
