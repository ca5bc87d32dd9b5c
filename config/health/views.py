from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from config.health import checks


@never_cache
@require_safe
def live(request: HttpRequest) -> JsonResponse:
    """200 while the process answers at all: restart it when it does not."""
    return JsonResponse({"status": "live"})


@never_cache
@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """200 when every part works, 503 naming those that do not."""
    report = checks.ready()
    body = {"status": "ready" if report.ready else "not ready", "checks": report.checks}
    return JsonResponse(body, status=200 if report.ready else 503)
