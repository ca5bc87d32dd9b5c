"""Every route there is, from the URL resolver, and what the walk fills into it. A route that is not named here
makes the walk fail: whoever adds one says how it is attacked."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from tests.factories import SECRET_NAME

BRAND_PREFIX = "api/v1/brands/<uuid:brand_id>/"
NOWHERE = "00000000-0000-7000-8000-000000000000"
WISH = {"type": "IMAGE_2D", "prompt": "an attack"}

FUNNEL = {"name": "an attack", "steps": [{"event": "a"}, {"event": "b"}], "window_seconds": 60}
# What SDKs of others send; the walk tries keys of its own in it.
EVENTS = {"api_key": "guess", "writeKey": "guess", "batch": [{"event": "an attack", "distinct_id": "ann"}]}

TEMPLATE = {"name": "an attack", "body": "a {{thing}}", "variables": [{"name": "thing"}]}
SEGMENT = {"name": "an attack", "criteria": {"event": "an attack"}}
REPORT = {"name": "an attack", "kind": "COHORTS"}
SHARE = {"resource_type": "AI_GENERATION", "resource_id": NOWHERE, "member": NOWHERE, "permissions": ["DELETE"]}
IMPORT = {"name": "attack.csv", "size_bytes": 9}
EXTERNAL = {"type": "DESIGN", "external_id": "an attack", "title": "an attack", "url": "https://attack.example/"}
THREAD = {"resource_type": "AI_GENERATION", "resource_id": NOWHERE, "body": "an attack"}
WEBHOOK = {"url": "https://attack.example/", "event_types": ["*"]}
REVIEW = {
    "title": "an attack",
    "items": [{"resource_type": "AI_GENERATION", "resource_id": NOWHERE}],
    "steps": [{"groups": [NOWHERE]}],
}
METRIC = {"name": "an attack", "definition": {"measure": "count", "event": "an attack"}}


@dataclass(frozen=True)
class Entry:
    """`row` names the victim's row that stands for `pk`; `body` is a valid one, by method."""

    row: str = ""
    bodies: dict[str, Any] = field(default_factory=dict)
    filters: tuple[str, ...] = ()  # query parameters that take a row's name
    of_guests: bool = False  # outside brands: a guest's own, of which they are shown what their link shows
    readers_write: tuple[str, ...] = ()  # methods by which whoever may look changes what is theirs alone
    about_oneself: bool = False  # whoever is of the brand may read it, whatever else they may
    of_people: bool = False  # keys have none: another brand's person asks with the victim's id


# By route name, in a brand.
IN_BRAND: dict[str, Entry] = {
    "brand": Entry(bodies={"PATCH": {"name": "Taken"}}),
    "brand-logo": Entry(),
    "brand-me": Entry(about_oneself=True),
    "members": Entry(),
    "member": Entry(row="membership", bodies={"PATCH": {"role": "VIEWER"}}),
    "invitations": Entry(bodies={"POST": {"email": "attack@example.com", "role": "OWNER"}}),
    "invitation": Entry(row="invitation"),
    "api-keys": Entry(bodies={"POST": {"name": "attack", "scopes": ["*"]}}),
    "api-key": Entry(row="api-key"),
    "api-key-rotate": Entry(row="api-key", bodies={"POST": {"overlap_seconds": 0}}),
    "roles": Entry(bodies={"POST": {"name": "attack", "capabilities": ["brand.view"]}}),
    "role": Entry(row="role", bodies={"PATCH": {"name": "an attack"}}),
    "groups": Entry(bodies={"POST": {"name": "an attack"}}),
    "group": Entry(row="group", bodies={"PATCH": {"name": "an attack"}}),
    "group-members": Entry(row="group", bodies={"POST": {"members": [NOWHERE]}}),
    "group-member": Entry(row="group"),
    "grants": Entry(
        bodies={"POST": {"member": NOWHERE, "role": "OWNER"}},
        filters=("member=membership", "group=group", "api_key=api-key", "resource_id=generation", "cursor=audit"),
    ),
    "grant": Entry(row="grant", bodies={"PATCH": {"expires_at": None}}),
    "permissions": Entry(),
    "permissions-explain": Entry(),
    "restriction": Entry(row="generation", bodies={"PUT": {"restricted": True}}),
    "secrets": Entry(),
    "secret": Entry(bodies={"PUT": {"value": "an attack"}}),
    "audit": Entry(filters=("object_id=generation", "actor_id=user")),
    "audit-export": Entry(),
    "domain-events": Entry(),
    "resource-types": Entry(),
    "ai:generation-list": Entry(
        bodies={"POST": WISH},
        filters=("parent=generation", "collection=collection", "user=user", "template=template", "cursor=audit"),
    ),
    "ai:generation-batch": Entry(bodies={"POST": {"items": [WISH]}}),
    "ai:generation-detail": Entry(row="generation"),
    "ai:generation-cancel": Entry(row="generation"),
    "ai:generation-retry": Entry(row="failed"),
    "ai:generation-variations": Entry(row="generation", bodies={"POST": {"count": 2}}),
    "ai:generation-versions": Entry(row="generation", bodies={"POST": {"changes": {"prompt": "an attack"}}}),
    "ai:generation-tree": Entry(row="generation"),
    "ai:generation-attempts": Entry(row="generation"),
    "ai:generation-favourite": Entry(row="generation", readers_write=("PUT", "DELETE")),
    "ai:generation-tags": Entry(row="generation", bodies={"PUT": {"tags": ["an attack"]}}),
    "ai:tags": Entry(),
    "ai:collection-list": Entry(
        bodies={"POST": {"name": "an attack"}}, filters=("owner=user", "generation=generation", "cursor=audit")
    ),
    "ai:collection-detail": Entry(row="collection", bodies={"PATCH": {"name": "an attack"}}),
    "ai:collection-items": Entry(row="collection", bodies={"POST": {"generations": [NOWHERE]}}),
    "ai:collection-item": Entry(row="collection", bodies={"PATCH": {"before": NOWHERE}}),
    "ai:prompt-template-list": Entry(bodies={"POST": TEMPLATE}, filters=("cursor=audit",)),
    "ai:prompt-template-detail": Entry(row="template", bodies={"PATCH": {"name": "an attack"}}),
    "ai:prompt-template-render": Entry(
        row="template", bodies={"POST": {"variables": {"thing": "an attack"}}}, readers_write=("POST",)
    ),
    "ai:prompt-template-versions": Entry(row="template"),
    "ai:models": Entry(),
    "ai:providers": Entry(),
    "ai:routing-settings": Entry(bodies={"PATCH": {"strategy": "cheapest", "disabled_providers": ["local"]}}),
    "ai:prompt-settings": Entry(bodies={"PATCH": {"tone": ["playful"], "denied_words": ["an attack"]}}),
    "ai:prompt-optimize": Entry(bodies={"POST": WISH}),
    "ai:artifact": Entry(row="artifact"),
    "ai:artifact-download": Entry(row="artifact"),
    "ai:artifact-verify": Entry(row="artifact"),
    # A question by POST: it may hold a file.
    "ai:verify": Entry(bodies={"POST": {"sha256": "0" * 64}}, readers_write=("POST",)),
    "ai:analytics": Entry(),
    "ai:quota": Entry(),
    "ai:budget": Entry(bodies={"PATCH": {"limit_usd": "1"}}),
    "ai:costs": Entry(),
    "ai:costs-csv": Entry(),
    "ai:ledger": Entry(filters=("generation=generation", "user=user")),
    "ai:queue": Entry(),
    "ai:queue-history": Entry(),
    "ai:queue-pause": Entry(),
    "ai:queue-resume": Entry(),
    "collaboration:stream": Entry(filters=("resource_type=AI_GENERATION&resource_id=generation",)),
    "collaboration:presence": Entry(
        bodies={"POST": {"resource_type": "AI_GENERATION", "resource_id": NOWHERE}},
        filters=("resource_type=AI_GENERATION&resource_id=generation",),
    ),
    "collaboration:review-list": Entry(bodies={"POST": REVIEW}, filters=("resource_id=generation", "cursor=audit")),
    "collaboration:review-detail": Entry(row="review", bodies={"PATCH": {"title": "an attack"}}),
    "collaboration:review-decide": Entry(row="review", bodies={"POST": {"verdict": "APPROVE", "round": 1}}),
    "collaboration:review-cancel": Entry(row="review", bodies={"POST": {"reason": "an attack"}}),
    "collaboration:review-ask-again": Entry(row="review", bodies={"POST": {}}),
    "collaboration:review-evidence": Entry(row="review"),
    "analytics:metric-list": Entry(bodies={"POST": METRIC}, filters=("cursor=audit",)),
    "analytics:metric-detail": Entry(row="metric", bodies={"PATCH": {"name": "an attack"}}),
    "analytics:metric-values": Entry(row="metric"),
    "analytics:metric-anomalies": Entry(row="metric"),
    "analytics:metric-chart": Entry(row="metric"),
    "analytics:anomaly-list": Entry(filters=("metric=metric", "cursor=audit")),
    "analytics:anomaly-detect": Entry(bodies={"POST": {"from": "2026-01-01"}}),
    "analytics:anomaly-detail": Entry(row="anomaly"),
    "analytics:anomaly-acknowledge": Entry(row="anomaly", bodies={"POST": {"reason": "an attack"}}),
    "analytics:anomaly-mute": Entry(row="anomaly"),
    "analytics:anomaly-resolve": Entry(row="anomaly"),
    "analytics:anomaly-reopen": Entry(row="anomaly"),
    "analytics:correlations": Entry(filters=("metric=metric",)),
    "analytics:correlations-chart": Entry(filters=("metric=metric",)),
    "analytics:funnel-chart": Entry(row="funnel"),
    "analytics:cohorts-chart": Entry(),
    "analytics:retention-chart": Entry(),
    "analytics:question-list": Entry(bodies={"POST": {"kind": "retention"}}, filters=("cursor=audit",)),
    "analytics:question-detail": Entry(row="question"),
    "analytics:question-result": Entry(row="question"),
    "analytics:import-list": Entry(bodies={"POST": IMPORT}, filters=("cursor=audit",)),
    "analytics:import-detail": Entry(row="import", bodies={"PATCH": {"name": "an attack"}}),
    "analytics:import-retry": Entry(row="import"),
    "analytics:funnel-list": Entry(bodies={"POST": FUNNEL}, filters=("cursor=audit",)),
    "analytics:funnel-detail": Entry(row="funnel", bodies={"PATCH": {"name": "an attack"}}),
    "analytics:funnel-result": Entry(row="funnel"),
    "analytics:funnel-trend": Entry(row="funnel"),
    "analytics:funnel-times": Entry(row="funnel"),
    "analytics:funnel-people": Entry(row="funnel"),
    "analytics:segment-list": Entry(bodies={"POST": SEGMENT}, filters=("cursor=audit",)),
    "analytics:segment-preview": Entry(bodies={"POST": {"criteria": SEGMENT["criteria"]}}),
    "analytics:segment-detail": Entry(row="segment", bodies={"PATCH": {"name": "an attack"}}),
    "analytics:segment-refresh": Entry(row="segment"),
    "analytics:segment-people": Entry(row="segment"),
    "analytics:segment-upload": Entry(),
    "analytics:funnel-segment": Entry(row="funnel", bodies={"POST": {"name": "an attack"}}),
    "analytics:retention-segment": Entry(bodies={"POST": {"name": "an attack"}}),
    "analytics:report-list": Entry(bodies={"POST": REPORT}, filters=("cursor=audit",)),
    "analytics:report-detail": Entry(row="report", bodies={"PATCH": {"name": "an attack"}}),
    "analytics:report-result": Entry(row="report"),
    "analytics:funnel-drivers": Entry(row="funnel"),
    "analytics:funnel-person-trace": Entry(row="funnel"),
    "analytics:funnel-trace": Entry(row="funnel"),
    "analytics:cohorts": Entry(),
    "analytics:retention": Entry(filters=("segment=segment",)),
    "analytics:retention-people": Entry(),
    "analytics:events": Entry(filters=("distinct_id=user", "cursor=audit")),
    "analytics:event-names": Entry(filters=("cursor=audit",)),
    "analytics:dead-letters": Entry(filters=("source=user", "cursor=audit")),
    "analytics:events-export": Entry(filters=("distinct_id=user",)),
    "analytics:funnel-result-export": Entry(row="funnel"),
    "analytics:funnel-people-export": Entry(row="funnel"),
    "analytics:retention-export": Entry(),
    "analytics:retention-people-export": Entry(),
    "analytics:cohorts-export": Entry(),
    "analytics:metric-values-export": Entry(row="metric"),
    "analytics:settings": Entry(bodies={"PATCH": {"keep_events_days": 30}}),
    "collaboration:resource-list": Entry(
        bodies={"POST": EXTERNAL}, filters=("external_id=external", "search=external", "cursor=audit")
    ),
    "collaboration:resource-detail": Entry(row="external"),
    "collaboration:share-list": Entry(bodies={"POST": SHARE}, filters=("whose=by_me&cursor=audit",)),
    "collaboration:share-detail": Entry(row="share", bodies={"PATCH": {"permissions": ["DELETE"]}}),
    "collaboration:share-link-list": Entry(
        bodies={"POST": {"resource_type": "AI_GENERATION", "resource_id": NOWHERE}},
        filters=("resource_id=generation", "cursor=audit"),
    ),
    "collaboration:share-link-detail": Entry(row="share-link"),
    "collaboration:share-link-revoke": Entry(row="share-link"),
    "collaboration:share-link-sessions": Entry(row="share-link"),
    "collaboration:thread-list": Entry(
        bodies={"POST": THREAD},
        filters=(
            "resource_type=AI_GENERATION&resource_id=generation",
            "resource_type=AI_GENERATION&all_versions=true&resource_id=generation",
            "resource_type=DESIGN&resource_id=external",
            "cursor=audit",
        ),
    ),
    "collaboration:thread-counts": Entry(
        filters=(
            "resource_type=AI_GENERATION&resource_ids=generation",
            "resource_type=DESIGN&resource_ids=external",
        )
    ),
    "collaboration:thread-detail": Entry(row="thread"),
    "collaboration:thread-resolve": Entry(row="thread"),
    "collaboration:thread-reopen": Entry(row="thread"),
    # How far one has read is one's own.
    "collaboration:thread-read": Entry(row="thread", bodies={"PUT": {}}, readers_write=("PUT",)),
    "collaboration:thread-comments": Entry(row="thread", bodies={"POST": {"body": "an attack"}}),
    "collaboration:comment-detail": Entry(row="comment", bodies={"PATCH": {"body": "an attack"}}),
    "collaboration:comment-revisions": Entry(row="comment"),
    "collaboration:comment-reaction": Entry(row="comment"),
    "collaboration:comment-attachments": Entry(row="comment"),
    "collaboration:attachment": Entry(row="attachment"),
    "collaboration:attachment-download": Entry(row="attachment"),
    "collaboration:activity": Entry(filters=("resource_type=AI_GENERATION&resource_id=generation", "cursor=audit")),
    "collaboration:notification-list": Entry(
        filters=("resource_type=AI_GENERATION&resource_id=generation", "cursor=audit"), of_people=True
    ),
    "collaboration:notification-unread": Entry(),
    # What one has read, muted and wishes is one's own.
    "collaboration:notification-mark": Entry(row="notification", readers_write=("POST",), of_people=True),
    "collaboration:notification-mark-all": Entry(bodies={"POST": {}}, readers_write=("POST",)),
    "collaboration:notification-mute-list": Entry(
        bodies={"POST": {"resource_type": "AI_GENERATION", "resource_id": NOWHERE}}, readers_write=("POST",)
    ),
    "collaboration:notification-mute-detail": Entry(row="mute", readers_write=("DELETE",), of_people=True),
    "collaboration:notification-preferences": Entry(bodies={"PUT": {"digest_hour": 9}}, readers_write=("PUT",)),
    "collaboration:webhook-list": Entry(bodies={"POST": WEBHOOK}, filters=("cursor=audit",)),
    "collaboration:webhook-detail": Entry(row="webhook", bodies={"PATCH": {"url": "https://attack.example/"}}),
    "collaboration:webhook-rotate": Entry(row="webhook", bodies={"POST": {"overlap_seconds": 0}}),
    "collaboration:webhook-test": Entry(row="webhook"),
    "collaboration:webhook-resend-failed": Entry(
        row="webhook", bodies={"POST": {"since": "2026-01-01T00:00:00Z", "missed": True}}
    ),
    "collaboration:webhook-delivery-list": Entry(filters=("webhook=webhook", "cursor=audit")),
    "collaboration:webhook-delivery-detail": Entry(row="webhook-delivery"),
    "collaboration:webhook-delivery-resend": Entry(row="webhook-delivery"),
    "collaboration:webhook-event-types": Entry(),
}

# Outside any brand, by the route or the folder that it is in: whose answers may be anything but the victim's.
OUTSIDE: dict[str, Entry] = {
    "api/v1/me/": Entry(bodies={"PATCH": {"name": "Attacker"}}),
    "api/v1/brands/": Entry(bodies={"POST": {"name": "Another"}}),
    "api/v1/invitations/accept/": Entry(bodies={"POST": {"token": "guess"}}),
    "api/v1/share-links/open/": Entry(bodies={"POST": {"token": "guess"}}),
    "api/v1/guest-session/": Entry(of_guests=True),
    "s/": Entry(row="artifact"),
    "api/v1/provider-webhooks/": Entry(bodies={"POST": {"id": "an attack", "status": "succeeded"}}),
    "api/v1/notifications/unsubscribe/": Entry(),
    "api/v1/events/": Entry(bodies={"POST": {"name": "an attack", "distinct_id": "guess"}}),
    "api/schema/": Entry(),
    "api/docs/": Entry(),
    "api/redoc/": Entry(),
    "admin/brands/brand/": Entry(row="brand"),
    "admin/brands/apikey/": Entry(row="api-key"),
    "admin/brands/membership/": Entry(row="membership"),
    "admin/brands/secret/": Entry(row="secret"),
    "admin/brands/customrole/": Entry(row="role"),
    "admin/brands/group/": Entry(row="group"),
    "admin/brands/grant/": Entry(row="grant"),
    "admin/brands/restriction/": Entry(row="restriction"),
    "admin/brands/sharelink/": Entry(row="link"),
    "admin/brands/invitation/": Entry(row="invitation"),
    "admin/brands/user/": Entry(row="user"),
    "admin/ai_studio/collection/": Entry(row="collection"),
    "admin/ai_studio/prompttemplate/": Entry(row="template"),
    "admin/ai_studio/artifact/": Entry(row="artifact"),
    "admin/analytics/anomaly/": Entry(row="anomaly"),
    "admin/analytics/eventimport/": Entry(row="import"),
    "admin/analytics/dashboards/": Entry(row="anomaly"),
    "admin/analytics/funnel/": Entry(row="funnel"),
    "admin/analytics/metric/": Entry(row="metric"),
    "admin/collaboration/thread/": Entry(row="thread"),
    "admin/collaboration/comment/": Entry(row="comment"),
    "admin/collaboration/externalresource/": Entry(row="external"),
    "admin/collaboration/notification/": Entry(row="notification"),
    "admin/collaboration/webhookendpoint/": Entry(row="webhook"),
    "admin/collaboration/webhookdelivery/": Entry(row="webhook-delivery"),
    "admin/": Entry(row="generation"),
    "auth/": Entry(),
    "accounts/": Entry(),
    "health/": Entry(),
    "metrics": Entry(),
    "ingest/": Entry(bodies={"POST": EVENTS}),
    "array/": Entry(),
    "v1/": Entry(bodies={"POST": EVENTS}),
    "<posthog_events:capture>": Entry(bodies={"POST": EVENTS}),
    "<posthog_flags:flags>": Entry(),
}

# What stands for any other part of an address.
PARTS = {
    "app_label": "ai_studio",
    "action": "retry",
    "verb": "pause",
    "becomes": "mute",
    "url": "nothing",
    "content_type_id": "1",
    "client": "app",
    "key": "guess",
    "uidb36": "1",
    "path": "guess",
    "token": "guess",
    "provider": "guess",
    "pk": "1",
    "id": "1",
    "asset": "guess",
    "capture": "batch/",
    "flags": "flags/",
    "config": "config",
    "kind": "batch",
    "settings": "settings",
    "role": "guess",
    "name": SECRET_NAME,
    "generation_id": NOWHERE,
    "membership_id": NOWHERE,
    "resource_type": "AI_GENERATION",
    "resource_id": NOWHERE,
    "person": "1",
    "emoji": "HEART",
    "session_id": NOWHERE,
    "code": "AI_GENERATION",
}
_PART = re.compile(r"<(?:\w+:)?(\w+)>|\(\?P<(\w+)>[^)]*\)")


@dataclass(frozen=True)
class Route:
    name: str
    pattern: str
    entry: Entry

    @property
    def in_brand(self) -> bool:
        return self.pattern.startswith(BRAND_PREFIX)

    def path(self, brand: str, row: str) -> str:
        """The address with this brand's id and this row's."""
        known = {**PARTS, "brand_id": brand, "object_id": row} | (
            {"pk": row, "resource_id": row} if self.entry.row else {}
        )

        def fill(match: re.Match[str]) -> str:
            return known[match[1] or match[2]]

        return "/" + _PART.sub(fill, self.pattern)


class MissingEntries(AssertionError):
    """Routes that the walk does not know how to attack."""


def all_routes() -> list[Route]:
    """Raises MissingEntries, and tells of entries whose route is gone."""
    found, missing = [], []
    for name, pattern in _patterns(get_resolver()):
        entry = IN_BRAND.get(name) if pattern.startswith(BRAND_PREFIX) else _outside(pattern)
        if entry is None or _unfilled(pattern, entry):
            missing.append(f"{name or 'unnamed'}: {pattern}")
        else:
            found.append(Route(name, pattern, entry))
    gone = set(IN_BRAND) - {route.name for route in found}
    if missing or gone:
        raise MissingEntries(f"Say in tests/isolation/routes.py how to attack {missing}; these are gone: {gone}")
    return found


def _outside(pattern: str) -> Entry | None:
    folders = (entry for prefix, entry in OUTSIDE.items() if prefix.endswith("/") and pattern.startswith(prefix))
    return OUTSIDE.get(pattern) or next(folders, None)


def _unfilled(pattern: str, entry: Entry) -> set[str]:
    parts = {match[1] or match[2] for match in _PART.finditer(pattern)}
    known = set(PARTS) | {"brand_id", "object_id"}
    return parts - known | ({"pk"} if "pk" in parts and not entry.row and pattern.startswith(BRAND_PREFIX) else set())


def _patterns(resolver: URLResolver, prefix: str = "", spaces: tuple[str, ...] = ()) -> Iterator[tuple[str, str]]:
    for pattern in resolver.url_patterns:
        here = prefix + str(pattern.pattern).removeprefix("^").removesuffix("$").removesuffix("\\Z")
        if isinstance(pattern, URLPattern):
            yield ":".join((*spaces, pattern.name or "")), here
        else:
            yield from _patterns(pattern, here, (*spaces, pattern.namespace) if pattern.namespace else spaces)
