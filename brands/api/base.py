"""The views all others inherit: one transaction in one brand, one actor, constant headers."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from typing import Any, ClassVar, TypeVar, cast
from uuid import UUID

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.db import transaction
from django.db.models import Model, QuerySet
from django.http.response import HttpResponseBase
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView
from rest_framework.viewsets import GenericViewSet

from brands import idempotency
from brands.api import throttling
from brands.errors import Forbidden, InvalidInput, NotFound, TooLarge
from brands.models import User
from brands.permissions import Actor, visible
from brands.services import actors, api_keys
from brands.services.api_keys import Credential
from brands.services.guests import GuestCredential
from brands.tenancy.scope import brand_scope

READING = {"head": "get"}
T = TypeVar("T")
# What is to be asked outside, or None; and what to do with the answer to it.
Prepared = tuple[Callable[[], T] | None, Callable[[T | None], idempotency.Answer]]


class AtelierAPIView(APIView):
    """Any route of the API: bounded bodies, rate limits, keys marked as used."""

    max_body_bytes: ClassVar[int | None] = None  # default: DATA_UPLOAD_MAX_MEMORY_SIZE
    for_guests: ClassVar[bool] = False

    @property
    def user(self) -> User:
        """The person behind the credential; behind an API key, its maker."""
        return cast(User, self.request.user)

    @property
    def key(self) -> Credential | None:
        """The API key, if the credential is one."""
        return self.request.auth if isinstance(self.request.auth, Credential) else None

    @property
    def guest(self) -> GuestCredential | None:
        """The guest session, if the credential is one."""
        return self.request.auth if isinstance(self.request.auth, GuestCredential) else None

    def require_person(self) -> None:
        """A program's key belongs to one brand and has no account of its own; a guest has none at all."""
        if self.key is not None or self.guest is not None:
            raise Forbidden("Only a signed-in person may do this, not an API key.")

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        with ExitStack() as self._scopes:
            self._scopes.enter_context(self.scope(**kwargs))
            response = super().dispatch(request, *args, **kwargs)
        # Apart from the request's transaction: it must neither undo the mark nor hold the key's row.
        api_keys.touch(getattr(self.request, "_auth", None))
        return response

    def scope(self, **kwargs: Any) -> AbstractContextManager[Any]:
        return nullcontext()

    @contextmanager
    def apart(self) -> Iterator[None]:
        """Outside the request's transaction, for asking others: what was done so far is committed, and what follows is
        another transaction. So write nothing before it."""
        self._scopes.close()
        try:
            yield
        finally:
            self._scopes.enter_context(self.scope(**self.kwargs))

    def check_permissions(self, request: Request) -> None:
        super().check_permissions(request)
        if self.guest is not None and not self.for_guests:
            raise Forbidden("A guest sees what the link shows, and nothing else.")

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        _check_query(request)
        super().initial(request, *args, **kwargs)
        _read_body(request, self.max_body_bytes or settings.DATA_UPLOAD_MAX_MEMORY_SIZE)

    def handle_exception(self, exc: Exception) -> Response:
        if isinstance(exc, AuthenticationFailed):
            wait = throttling.count_failed_authentication(self.request)
            if wait is not None:
                exc = throttling.TooManyFailures(retry_after=wait)
        return super().handle_exception(exc)

    def finalize_response(self, request: Request, response: Response, *args: Any, **kwargs: Any) -> Response:
        response = super().finalize_response(request, response, *args, **kwargs)
        for name, value in getattr(request, "rate_limit_headers", {}).items():
            response[name] = value
        return response


class BrandAPIView(AtelierAPIView):
    """A route under /api/v1/brands/{brand_id}/.

    The whole request runs in the brand's scope; whoever is not of the brand gets 404. `capability` maps an
    action or a method to the capability it needs; a route without one is refused.

    `by_resource` names the actions for which a right on some resource is enough, because they look at rows through
    `visible` and `can` only; all others need theirs in the whole brand. Without a name in it guests get no further,
    but for `open_to_all`: what is about the actor alone.
    """

    for_guests = True
    capability: ClassVar[dict[str, str]] = {}
    by_resource: ClassVar[frozenset[str]] = frozenset()
    open_to_all: ClassVar[frozenset[str]] = frozenset()
    actor: Actor

    def scope(self, **kwargs: Any) -> AbstractContextManager[UUID]:
        return brand_scope(kwargs["brand_id"])

    def check_permissions(self, request: Request) -> None:
        """Before the throttles, so that they count the actor."""
        super().check_permissions(request)
        try:
            self._know_actor(request)
        except NotFound:
            super().check_throttles(request)  # strangers count too
            raise

    def check_throttles(self, request: Request) -> None:
        super().check_throttles(request)
        somewhere = self._asked in self.by_resource
        if self._asked in self.open_to_all:
            return
        if self.needs not in self.actor.capabilities and not (somewhere and self.actor.holds(self.needs)):
            raise Forbidden(f"This needs the capability {self.needs}.", capability=self.needs)

    def handle_exception(self, exc: Exception) -> Response:
        response = super().handle_exception(exc)
        if transaction.get_connection().in_atomic_block:  # it could not be entered again after `apart`
            transaction.set_rollback(True)  # an answer that refuses leaves nothing behind
        return response

    @property
    def needs(self) -> str:
        if self._asked not in self.capability:
            self.http_method_not_allowed(self.request)
        return self.capability[self._asked]

    @property
    def _asked(self) -> str:
        """The action, or the method."""
        method = str(self.request.method).lower()
        return getattr(self, "action", None) or READING.get(method, method)

    @property
    def brand_id(self) -> UUID:
        return self.actor.brand_id

    def once_after(self, request: Request, prepare: Callable[[], Prepared[T]]) -> Response:
        """`once`, when something outside must be asked before. `prepare` checks, in a transaction of its own, and says
        what to ask, if anything, and what to do with the answer: an answer that is only repeated needs neither."""
        if idempotency.known(**self._asked_by(request)):
            return self.once(request, lambda: prepare()[1](None))
        ask, do = prepare()
        asked = None
        if ask is not None:
            with self.apart():
                asked = ask()
            self._know_actor(request)  # who may have been let go meanwhile
        return self.once(request, lambda: do(asked))

    def once(self, request: Request, do: Callable[[], idempotency.Answer]) -> Response:
        """Run `do` under the request's Idempotency-Key, if it has one."""
        answer = idempotency.once(brand_id=self.brand_id, body=request._request.body, do=do, **self._asked_by(request))
        headers = dict(answer.headers)
        if answer.replayed:
            headers["Idempotent-Replayed"] = "true"
        return Response(answer.body, status=answer.status, headers=headers)

    def _asked_by(self, request: Request) -> dict[str, Any]:
        return {
            "actor": f"{self.actor.kind}:{self.actor.id}",
            "route": f"{request.method} {request.path}",
            "key": request.headers.get("Idempotency-Key"),
        }

    def _know_actor(self, request: Request) -> None:
        self.actor = self._actor(self.kwargs["brand_id"])
        request.actor = self.actor  # type: ignore[attr-defined]

    def _actor(self, brand_id: UUID) -> Actor:
        if self.key is not None:
            return actors.for_key(brand_id=brand_id, credential=self.key)
        if self.guest is not None:
            return actors.for_guest(brand_id=brand_id, credential=self.guest)
        return actors.for_user(brand_id=brand_id, user=self.user)


class BrandGenericAPIView(BrandAPIView, GenericAPIView):
    """A brand's collection. Its queryset holds only what the actor may see."""

    model: type[Model]

    def get_queryset(self) -> QuerySet[Any]:
        if getattr(self, "swagger_fake_view", False):
            return self.model._base_manager.none()
        return visible(self.actor, self.needs, self.model._default_manager.all())


class BrandViewSet(BrandGenericAPIView, GenericViewSet):
    """The same for viewsets."""


def _check_query(request: Request) -> None:
    """PostgreSQL's text cannot hold NUL; a query that asks for it is wrong, not empty."""
    for name, values in request.query_params.lists():
        if "\x00" in name or any("\x00" in value for value in values):
            raise InvalidInput(fields={name.replace("\x00", ""): ["Holds a NUL character."]})


def _read_body(request: Request, most: int) -> None:
    """Keep the raw body, of `most` bytes at most. Files are streamed and bounded by their view."""
    if (request.content_type or "").startswith("multipart/"):
        return
    if most > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
        request._request._body = request._request.read(most + 1)  # Django's own reading knows one bound for all
    try:
        body = request._request.body  # reading it keeps it
    except RequestDataTooBig as error:
        raise TooLarge() from error
    if len(body) > most:  # sent without a Content-Length
        raise TooLarge(f"At most {most:,} bytes.")
