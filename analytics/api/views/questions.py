"""Questions that are answered later."""

from typing import Any

from django.http import HttpResponse
from django.urls import resolve, reverse
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from analytics.api import question_docs as docs
from analytics.api.kinds import KINDS
from analytics.api.later import accepted
from analytics.api.serializers.questions import QuestionBody, QuestionSerializer
from analytics.models import Question
from analytics.services import questions
from brands.api.base import BrandViewSet
from brands.api.exceptions import PROBLEM
from brands.errors import InvalidInput
from brands.permissions import visible


@docs.QUESTIONS
class QuestionViewSet(ListModelMixin, RetrieveModelMixin, BrandViewSet):
    model = Question
    serializer_class = QuestionSerializer
    lookup_value_converter = "uuid"
    capability = dict.fromkeys(("list", "retrieve", "create", "destroy", "result"), questions.CAPABILITY)

    def create(self, request: Request, **_: Any) -> Response:
        body = QuestionBody.read(request.data)
        row = body.get("id")
        changed_at = None if row is None else self._changed_at(body["kind"], row)
        asked = questions.ask(
            actor=self.actor, kind=body["kind"], row=row, parameters=body["parameters"], changed_at=changed_at
        )
        return accepted(asked)

    def destroy(self, request: Request, **_: Any) -> Response:
        questions.call_off(actor=self.actor, pk=self.get_object().pk)
        return Response(status=204)

    @action(detail=True, methods=["get"])
    def result(self, request: Request, **_: Any) -> HttpResponse:
        question = self.get_object()
        body = questions.answer(question)
        kind = "application/json" if question.answer_status == 200 else PROBLEM  # noqa: PLR2004
        return HttpResponse(
            body, status=question.answer_status, content_type=kind, headers={"Cache-Control": "private, no-store"}
        )

    def _changed_at(self, kind: str, row: Any) -> Any:
        view = resolve(reverse(KINDS[kind].route, kwargs={"brand_id": self.brand_id, "pk": row})).func
        known = view.cls.model._default_manager.all()  # type: ignore[attr-defined]
        found = visible(self.actor, questions.CAPABILITY, known).filter(pk=row).first()
        if found is None:
            raise InvalidInput(fields={"id": ["Not found."]})
        return found.updated_at
