"""What OpenAPI says of anomalies."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_view

from ai_studio.api.problems import problems
from analytics.api.serializers.anomalies import (
    DetectBody,
    DetectedSerializer,
    KeptAnomalySerializer,
    MuteBody,
    StateBody,
)

_AGAIN = OpenApiExample("As of the beginning of the year", value={"from": "2026-01-01"}, request_only=True)


def _state(name: str, summary: str, description: str, body: Any = StateBody) -> Any:
    return extend_schema(
        operation_id=f"anomalies_{name}",
        summary=summary,
        description=f"{description} Not from every state: 409 `anomaly_state` says which it has.",
        request=body,
        responses={200: KeptAnomalySerializer, **problems(400, 409, 415)},
    )


ANOMALIES = extend_schema_view(
    list=extend_schema(
        operation_id="anomalies_list",
        summary="List what departed in the brand's metrics",
        description="The newest found first.",
        responses={200: KeptAnomalySerializer(many=True), **problems(400)},
    ),
    retrieve=extend_schema(
        operation_id="anomalies_get",
        summary="Look at an anomaly",
        responses={200: KeptAnomalySerializer, **problems()},
    ),
    detect=extend_schema(
        operation_id="anomalies_detect",
        summary="Look for anomalies now",
        description="Beat looks by itself as periods end. A period that has not ended is not judged. Asked again, "
        "nothing is found twice: numbers follow late events, and what is no anomaly any more is resolved; what a "
        "person decided stays.",
        request=DetectBody,
        responses={200: DetectedSerializer, **problems(400, 415, 429)},
        examples=[_AGAIN],
    ),
    acknowledge=_state("acknowledge", "Say that somebody is at it", "From open or muted."),
    mute=_state(
        "mute",
        "Hear no more of it for a while",
        "The metric gets no new anomalies in this direction for periods that begin before `until`.",
        MuteBody,
    ),
    resolve=_state("resolve", "Say that it is over", "From any other state."),
    reopen=_state("reopen", "Take that back", "From any other state; of a muted one that ends the mute."),
)
