"""What OpenAPI says of reviews."""

from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiTypes, extend_schema, extend_schema_view

from ai_studio.api.problems import problems
from collaboration.api.serializers.review_bodies import (
    ReviewAskAgainBody,
    ReviewBody,
    ReviewCancelBody,
    ReviewChangeBody,
    ReviewDecideBody,
)
from collaboration.api.serializers.reviews import ReviewDetailSerializer, ReviewSerializer

_KEY = OpenApiParameter(
    "Idempotency-Key", str, OpenApiParameter.HEADER, description="The same key and body are done once in 24 h."
)
_EXAMPLE = OpenApiExample(
    "Two steps",
    value={
        "title": "Spring hero picture",
        "items": [{"resource_type": "AI_GENERATION", "resource_id": "01890000-0000-7000-8000-000000000001"}],
        "steps": [
            {"name": "Design", "members": [7, 8], "min_approvals": 2},
            {"name": "Client", "members": [9], "guests_decide": True, "required": [{"role": "ADMIN"}]},
        ],
        "due_at": "2030-03-01T12:00:00Z",
    },
    request_only=True,
)

REVIEWS = extend_schema_view(
    list=extend_schema(
        operation_id="reviews_list",
        summary="List reviews",
        description="The newest first. What waits for you: `waiting_for=me`.",
        responses={200: ReviewSerializer(many=True), **problems(400)},
    ),
    create=extend_schema(
        operation_id="reviews_request",
        summary="Ask for a review",
        description="Of exact versions: each item is frozen with its hash, parameters and cost, after its stored file "
        "was read and found to be what was made (409 `item_damaged` else). Nobody approves what they asked for "
        "themselves. Being named gives no right: members must be able to decide already.",
        request=ReviewBody,
        parameters=[_KEY],
        responses={201: ReviewDetailSerializer, **problems(400, 409, 410, 415, 422)},
        examples=[_EXAMPLE],
    ),
    retrieve=extend_schema(
        operation_id="reviews_get",
        summary="Look at a review",
        description="With its progress, and all rounds: decisions of former ones belong to the hash beside them.",
        responses={200: ReviewDetailSerializer, **problems()},
    ),
    partial_update=extend_schema(
        operation_id="reviews_update",
        summary="Change due dates and reviewers",
        description="While it is open. How many must approve, and whose approval it takes, stays.",
        request=ReviewChangeBody,
        responses={200: ReviewDetailSerializer, **problems(400, 409, 415)},
    ),
    decide=extend_schema(
        operation_id="reviews_decide",
        summary="Approve, or request changes",
        description="Once in each step of a round; it is not taken back. Requested changes end the round. 409: "
        "`outdated` (with the round that is asked now), `review_ended`, `not_in_turn`, `decided_already`. Only people "
        "decide: members who are asked, and guests where the step lets them.",
        request=ReviewDecideBody,
        parameters=[_KEY],
        responses={201: ReviewDetailSerializer, **problems(400, 409, 415, 422)},
    ),
    cancel=extend_schema(
        operation_id="reviews_cancel",
        summary="Call a review off",
        request=ReviewCancelBody,
        responses={200: ReviewDetailSerializer, **problems(400, 409, 415)},
    ),
    ask_again=extend_schema(
        operation_id="reviews_ask_again",
        summary="Ask again about new versions",
        description="A new round, also of what was approved or refused. Former decisions stay with their round.",
        request=ReviewAskAgainBody,
        parameters=[_KEY],
        responses={201: ReviewDetailSerializer, **problems(400, 409, 410, 415, 422)},
    ),
    evidence=extend_schema(
        operation_id="reviews_evidence",
        summary="Export a review for the file",
        description="Items with hashes, parameters and costs, decisions with times, history; each stored file is read "
        "again: INTACT, CHANGED or GONE. `sha256` is of the rest as canonical JSON (keys sorted, no spaces).",
        responses={200: OpenApiTypes.OBJECT, **problems(429)},
    ),
)
