"""The views all others inherit: one transaction in one brand, one actor, constant headers."""

from typing import Any, ClassVar
from uuid import UUID

from django.db.models import Model, QuerySet
from django.http.response import HttpResponseBase
from rest_framework.exceptions import MethodNotAllowed
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView
from rest_framework.viewsets import GenericViewSet

from brands import idempotency
from brands.errors import Forbidden
from brands.permissions import Actor, visible
from brands.services import actors
from brands.services.api_keys import Credential
from brands.tenancy.scope import brand_scope


class BrandAPIView(APIView):
    """A route under /api/v1/brands/{brand_id}/.

    The whole request runs in the brand's scope; whoever is not of the brand gets 404. `capability` maps an
    action or a method to the capability it needs; a route without one is refused.
    """

    http_method_names = ["get", "head", "post", "put", "patch", "delete"]
    capability: ClassVar[dict[str, str]] = {}
    actor: Actor

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        with brand_scope(kwargs["brand_id"]):
            return super().dispatch(request, *args, **kwargs)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        self.format_kwarg = self.get_format_suffix(**kwargs)
        # Read once, whole and bounded: parsers would read the stream without a limit, and once() needs it again.
        _ = request._request.body
        request.accepted_renderer, request.accepted_media_type = self.perform_content_negotiation(request)
        self.perform_authentication(request)
        self.check_permissions(request)
        self.actor = self._actor(request, kwargs["brand_id"])
        request.actor = self.actor  # type: ignore[attr-defined]
        self._refuse_unknown_method(request)
        self.check_throttles(request)
        if self.needs not in self.actor.capabilities:
            raise Forbidden(f"This needs the capability {self.needs}.", capability=self.needs)

    @property
    def needs(self) -> str:
        method = str(self.request.method).lower()
        action = getattr(self, "action", None) or ("get" if method == "head" else method)
        return self.capability[action]

    @property
    def brand_id(self) -> UUID:
        return self.actor.brand_id

    def finalize_response(self, request: Request, response: Response, *args: Any, **kwargs: Any) -> Response:
        response = super().finalize_response(request, response, *args, **kwargs)
        for name, value in getattr(request, "rate_limit_headers", {}).items():
            response[name] = value
        return response

    def once(self, request: Request, do: Any) -> Response:
        """Run `do() -> idempotency.Answer` under the request's Idempotency-Key, if it has one."""
        answer = idempotency.once(
            brand_id=self.brand_id,
            actor=f"{self.actor.kind}:{self.actor.id}",
            route=f"{request.method} {request.path}",
            key=request.headers.get("Idempotency-Key"),
            body=request._request.body,
            do=do,
        )
        headers = dict(answer.headers)
        if answer.replayed:
            headers["Idempotent-Replayed"] = "true"
        return Response(answer.body, status=answer.status, headers=headers)

    def _refuse_unknown_method(self, request: Request) -> None:
        method = str(request.method).lower()
        if method not in self.http_method_names or not hasattr(self, method):
            raise MethodNotAllowed(str(request.method))

    def _actor(self, request: Request, brand_id: UUID) -> Actor:
        if isinstance(request.auth, Credential):
            return actors.for_key(brand_id=brand_id, credential=request.auth)
        return actors.for_user(brand_id=brand_id, user=request.user)


class BrandGenericAPIView(BrandAPIView, GenericAPIView):
    """A brand's collection. Its queryset holds only what the actor may see."""

    model: type[Model]

    def get_queryset(self) -> QuerySet[Any]:
        if getattr(self, "swagger_fake_view", False):
            return self.model._base_manager.none()
        return visible(self.actor, self.needs, self.model._default_manager.all())


class BrandViewSet(BrandGenericAPIView, GenericViewSet):
    """The same for viewsets."""
