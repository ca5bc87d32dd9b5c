"""What all of these addresses have in common: any site's pages may use them, and nothing is known of whoever does but
the write key that they show: no session, no cookie, so nothing that CSRF could abuse."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, ClassVar

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.csrf import csrf_exempt
from rest_framework.exceptions import MethodNotAllowed

from analytics.ingest import receiving
from analytics.ingest.letters import Letter
from analytics.ingest.receiving import UnknownWriteKey, Writer
from brands.api import throttling
from brands.api.exceptions import as_atelier_error, problem
from brands.errors import AtelierError, TooLarge, TooManyRequests
from brands.middleware import DATABASE_AWAY, database_away

PREFLIGHT_SECONDS = 86_400


@method_decorator(csrf_exempt, name="dispatch")
class WireView(View):
    """Answers any origin, and in problem+json when something is wrong."""

    http_method_names = ["get", "post", "options"]

    @property
    def allowed(self) -> str:
        return ", ".join(name.upper() for name in self.http_method_names if hasattr(self, name))

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            response = super().dispatch(request, *args, **kwargs)
        except DATABASE_AWAY:
            response = database_away()
        except AtelierError as error:
            response = self.refused(error)
        return _for_any_origin(request, response)

    def refused(self, error: AtelierError) -> HttpResponse:
        return problem(error)

    def options(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return HttpResponse(headers={"Allow": self.allowed})

    def http_method_not_allowed(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = problem(as_atelier_error(MethodNotAllowed(str(request.method))) or AtelierError())
        response["Allow"] = self.allowed
        return response


class CaptureView(WireView):
    """Takes events. Subclasses say how they are read and what their SDK wants to hear."""

    source: ClassVar[str]
    max_bytes: ClassVar[int]
    busy: ClassVar[type[AtelierError]] = TooManyRequests

    def capture(self, request: HttpRequest, read: Callable[[bytes, datetime], Letter]) -> None:
        """Reads the request's letter and stores its events."""
        received_at = timezone.now()
        letter = read(_body(request, self.max_bytes), received_at)
        writer = self._writer(request, letter.token)
        self._check_rate(writer)
        receiving.receive(letter, writer=writer, source=self.source, received_at=received_at)

    def _writer(self, request: HttpRequest, token: str) -> Writer:
        try:
            return receiving.writer(token)
        except UnknownWriteKey:
            if wait := throttling.count_failed_authentication(request):
                raise throttling.TooManyFailures(retry_after=wait) from None
            raise

    def _check_rate(self, writer: Writer) -> None:
        """All visitors of a site share one key, so it may come more often than other keys."""
        rate, brand, key = settings.EVENTS_RATE_LIMIT, str(writer.actor.brand_id), writer.actor.id
        count = throttling.hit(rate, "events", brand, key)
        if not count.allowed:
            raise self.busy(f"This key may come {rate}.", retry_after=max(1, count.reset_seconds))


def _body(request: HttpRequest, most: int) -> bytes:
    body = request.read(most + 1)
    if len(body) > most:
        raise TooLarge(f"At most {most:,} bytes.")
    return bytes(body)


def _for_any_origin(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """Beacons of browsers come with credentials, so the origin has to be named; the credentials are not looked at."""
    patch_vary_headers(response, ["Origin"])
    origin = request.headers.get("Origin")
    if origin is None:
        return response
    response["Access-Control-Allow-Origin"] = origin
    response["Access-Control-Allow-Credentials"] = "true"
    response["Access-Control-Expose-Headers"] = "Retry-After"
    if request.method == "OPTIONS":
        response["Access-Control-Allow-Methods"] = "GET, POST, OPTIONS"
        response["Access-Control-Allow-Headers"] = request.headers.get("Access-Control-Request-Headers", "Content-Type")
        response["Access-Control-Max-Age"] = str(PREFLIGHT_SECONDS)
        patch_vary_headers(response, ["Access-Control-Request-Headers"])
    return response
