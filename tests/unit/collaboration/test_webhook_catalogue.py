"""What webhooks may be told of is a closed list: every event that the code knows is in it, or named as never sent."""

import ast
import re
from pathlib import Path

from brands.permissions import CAPABILITIES
from collaboration.webhooks.catalogue import NEEDS, NEVER, TYPES, matching

CHECKOUT = Path(__file__).resolve().parents[3]
APPS = ("analytics", "collaboration", "ai_studio", "brands")
# Functions that append to the log by way of their first or second argument, and the word for it.
APPENDS = {"append", "append_many", "announce", "tell", "_record", "record", "_tell", "_announce", "_append"}
_TYPE = re.compile(r"[a-z_]+\.[a-z_]+")


def told_in_code() -> set[str]:
    """Texts like a type of event, in calls of what appends to the log. What is audited only is left out by its name."""
    found = set()
    for app in APPS:
        for file in (CHECKOUT / app).rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text())):
                if isinstance(node, ast.Call) and _name(node.func) in APPENDS and not _audits(node.func):
                    values = [*node.args, *(each.value for each in node.keywords if each.arg in ("type", "what"))]
                    found |= {v.value for v in values if isinstance(v, ast.Constant) and isinstance(v.value, str)}
    return {text for text in found if _TYPE.fullmatch(text)}


def _name(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _audits(function: ast.expr) -> bool:
    return isinstance(function, ast.Attribute) and getattr(function.value, "id", "") == "audit"


def test_every_event_of_the_code_is_sent_or_named_as_never_sent() -> None:
    found = told_in_code()
    assert len(found) > 30
    assert found - set(TYPES) - set(NEVER) == set()


def test_what_is_never_sent_is_matched_by_nothing() -> None:
    assert matching(["*"]) == set(TYPES)
    assert matching(NEVER) == set()
    assert not any(name.startswith(("secret.", "audit.", "apikey.")) for name in TYPES)
    assert set(NEEDS.values()) <= CAPABILITIES


def test_a_pattern_is_a_type_all_of_a_word_or_everything() -> None:
    assert matching(["queue.*"]) == {"queue.paused", "queue.resumed"}
    assert matching(["queue.paused", "routing.*"]) == {"queue.paused", "routing.settings_changed"}
    for nothing in ("queue", "queue.", "q*", "*.paused", "prompt.*", ""):
        assert matching([nothing]) == set()
