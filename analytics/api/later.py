"""One place for all answers that a client would rather have later (RFC 7240, `Prefer: respond-async`)."""

import re
from typing import Any

from django.urls import reverse
from django.utils.cache import patch_vary_headers
from rest_framework.request import Request
from rest_framework.response import Response

from analytics.api.kinds import BY_ROUTE
from analytics.api.serializers.questions import QuestionSerializer
from analytics.models import Question
from analytics.services import questions
from brands.api.base import BrandAPIView

_ASYNC = re.compile(r"(?:^|[,;])\s*respond-async\s*(?:$|[,;])", re.IGNORECASE)


class AnswersLater(BrandAPIView):
    """Asked with `Prefer: respond-async`, the routes of this view that are known in kinds.py answer 202 and where the
    answer will be; what is wrong with the question is told at once."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if request.method == "GET" and _route(request) in BY_ROUTE and _ASYNC.search(request.headers.get("Prefer", "")):
            setattr(self, "get", self.ask_later)  # noqa: B010  (DRF looks for the method's handler after this)

    def ask_later(self, request: Request, **kwargs: Any) -> Response:
        kind = BY_ROUTE[_route(request)]
        row = self.get_object() if kind.of_a_row else None  # type: ignore[attr-defined]  # a view of rows has it
        kind.query.read(request.query_params)
        asked = questions.ask(
            actor=self.actor,
            kind=kind.name,
            row=kwargs.get("pk"),
            parameters=dict(request.query_params.lists()),
            changed_at=row and row.updated_at,
        )
        answer = accepted(asked)
        answer["Preference-Applied"] = "respond-async"
        return answer

    def finalize_response(self, request: Request, response: Response, *args: Any, **kwargs: Any) -> Response:
        response = super().finalize_response(request, response, *args, **kwargs)
        patch_vary_headers(response, ["Prefer"])
        return response


def accepted(question: Question) -> Response:
    place = reverse("analytics:question-detail", kwargs={"brand_id": question.brand_id, "pk": question.pk})
    return Response(QuestionSerializer(question).data, status=202, headers={"Location": place, "Retry-After": "1"})


def _route(request: Request) -> str:
    match = request._request.resolver_match
    return match.view_name if match else ""
