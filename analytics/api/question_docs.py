"""What OpenAPI says of questions that are answered later."""

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_view

from ai_studio.api.problems import problems
from analytics.api.serializers.questions import QuestionBody, QuestionSerializer

_EXAMPLE = OpenApiExample(
    "Who comes back, over a year",
    value={"kind": "retention", "parameters": {"from": "2025-06-01", "to": "2026-05-31", "period": "week"}},
    request_only=True,
)

QUESTIONS = extend_schema_view(
    list=extend_schema(
        operation_id="questions_list",
        summary="List questions that are or were answered later",
        description="Newest first; they are forgotten an hour after their answer.",
        responses={200: QuestionSerializer(many=True), **problems(400)},
    ),
    create=extend_schema(
        operation_id="questions_ask",
        summary="Ask something that a worker answers",
        description="The same as a GET of that answer with `Prefer: respond-async`. Asked again while it is not "
        "answered, it is the same question. Up to 5 of a brand at once.",
        request=QuestionBody,
        responses={202: QuestionSerializer, **problems(400, 415, 429)},
        examples=[_EXAMPLE],
    ),
    retrieve=extend_schema(
        operation_id="questions_get",
        summary="See how far an answer is",
        responses={200: QuestionSerializer, **problems()},
    ),
    destroy=extend_schema(
        operation_id="questions_cancel", summary="Call a question off", responses={204: None, **problems()}
    ),
    result=extend_schema(
        operation_id="questions_result",
        summary="The answer",
        description="With the status and the body that the GET has; 409 while there is none.",
        responses={200: OpenApiTypes.OBJECT, **problems(409)},
    ),
)
