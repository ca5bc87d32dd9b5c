"""What the demo brand asks of its events: as the API takes it."""

from typing import Any

from analytics.demo import truth
from analytics.metrics.anomalies.subjects import Subject

_HOUR, _DAY = 3600, 86_400


def _steps(*names: str) -> list[dict[str, Any]]:
    return [{"event": name, "filters": []} for name in names]


def _count(event: str) -> dict[str, Any]:
    return {"measure": "count", "event": event}


def _ratio(first: dict[str, Any], second: dict[str, Any]) -> dict[str, Any]:
    return {"measure": "formula", "operation": "divided_by", "first": first, "second": second}


_COST = {"measure": "sum", "event": "$generation_completed", "property": "cost_usd"}
FUNNELS: list[dict[str, Any]] = [
    {
        "name": "First visit to purchase",
        "description": "What people do within an hour of coming for the first time.",
        "steps": _steps(*truth.STEPS),
        "entry": "FIRST",
        "window_seconds": _HOUR,
        "breakdown": "device",
    },
    {
        "name": "Prompt to purchase",
        "description": "Who designs something with AI, and buys within a day.",
        "steps": _steps("$generation_requested", "$generation_completed", "cart_added", "purchase"),
        "window_seconds": _DAY,
        "breakdown": "provider",
    },
    {
        "name": "Checkout A against B",
        "description": "Each person sees one of two checkouts, by chance.",
        "steps": _steps("cart_added", "purchase"),
        "entry": "FIRST",
        "window_seconds": _HOUR,
        "breakdown": "checkout",
    },
]
SEGMENTS: list[dict[str, Any]] = [
    {
        "name": "Bought twice",
        "description": "Customers who came back to buy.",
        "criteria": {"event": "purchase", "at_least": 2},
    },
    {
        "name": "Designed, but never bought",
        "criteria": {"all": [{"event": "$generation_completed"}, {"not": {"event": "purchase"}}]},
    },
]
# What somebody would look at when it departs from the usual; the others say the same again.
WATCHED = ("Visits", "Purchases", "AI cost", "Failed generations")
# The metrics of the truth's related and unrelated events.
CORRELATED = ("Newsletter opens", "Wishes", "Calls for support")


def metrics(currency: str) -> list[dict[str, Any]]:
    """`currency`: the brand's own."""
    return [
        {"name": "Visits", "subject": Subject.EVENTS, "definition": _count("$pageview")},
        {"name": "Visitors", "subject": Subject.PEOPLE, "definition": {"measure": "people", "event": "$pageview"}},
        {"name": "Purchases", "subject": Subject.REVENUE, "definition": _count("purchase")},
        {
            "name": "Revenue",
            "unit": currency,
            "subject": Subject.REVENUE,
            "definition": {"measure": "sum", "event": "purchase", "property": "$revenue"},
        },
        {
            "name": "Conversion",
            "unit": "%",
            "subject": Subject.FUNNEL_STEP,
            "definition": _ratio(_count("purchase"), _count("$pageview")),
        },
        {"name": "AI cost", "unit": "USD", "subject": Subject.COST, "definition": _COST},
        {
            "name": "AI cost per purchase",
            "unit": "USD",
            "subject": Subject.COST,
            "definition": _ratio(_COST, _count("purchase")),
        },
        {
            "name": "Failed generations",
            "subject": Subject.PROVIDER_FAILURES,
            "definition": _count("$generation_failed"),
        },
        {
            "name": "Generation time",
            "unit": "s",
            "subject": Subject.GENERATION_TIME,
            "definition": {"measure": "percentile", "percent": 90, "event": None, "property": "duration_seconds"},
        },
        {"name": "Newsletter opens", "subject": Subject.EVENTS, "definition": _count("newsletter_opened")},
        {"name": "Wishes", "subject": Subject.EVENTS, "definition": _count("wishlist_added")},
        {"name": "Calls for support", "subject": Subject.OTHER, "definition": _count("support_contacted")},
    ]
