"""What OpenAPI says of each route."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse, extend_schema, extend_schema_view
from rest_framework import serializers

from ai_studio.api import headers
from ai_studio.api.problems import MEANINGS
from ai_studio.api.problems import problems as _problems
from ai_studio.api.serializers.analytics import ReportQuery, ReportSerializer
from ai_studio.api.serializers.artifacts import ArtifactSerializer
from ai_studio.api.serializers.costs import CostQuery, CostReportSerializer
from ai_studio.api.serializers.generations import (
    AcceptedBatchSerializer,
    AttemptSerializer,
    GenerationDetailSerializer,
    GenerationSerializer,
    TreeSerializer,
)
from ai_studio.api.serializers.models import ModelOfferSerializer
from ai_studio.api.serializers.money import BudgetBody, BudgetSerializer, LedgerEntrySerializer, QuotaSerializer
from ai_studio.api.serializers.prompts import (
    OptimizeBody,
    OptimizedSerializer,
    PromptSettingsBody,
    PromptSettingsSerializer,
)
from ai_studio.api.serializers.providers import (
    ProvidersSerializer,
    RoutingSettingsBody,
    RoutingSettingsSerializer,
)
from ai_studio.api.serializers.queue import QueueCountsSerializer, QueueHistoryQuery, QueueHistorySerializer
from ai_studio.api.serializers.wishes import BatchBody, NewVersionBody, VariationsBody, WishBody


class ModelsSerializer(serializers.Serializer[Any]):
    results = ModelOfferSerializer(many=True)


def _header(name: str, description: str, **options: Any) -> OpenApiParameter:
    return OpenApiParameter(name, str, OpenApiParameter.HEADER, description=description, **options)


def _get(**options: Any) -> Any:
    return extend_schema_view(get=extend_schema(**options))


def _post(**options: Any) -> Any:
    return extend_schema_view(post=extend_schema(**options))


_KEY = _header("Idempotency-Key", "Up to 255 printable ASCII characters; the same key and body are done once in 24 h.")
_SPEND = [_header(name, text, response=[202]) for name, text in headers.DESCRIPTIONS.items()]
_LOCATION = _header("Location", "The generation that was made.", response=[202])
_ASKING = [_KEY, *_SPEND]
_ASKING_ONE = [_KEY, _LOCATION, *_SPEND]
_REFUSALS = (400, 402, 409, 415, 422, 429)

_IMAGE = OpenApiExample(
    "An image",
    value={
        "type": "IMAGE_2D",
        "prompt": "a golden perfume bottle on a marble table at sunset",
        "negative_prompt": "text",
        "parameters": {"quality": "high", "aspect_ratio": "3:2", "seed": 7},
    },
    request_only=True,
)
_ANIMATION = OpenApiExample(
    "An animation",
    value={
        "type": "ANIMATION",
        "prompt": "three blue balloons floating over the sea, calm",
        "parameters": {"duration_seconds": "3"},
        "priority": 9,
    },
    request_only=True,
)
_BATCH = OpenApiExample(
    "Two at once",
    value={
        "items": [
            {"type": "MODEL_3D", "prompt": "a red ceramic mug with a gold handle"},
            {"type": "TEMPLATE", "prompt": "summer sale poster for a shoe brand, bold, yellow and black"},
        ]
    },
    request_only=True,
)
_TOO_MUCH = OpenApiExample(
    "The budget is used up",
    value={
        "type": "about:blank",
        "title": "The brand's budget of this month does not cover this",
        "status": 402,
        "code": "budget_exceeded",
        "detail": "It may cost 0.080000 USD; 499.960000 of 500.000000 USD are spent and 0.000000 reserved.",
        "request_id": "0197c5f0-0000-7000-8000-000000000000",
        "limit_usd": "500.000000",
        "spent_usd": "499.960000",
        "reserved_usd": "0.000000",
        "needed_usd": "0.080000",
    },
    response_only=True,
    status_codes=["402"],
)
_WRONG = OpenApiExample(
    "A wrong seed",
    value={
        "type": "about:blank",
        "title": "The request is not valid",
        "status": 400,
        "code": "invalid",
        "detail": "The request is not valid",
        "request_id": "0197c5f0-0000-7000-8000-000000000000",
        "errors": {"parameters.seed": ["Ensure this value is greater than or equal to 0."]},
    },
    response_only=True,
    status_codes=["400"],
)

GENERATIONS = extend_schema_view(
    list=extend_schema(
        operation_id="generations_list",
        summary="List generations",
        description="Newest first. `type` and `status` may be repeated.",
        responses={200: GenerationSerializer(many=True), **_problems(400)},
    ),
    create=extend_schema(
        operation_id="generations_create",
        summary="Ask for a generation",
        description="A `prompt`, or a `template` with its `variables`. Its highest cost is held until it ends. Follow "
        "it at Location.",
        request=WishBody,
        parameters=_ASKING_ONE,
        responses={202: GenerationSerializer, **_problems(*_REFUSALS)},
        examples=[_IMAGE, _ANIMATION, _WRONG, _TOO_MUCH],
    ),
    batch=extend_schema(
        operation_id="generations_create_batch",
        summary="Ask for up to 100 generations, all or none",
        description="Errors name their item: `items.3.parameters.seed`.",
        request=BatchBody,
        parameters=_ASKING,
        responses={202: AcceptedBatchSerializer, **_problems(*_REFUSALS)},
        examples=[_BATCH, _TOO_MUCH],
    ),
    retrieve=extend_schema(
        operation_id="generations_get",
        summary="Look at one generation",
        description="`quality_score` is the share of the prompt's words that the model understood; `answer` names "
        "them and those it ignored; `routing` says why this model was chosen and no other.",
        parameters=[
            _header("If-None-Match", "The ETag you have: 304 while nothing changed."),
            _header("ETag", "Changes with every change of the answer.", response=[200]),
        ],
        responses={
            200: GenerationDetailSerializer,
            304: OpenApiResponse(description=MEANINGS[304]),
            **_problems(),
        },
    ),
    cancel=extend_schema(
        operation_id="generations_cancel",
        summary="Call it off",
        description="What was held is released. Cancelling twice is cancelling once.",
        request=None,
        responses={200: GenerationDetailSerializer, **_problems(409)},
    ),
    retry=extend_schema(
        operation_id="generations_retry",
        summary="Try again what failed or was cancelled",
        description="A new generation of the same wish, with the old one as its parent. Its model is chosen anew by "
        "the same `routing`; a provider or model that was asked for by name stays.",
        request=None,
        parameters=_ASKING_ONE,
        responses={202: GenerationSerializer, **_problems(400, 402, 409, 422, 429)},
    ),
    variations=extend_schema(
        operation_id="variations_list",
        summary="List the variations of a generation",
        description="Newest first, with the filters of all lists of generations.",
        responses={200: GenerationSerializer(many=True), **_problems(400)},
    ),
    versions=extend_schema(
        operation_id="versions_list",
        summary="List all versions of the same work",
        description="The whole family, wherever in it you ask; `parent` makes a tree of the list.",
        responses={200: GenerationSerializer(many=True), **_problems(400)},
    ),
    tree=extend_schema(
        operation_id="generations_tree",
        summary="See the whole family of a generation",
        description="Versions, variations and retries of the same beginning, oldest first; `parent` makes a tree of "
        "the list. At most 500, among them the one you ask for and its nearest forebears.",
        filters=False,
        responses={200: TreeSerializer, **_problems(400)},
    ),
    attempts=extend_schema(
        operation_id="attempts_list",
        summary="List the tries at providers",
        description="Kept for the last 100 completed and the last 50 failed generations of the brand.",
        filters=False,
        responses={200: AttemptSerializer(many=True), **_problems(400)},
    ),
)
# Mapped to the paths of `variations` and `versions`, where extend_schema_view does not reach.
VARY = extend_schema(
    operation_id="variations_create",
    summary="Ask for 1 to 20 variations",
    description="The same wish with new seeds, and with `changes` where given; from the same model where it can make "
    "them, and from another one only if none was asked for by name.",
    request=VariationsBody,
    parameters=_ASKING,
    responses={202: AcceptedBatchSerializer, **_problems(*_REFUSALS)},
    examples=[
        OpenApiExample(
            "Four, taller",
            value={"count": 4, "changes": {"parameters": {"aspect_ratio": "2:3"}}},
            request_only=True,
        )
    ],
)
NEW_VERSION = extend_schema(
    operation_id="versions_create",
    summary="Ask for a new version",
    description="The same wish with `changes`, numbered on; from the same model where it can make it, and from another "
    "one only if none was asked for by name.",
    request=NewVersionBody,
    parameters=_ASKING_ONE,
    responses={202: GenerationSerializer, **_problems(*_REFUSALS)},
    examples=[
        OpenApiExample("Another colour", value={"changes": {"prompt": "a green ceramic mug"}}, request_only=True)
    ],
)
ARTIFACT = _get(
    operation_id="artifacts_get", summary="Look at a file's facts", responses={200: ArtifactSerializer, **_problems()}
)

_WITH_OR_WITHOUT: Any = [{}, {"apiKey": []}, {"sessionToken": []}, {"browserSession": []}]
_BYTES = OpenApiResponse(OpenApiTypes.BINARY, "The file.")
DOWNLOAD = _get(
    operation_id="artifacts_download",
    summary="Download a file",
    description="With credentials, or without by an address from `url`, whose `expires` and `signature` end soon.",
    auth=_WITH_OR_WITHOUT,
    parameters=[
        OpenApiParameter("expires", int, OpenApiParameter.QUERY, description="Seconds since 1970."),
        OpenApiParameter("signature", str, OpenApiParameter.QUERY),
        _header("Range", "One range of bytes."),
        _header("If-Range", "The ETag of the content that the range is of."),
        _header("If-None-Match", "The ETag you have."),
        _header("ETag", "The content's SHA-256.", response=[200, 206]),
    ],
    responses={
        (200, "application/octet-stream"): _BYTES,
        (206, "application/octet-stream"): OpenApiResponse(OpenApiTypes.BINARY, "The part that was asked for."),
        304: OpenApiResponse(description=MEANINGS[304]),
        **_problems(410, 416, 429),
    },
)
MODELS = _get(
    operation_id="models_list",
    summary="List the models one can choose",
    description="What each makes, costs, and was measured to take for this brand; null where nothing was measured.",
    responses={200: ModelsSerializer, **_problems()},
)
ROUTING_SETTINGS = extend_schema_view(
    get=extend_schema(
        operation_id="routing_settings_get",
        summary="See how providers are chosen",
        responses={200: RoutingSettingsSerializer, **_problems()},
    ),
    patch=extend_schema(
        operation_id="routing_settings_update",
        summary="Choose how providers are chosen",
        request=RoutingSettingsBody,
        responses={200: RoutingSettingsSerializer, **_problems(400, 415)},
        examples=[OpenApiExample("Cheapest first", value={"strategy": "cheapest"}, request_only=True)],
    ),
)
PROVIDERS = _get(
    operation_id="providers_list",
    summary="List the providers, and whether they can be used now",
    description="In the order in which they are asked, with whose key each has, and why one cannot be used.",
    responses={200: ProvidersSerializer, **_problems()},
)
OPTIMIZE = _post(
    operation_id="prompts_optimize",
    summary="Improve a prompt",
    description="Adds words that its type's renderer understands and the prompt lacks, in the brand's tone and "
    "colours, and says why. By rules, the same prompt gives the same answer, and your words all stay, in their order. "
    "A brand may have a chat model do it; when that does not answer, the rules do, and `instead_because` says why.",
    request=OptimizeBody,
    responses={200: OptimizedSerializer, **_problems(400, 415, 429)},
    examples=[
        OpenApiExample(
            "A short one", value={"type": "IMAGE_2D", "prompt": "a perfume bottle, elegant"}, request_only=True
        )
    ],
)
PROMPT_SETTINGS = extend_schema_view(
    get=extend_schema(
        operation_id="prompt_settings_get",
        summary="See how prompts are read and improved",
        responses={200: PromptSettingsSerializer, **_problems()},
    ),
    patch=extend_schema(
        operation_id="prompt_settings_update",
        summary="Choose how prompts are read and improved",
        description="The deny list reads every prompt before money is held. With `moderation: provider` the moderation "
        "endpoint of the secret `provider.openai` reads them too.",
        request=PromptSettingsBody,
        responses={200: PromptSettingsSerializer, **_problems(400, 415)},
        examples=[
            OpenApiExample("A tone", value={"tone": ["playful"], "denied_words": ["rival cola"]}, request_only=True)
        ],
    ),
)
ANALYTICS = _get(
    operation_id="generation_analytics_get",
    summary="How generations went",
    description="Those asked for from the first to the last day, in the brand's time zone, beside the period of the "
    "same length before. null where there is nothing to measure or to compare.",
    parameters=[ReportQuery],
    responses={200: ReportSerializer, **_problems(400, 429)},
)
QUOTA = _get(
    operation_id="quota_get", summary="My share of this month", responses={200: QuotaSerializer, **_problems()}
)
BUDGET = extend_schema_view(
    get=extend_schema(
        operation_id="budget_get",
        summary="The brand's budget of this month",
        responses={200: BudgetSerializer, **_problems()},
    ),
    patch=extend_schema(
        operation_id="budget_update",
        summary="Limit this month and the ones to come",
        description="A limit below what is spent and reserved lets running work end and lets none begin.",
        request=BudgetBody,
        responses={200: BudgetSerializer, **_problems(400, 415)},
        examples=[OpenApiExample("750 dollars", value={"limit_usd": "750.00"}, request_only=True)],
    ),
)
COSTS = _get(
    operation_id="costs_get",
    summary="What was spent",
    description="The sums of cost records, by any of user, provider, model, type, day and month. A cost belongs to the "
    "day on which its generation was asked for, in the brand's time zone: the month whose budget it is taken from.",
    parameters=[CostQuery],
    responses={200: CostReportSerializer, **_problems(400, 429)},
)
COSTS_CSV = _get(
    operation_id="costs_csv_get",
    summary="What was spent, as CSV",
    description="The same for spreadsheets; the last line is the total. Cells that a spreadsheet would take for a "
    "formula begin with a quote.",
    parameters=[CostQuery],
    responses={(200, "text/csv"): OpenApiTypes.STR, **_problems(400, 429)},
)
LEDGER = _get(
    operation_id="ledger_list",
    summary="List movements of money",
    description="HOLD when a generation is asked for, SETTLE and RELEASE when it ends, ADJUST for what goes beyond its "
    "hold and for corrections. Never changed, never removed.",
    responses={200: LedgerEntrySerializer(many=True), **_problems(400)},
)
QUEUE = _get(
    operation_id="queue_get", summary="Count what waits and runs", responses={200: QueueCountsSerializer, **_problems()}
)
QUEUE_HISTORY = _get(
    operation_id="queue_history_get",
    summary="How the queue was",
    description="Read every minute, kept for seven days. Days are those of the brand's time zone, until now. Longer "
    "periods have longer steps.",
    parameters=[QueueHistoryQuery],
    responses={200: QueueHistorySerializer, **_problems(400)},
)
PAUSE = _post(
    operation_id="queue_pause",
    summary="Pause the brand's queue",
    description="Running work ends; none begins. Pausing twice is pausing once.",
    request=None,
    responses={200: QueueCountsSerializer, **_problems()},
)
RESUME = _post(
    operation_id="queue_resume",
    summary="Resume the brand's queue",
    request=None,
    responses={200: QueueCountsSerializer, **_problems()},
)
