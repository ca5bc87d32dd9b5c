"""Answers that are kept: by brand, question and version of the brand's events, so that none is stale and a question
asked again costs no look at events."""

import hashlib
import json
from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django.core.cache import cache
from django.core.serializers.json import DjangoJSONEncoder

from brands.tenancy.keys import cache_key

KEPT_SECONDS = 86_400
# While people are still on their way the same events mean something else a moment later.
OPEN_SECONDS = 60


def question_id(kind: str, question: Mapping[str, Any]) -> str:
    """The same for the same question, however its words are ordered."""
    words = json.dumps([kind, question], sort_keys=True, cls=DjangoJSONEncoder, separators=(",", ":"))
    return hashlib.sha256(words.encode()).hexdigest()


def kept(
    *,
    brand_id: UUID,
    kind: str,
    question: Mapping[str, Any],
    version: int,
    compute: Callable[[], dict[str, Any]],
    seconds: Callable[[dict[str, Any]], int] = lambda _: KEPT_SECONDS,
) -> dict[str, Any]:
    """`compute()`, or what it gave for the same question about the same events. An answer is JSON."""
    asked = question_id(kind, question)
    key = cache_key(brand_id, "answer", asked, f"v{version}")
    stored = cache.get(key)
    if stored is not None:
        answer: dict[str, Any] = json.loads(stored)
        return answer
    answer = {**compute(), "question": asked}
    words = json.dumps(answer, cls=DjangoJSONEncoder, allow_nan=False)
    cache.set(key, words, seconds(answer))
    said: dict[str, Any] = json.loads(words)  # the same, first or again
    return said
