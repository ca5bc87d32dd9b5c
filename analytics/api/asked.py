"""The answer that a GET of a question's route would have, without a request: for workers."""

from typing import Any

from django.http import HttpRequest, QueryDict
from django.urls import resolve, reverse
from rest_framework.renderers import JSONRenderer

from analytics.api.kinds import KINDS
from analytics.errors import AnswerTooSlow
from analytics.models import Question
from analytics.services import questions
from analytics.services.question_work import Answer
from brands.api.exceptions import ServerError, as_atelier_error, document
from brands.choices import ActorKind
from brands.errors import AtelierError
from brands.permissions import Actor
from brands.tenancy.scope import brand_scope

_OK = 200


def answer(question: Question) -> Answer:
    """The status and the body. What is not the question's fault is raised."""
    try:
        with brand_scope(question.brand_id):
            return _OK, _rendered(_asked(question))
    except Exception as error:
        known = as_atelier_error(error)
        if known is None:
            raise
        return refusal(known)


def refusal(error: AtelierError) -> Answer:
    return error.status, _rendered(document(error))


def too_slow() -> Answer:
    return refusal(AnswerTooSlow())


def broken() -> Answer:
    return refusal(ServerError())


def _asked(question: Question) -> Any:
    row = {"pk": question.row} if question.row else {}
    path = reverse(KINDS[question.kind].route, kwargs={"brand_id": question.brand_id, **row})
    match = resolve(path)
    request = HttpRequest()
    request.method, request.path, request.resolver_match = "GET", path, match
    query = QueryDict(mutable=True)
    for name, values in question.parameters.items():
        query.setlist(name, values)
    request.GET = query  # type: ignore[assignment]
    view = match.func.cls(**match.func.initkwargs)  # type: ignore[attr-defined]
    view.action_map = getattr(match.func, "actions", {})  # of a viewset
    action = view.action_map.get("get", "get")
    view.setup(request, **match.kwargs)
    view.request, view.format_kwarg = view.initialize_request(request, **match.kwargs), None
    # Whoever asked had the right to; whoever reads the answer is asked for it again.
    view.actor = Actor(ActorKind.SYSTEM, "system", "Atelier", question.brand_id, frozenset({questions.CAPABILITY}))
    return getattr(view, action)(view.request, **match.kwargs).data


def _rendered(data: Any) -> bytes:
    return bytes(JSONRenderer().render(data))
