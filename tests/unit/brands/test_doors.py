"""Doors that must stay few, counted in the source."""

import ast
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from brands.api.base import BrandAPIView
from brands.permissions import CAPABILITIES

CHECKOUT = Path(__file__).resolve().parents[3]
APPS = ("config", "analytics", "collaboration", "ai_studio", "brands")

# Every place that reads across brands, how often, and why it may.
CROSS_BRAND_READS = {
    "ai_studio/admin/costs.py": (1, "staff correct a cost by the generation's id alone"),
    "ai_studio/services/calling_off.py": (1, "the sweeper's search for providers that are still to be told"),
    "ai_studio/services/invariants.py": (1, "an operator's check of the whole installation"),
    "ai_studio/services/overview.py": (3, "the staff dashboard"),
    "ai_studio/services/providers.py": (1, "the staff page of providers' health"),
    "ai_studio/services/queue.py": (2, "the staff queue page"),
    "ai_studio/services/sweeping.py": (4, "the sweeper's and the clean-up's search for work"),
    "analytics/admin/imports.py": (1, "staff's upload, by the import's id alone"),
    "analytics/ingest/dead_letters.py": (1, "dead letters expire in every brand"),
    "analytics/services/anomalies.py": (
        1,
        "beat's search for metrics that are due; each brand is judged in its own scope",
    ),
    "analytics/services/cohorts.py": (1, "beat's search for brands with events; each is rebuilt in its own scope"),
    "analytics/services/imports.py": (2, "beat's search for imports that nobody works on, or that were left"),
    "analytics/services/questions.py": (2, "beat's search for questions that nobody answers, and for old ones"),
    "analytics/services/retention.py": (2, "old events are forgotten, of one brand at a time"),
    "analytics/services/studio_events.py": (2, "beat's search for brands whose log goes on; each is read in its scope"),
    "analytics/services/segment_builds.py": (
        1,
        "beat's search for due segments; each brand's in its own scope",
    ),
    "brands/admin/base.py": (2, "lists of the staff admin; each change is made in one brand's scope"),
    "brands/idempotency.py": (1, "records expire in every brand"),
    "brands/secrets.py": (1, "secrets of every brand move to a new key, each in its own brand's scope"),
    "collaboration/notifications/digests.py": (1, "beat's search for what waits for a digest; each in its own scope"),
    "collaboration/notifications/reading.py": (2, "beat's search for brands whose log goes on; each in its own scope"),
    "collaboration/notifications/sending.py": (1, "beat's search for mails that are due; each in its own scope"),
    "collaboration/notifications/tidying.py": (1, "old notifications are forgotten, of one brand at a time"),
    "collaboration/webhooks/reading.py": (2, "beat's search for brands whose log goes on; each is read in its scope"),
    "collaboration/webhooks/turns.py": (1, "beat's search for webhooks that are due; each is sent in its scope"),
    "collaboration/webhooks/upkeep.py": (2, "old deliveries and secrets are forgotten, of one brand at a time"),
    "collaboration/reviews/reminding.py": (1, "beat's search for steps that are due; each brand's in its own scope"),
    "collaboration/reviews/versions.py": (1, "beat's search for new versions under review; each in its own scope"),
    "config/metrics/outgoing.py": (2, "webhooks and mails that wait, with no brand in them"),
    "config/metrics/state.py": (2, "figures of the installation, with no brand in them"),
    "config/metrics/totals.py": (2, "figures of the installation, with no brand in them"),
}
# Managers that leave the brand out: Django's own need them, nothing of ours does.
BASE_MANAGER_USES = {
    "brands/api/base.py": (1, "an empty queryset, for the schema"),
    "ai_studio/api/filters.py": (3, "an empty queryset, for the schema"),
}


def sources() -> Iterator[tuple[str, ast.Module]]:
    for app in APPS:
        for file in sorted((CHECKOUT / app).rglob("*.py")):
            yield str(file.relative_to(CHECKOUT)), ast.parse(file.read_text())


def uses(attribute: str) -> dict[str, int]:
    found = Counter(
        name
        for name, tree in sources()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr == attribute
    )
    return dict(found)


@pytest.mark.parametrize(
    ("attribute", "allowed"), [("all_brands", CROSS_BRAND_READS), ("_base_manager", BASE_MANAGER_USES)]
)
def test_reads_past_the_brand_are_counted(attribute: str, allowed: dict[str, tuple[int, str]]) -> None:
    assert uses(attribute) == {name: count for name, (count, _) in allowed.items()}


def test_connections_to_addresses_of_others_are_opened_in_one_place() -> None:
    """Beside the guard: health checks of our own parts, and the launcher on its own machine."""
    ours = ("brands/egress/", "config/local/", "config/health/")
    clients = {"requests", "urllib3", "httpx", "aiohttp", "socket", "http.client", "urllib.request"}
    elsewhere = {
        name
        for name, tree in sources()
        for node in ast.walk(tree)
        if imported(node) & clients and not name.startswith(ours)
    }
    assert elsewhere == set()


def imported(node: ast.AST) -> set[str]:
    """What an import names, with the packages that it is in."""
    names = [alias.name for alias in node.names] if isinstance(node, ast.Import | ast.ImportFrom) else []
    module = (node.module or "") if isinstance(node, ast.ImportFrom) else ""
    full = [".".join(filter(None, (module, name))) for name in names]
    return {".".join(name.split(".")[:depth]) for name in full for depth in (1, 2)}


def test_keys_outside_postgres_are_built_in_one_place() -> None:
    """A text put together that starts like a brand's key is written nowhere but in the helper."""
    elsewhere = [
        (name, ast.unparse(node))
        for name, tree in sources()
        for node in ast.walk(tree)
        if isinstance(node, ast.JoinedStr) and ast.unparse(node)[2:].startswith(("brands/", "brand:"))
    ]
    assert elsewhere == []


def brand_views() -> Iterator[tuple[str, type[BrandAPIView], dict[str, str]]]:
    """(route, view class, {method: action or method})."""

    def walk(patterns: list, prefix: str) -> Iterator[tuple[str, type, dict[str, str]]]:
        for pattern in patterns:
            route = prefix + str(pattern.pattern)
            if isinstance(pattern, URLResolver):
                yield from walk(pattern.url_patterns, route)
            elif isinstance(pattern, URLPattern):
                view = getattr(pattern.callback, "cls", None)
                if view is not None and issubclass(view, BrandAPIView):
                    yield (
                        route,
                        view,
                        getattr(pattern.callback, "actions", None)
                        or {method: method for method in view.http_method_names if hasattr(view, method)},
                    )

    yield from walk(get_resolver().url_patterns, "")


def test_every_route_under_a_brand_names_a_capability_for_every_action() -> None:
    views = list(brand_views())
    assert len(views) > 10
    for route, view, actions in views:
        needed = set(actions.values()) - {"head", "options"}
        assert needed <= set(view.capability), (route, view)
        assert set(view.capability.values()) <= CAPABILITIES, (route, view)


def test_every_route_with_a_brand_in_its_address_is_a_brand_view() -> None:
    def walk(patterns: list, prefix: str) -> Iterator[tuple[str, object]]:
        for pattern in patterns:
            route = prefix + str(pattern.pattern)
            if isinstance(pattern, URLResolver):
                yield from walk(pattern.url_patterns, route)
            else:
                yield route, pattern.callback

    for route, callback in walk(get_resolver().url_patterns, ""):
        if route.startswith("api/") and "brand_id" in route:
            assert issubclass(callback.cls, BrandAPIView), route
