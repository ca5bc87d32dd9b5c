"""Whoever opened a stream, and who that is now."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth import get_user
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.utils.module_loading import import_string
from rest_framework.exceptions import APIException

from brands import registry
from brands.api.base import BrandAPIView
from brands.errors import AtelierError, Forbidden, NotFound
from brands.permissions import Actor

# All that a credential may come in.
_CREDENTIALS = ("HTTP_AUTHORIZATION", "HTTP_COOKIE", "HTTP_X_SESSION_TOKEN")
_sessions = import_string(f"{settings.SESSION_ENGINE}.SessionStore")

Resource = tuple[str, UUID]


class Caller:
    """The credential of a request, to be shown again and again: sessions and keys end, members go."""

    def __init__(self, request: HttpRequest) -> None:
        self._meta: Mapping[str, Any] = {name: request.META[name] for name in _CREDENTIALS if name in request.META}
        self.key = tuple(self._meta.items())

    def actor(self, brand_id: UUID) -> Actor | None:
        """With the rights of this moment; None for who would be refused now. Must run in the brand's scope."""
        view = BrandAPIView()
        view.kwargs, view.args, view.format_kwarg = {"brand_id": brand_id}, (), None
        view.request = view.initialize_request(self._request())
        try:
            view.check_permissions(view.request)
        except (APIException, AtelierError, PermissionDenied):
            return None
        return view.actor

    def _request(self) -> HttpRequest:
        request = HttpRequest()
        request.method, request.META = "GET", dict(self._meta)
        request.session = _sessions(request.COOKIES.get(settings.SESSION_COOKIE_NAME))
        request.user = get_user(request)
        return request


def admit(actor: Actor, resource: Resource | None) -> None:
    """Raises Forbidden or NotFound for who may not listen to the brand, or to this resource of it."""
    if resource is not None:
        registry.resolve(actor=actor, code=resource[0], id=resource[1])
    elif actor.is_guest or not actor.holds("brand.view"):
        raise Forbidden("This needs the capability brand.view.", capability="brand.view")


def may_stay(actor: Actor, resource: Resource | None) -> bool:
    try:
        admit(actor, resource)
    except (Forbidden, NotFound):
        return False
    return True
