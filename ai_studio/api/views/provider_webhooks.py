from django.core.exceptions import RequestDataTooBig
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from ai_studio.api.problems import problems
from ai_studio.webhooks_in import arrivals
from brands.api.base import AtelierAPIView
from brands.errors import TooLarge

MAX_BODY_BYTES = 1_000_000


class ProviderWebhookView(AtelierAPIView):
    """In nobody's name: the address says whom it is for, the signature who sent it."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    rate_limit = "1200/minute"

    @extend_schema(
        operation_id="provider_webhook",
        summary="A provider tells that a job of its has got on",
        description="Called by providers, at the address that each job gave them. The body is a bell only: the job is "
        "read again from its provider.",
        auth=[],
        request={"application/json": dict},
        responses={204: None, **problems(413, 429)},
    )
    def post(self, request: Request, provider: str, token: str) -> Response:
        arrivals.receive(
            provider=provider, token=token, headers=request.headers, body=_body(request), at=timezone.now()
        )
        return Response(status=204)


def _body(request: Request) -> bytes:
    try:
        body = bytes(request._request.body)
    except RequestDataTooBig as error:
        raise TooLarge from error
    if len(body) > MAX_BODY_BYTES:
        raise TooLarge
    return body
