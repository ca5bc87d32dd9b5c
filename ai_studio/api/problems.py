"""What OpenAPI says of refusals."""

from typing import Any

from drf_spectacular.utils import OpenApiResponse

from brands.api.schema import ProblemSerializer

MEANINGS = {
    304: "Not modified.",
    400: "Not valid; `errors` names the fields.",
    401: "No credential, or a wrong one.",
    402: "The brand's budget of this month does not cover it; the body has the numbers.",
    403: "Your role or key does not allow it.",
    404: "Not found, or not yours.",
    409: "Its state does not allow it, or the same Idempotency-Key is still being served.",
    410: "The file is no longer in the storage.",
    413: "The body is too large.",
    415: "Only application/json.",
    416: "The range begins behind the end; Content-Range has the size.",
    422: "The Idempotency-Key was used with another body, these words may not be asked for (`errors` names where), or "
    "the model's price is not known.",
    429: "Too many requests, or your quota of this month does not cover it; the body has the numbers.",
    503: "The database or the storage is away; try again after Retry-After.",
}


def problems(*statuses: int) -> dict[Any, OpenApiResponse]:
    return {status: OpenApiResponse(ProblemSerializer, MEANINGS[status]) for status in (401, 403, 404, *statuses, 503)}
