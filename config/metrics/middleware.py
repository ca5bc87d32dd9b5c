import time
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from prometheus_client import Counter, Histogram

from config.metrics.shared import flusher

BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
METHODS = frozenset({"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"})
NO_ROUTE = "none"

requests = Counter("atelier_http_requests_total", "Requests answered.", ["route", "method", "status"])
seconds = Histogram(
    "atelier_http_request_seconds", "Time to the answer's first byte.", ["route", "method"], buckets=BUCKETS
)


class RequestMetricsMiddleware:
    """Counts and times every request by its route, never by its path: a path names a brand, and there are many."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        flusher.start()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        started = time.perf_counter()
        response = self.get_response(request)
        # Static files and addresses that lead nowhere have no route.
        route = request.resolver_match.route if request.resolver_match else NO_ROUTE
        method = request.method if request.method in METHODS else "other"
        requests.labels(route, method, str(response.status_code)).inc()
        seconds.labels(route, method).observe(time.perf_counter() - started)
        return response
