"""What every answer says about itself: the rules it was counted by, and a name of the question."""

import hashlib
import json
from dataclasses import asdict
from typing import Any

from analytics.metrics.funnel.question import Question


def semantics(question: Question) -> dict[str, Any]:
    """The contract in force, for JSON. Times in microseconds since 1970 UTC."""
    return {
        **asdict(question),
        "exclusion_mode": question.marking if question.exclusions else None,
        "conversion_step": question.last_step,
        "window_includes_its_last_moment": True,
        "one_event_fills_one_step": True,
        "level": "deepest step over all attempts",
        "times_from": "first attempt to reach the level, of several the last opened",
    }


def fingerprint(question: Question) -> str:
    """SHA-256 in hex; equal questions have equal ones, `as_of` included."""
    text = json.dumps(asdict(question), sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
