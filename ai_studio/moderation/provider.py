"""A provider that reads words: OpenAI's moderation endpoint, or any that speaks it.

POST {base}/moderations {model, input: [text, …]} → {results: [{flagged, categories: {name: bool}, category_scores}]},
one result for each text (https://platform.openai.com/docs/api-reference/moderations). Asking costs nothing.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ai_studio.moderation.verdicts import Verdict
from brands import egress
from brands.egress.errors import EgressError

TIMEOUT_SECONDS = 8.0
MAX_ANSWER_BYTES = 2_000_000
_OK = 200
_MOST_CATEGORIES = 20
_LONGEST_NAME = 60
ALLOWED = Verdict(allowed=True, code="allowed")


class Away(Exception):
    """No verdict: nobody answered, or not with one. Holds a sentence that names neither key nor prompt."""


@dataclass(frozen=True)
class ProviderModerator:
    """`base_url` ends before /moderations; without a `key` none is sent."""

    base_url: str
    key: str
    model: str

    def check(self, texts: Sequence[str]) -> list[Verdict]:
        """One request for all. Raises Away. Must be called with no transaction open."""
        try:
            answer = egress.fetch(
                f"{self.base_url.rstrip('/')}/moderations",
                method="POST",
                headers={"Content-Type": "application/json", **self._authorization()},
                body=json.dumps({"model": self.model, "input": list(texts)}).encode(),
                max_bytes=MAX_ANSWER_BYTES,
                timeout_seconds=TIMEOUT_SECONDS,
            )
        except EgressError as error:
            raise Away(str(error)) from error
        if answer.status != _OK:
            raise Away(f"The moderation provider answered {answer.status}.")
        return _verdicts(answer.body, len(texts))

    def _authorization(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.key}"} if self.key else {}


def _verdicts(body: bytes, wanted: int) -> list[Verdict]:
    try:
        results = json.loads(body)["results"]
        verdicts = [_verdict(result) for result in results]
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise Away("The moderation provider's answer cannot be read.") from error
    if len(verdicts) != wanted:
        raise Away("The moderation provider answered for another number of texts.")
    return verdicts


def _verdict(result: dict[str, Any]) -> Verdict:
    flagged = result["flagged"]
    if not isinstance(flagged, bool):
        raise TypeError("flagged is neither true nor false")
    if not flagged:
        return ALLOWED
    named = [_told(name) for name, is_so in result.get("categories", {}).items() if is_so is True]
    categories = tuple(sorted(named)[:_MOST_CATEGORIES])
    about = f": {', '.join(categories)}" if categories else ""
    return Verdict(
        allowed=False, code="flagged", sentence=f"The moderation found it unfit{about}.", categories=categories
    )


def _told(name: str) -> str:
    """A stranger's word: half of a surrogate pair, say, could not be sent on."""
    return "".join(char for char in name[:_LONGEST_NAME] if char.isprintable())
