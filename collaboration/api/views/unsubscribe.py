"""Where links and buttons of mail programs lead that end e-mails (RFC 8058)."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from drf_spectacular.utils import extend_schema
from rest_framework.parsers import FormParser, MultiPartParser
from rest_framework.permissions import AllowAny
from rest_framework.request import Request

from brands.api.base import AtelierAPIView
from collaboration.notifications import links, unsubscribing
from collaboration.notifications.unsubscribing import Known
from collaboration.notifications.words import FRAME


@extend_schema(exclude=True)
class UnsubscribeView(AtelierAPIView):
    """In nobody's name: the address is signed. Looking changes nothing, for scanners of mail look at every link."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    parser_classes = (FormParser, MultiPartParser)
    max_body_bytes = 1_000
    rate_limit = "60/minute"

    def get(self, request: Request, token: str, **_: Any) -> HttpResponse:
        return _page(request, unsubscribing.look(token), done=False)

    def post(self, request: Request, token: str, **_: Any) -> HttpResponse:
        return _page(request, unsubscribing.unsubscribe(token), done=True)


def _page(request: Request, known: Known, *, done: bool) -> HttpResponse:
    words = FRAME[known.language]
    context = {
        "language": known.language,
        "done": done,
        "sentence": words["done" if done else "question"].format(brand=known.brand),
        "confirm": words["confirm"],
        "preferences": links.to_preferences(known.brand_id),
        "preferences_words": words["preferences"],
    }
    return render(request, "notifications/unsubscribe.html", context)
