"""The staff admin's look and menu (django-unfold)."""

from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse_lazy

from analytics.dashboards.menu import MENU


def environment(request: HttpRequest) -> list[str]:
    """The label in the header: which installation this is, and how careful to be."""
    from django.conf import settings

    host = settings.PUBLIC_URL.split("://", 1)[-1]
    return [host, "danger" if settings.HTTPS else "info"]


def _item(title: str, icon: str, model: str) -> dict[str, Any]:
    """A list's place in the menu; hidden from staff who may not view it."""
    app, _, name = model.partition(".")
    return {
        "title": title,
        "icon": icon,
        "link": reverse_lazy(f"admin:{app}_{name}_changelist"),
        "permission": lambda request: (
            request.user.has_perm(f"{app}.view_{name}") or request.user.has_perm(f"{app}.change_{name}")
        ),
    }


def on_generations(request: HttpRequest) -> bool:
    """The pages of the queue and of providers lie below the generations' address and have entries of their own."""
    here = request.path.removeprefix(str(reverse_lazy("admin:ai_studio_generation_changelist")))
    return here != request.path and not here.startswith(("queue/", "providers/"))


def on_cost_records(request: HttpRequest) -> bool:
    """So does the page of costs below the cost records'."""
    here = request.path.removeprefix(str(reverse_lazy("admin:ai_studio_costrecord_changelist")))
    return here != request.path and not here.startswith("report/")


_DASHBOARDS = [
    {
        "title": entry.title,
        "icon": entry.icon,
        "link": entry.address,
        "permission": entry.is_allowed,
        "active": entry.is_open,
    }
    for entry in MENU
]

_COSTS = {
    "title": "Costs",
    "icon": "monitoring",
    "link": reverse_lazy("admin:ai_studio_costs"),
    "permission": lambda request: request.user.has_perm("ai_studio.view_costrecord"),
}

_QUEUE = {
    "title": "Queue",
    "icon": "stacks",
    "link": reverse_lazy("admin:ai_studio_queue"),
    "permission": lambda request: request.user.has_perm("ai_studio.view_generation"),
}

_HEALTH = {
    "title": "Provider health",
    "icon": "monitor_heart",
    "link": reverse_lazy("admin:ai_studio_provider_health"),
    "permission": lambda request: request.user.has_perm("ai_studio.view_generation"),
}

UNFOLD: dict[str, Any] = {
    "SITE_TITLE": "Atelier",
    "SITE_HEADER": "Atelier",
    "SITE_SUBHEADER": "Staff",
    "SITE_SYMBOL": "palette",
    "SITE_URL": None,
    "LOGIN": {"form": "brands.staff.StaffLoginForm"},
    "SITE_FAVICONS": [
        {
            "rel": "icon",
            "type": "image/svg+xml",
            "href": lambda request: static("brands/icon.svg"),
        }
    ],
    "SHOW_HISTORY": True,
    "ENVIRONMENT": "config.unfold.environment",
    "DASHBOARD_CALLBACK": "ai_studio.admin.dashboard.dashboard",
    "STYLES": [lambda request: static("brands/admin.css")],
    "SIDEBAR": {
        "show_search": True,
        "command_search": False,
        "navigation": [
            {
                "items": [
                    {"title": "Dashboard", "icon": "dashboard", "link": reverse_lazy("admin:index")},
                ],
            },
            {
                "title": "Studio",
                "separator": True,
                "items": [
                    {**_item("Generations", "auto_awesome", "ai_studio.generation"), "active": on_generations},
                    _QUEUE,
                    _HEALTH,
                    _item("Attempts", "replay", "ai_studio.attempt"),
                    _item("Artifacts", "draft", "ai_studio.artifact"),
                    _item("Collections", "collections_bookmark", "ai_studio.collection"),
                    _item("Prompt templates", "edit_note", "ai_studio.prompttemplate"),
                    _item("Studio settings", "tune", "ai_studio.studiosettings"),
                ],
            },
            {
                "title": "Money",
                "separator": True,
                "items": [
                    _item("Budgets", "account_balance_wallet", "ai_studio.budget"),
                    _item("User quotas", "data_usage", "ai_studio.userquota"),
                    _item("Ledger", "receipt_long", "ai_studio.ledgerentry"),
                    _COSTS,
                    {**_item("Cost records", "payments", "ai_studio.costrecord"), "active": on_cost_records},
                    _item("Prices", "sell", "ai_studio.price"),
                ],
            },
            {
                "title": "Analytics",
                "separator": True,
                "items": [
                    *_DASHBOARDS,
                    _item("Found anomalies", "notifications", "analytics.anomaly"),
                    _item("Kept funnels", "conversion_path", "analytics.funnel"),
                    _item("Metrics", "show_chart", "analytics.metric"),
                    _item("Segments", "groups", "analytics.segment"),
                    _item("Saved reports", "bookmark", "analytics.analyticsreport"),
                    _item("Kept cohorts", "table_rows", "analytics.analyticscohort"),
                    _item("Dead letters", "unsubscribe", "analytics.deadletter"),
                ],
            },
            {
                "title": "Collaboration",
                "separator": True,
                "items": [
                    _item("Threads", "forum", "collaboration.thread"),
                    _item("Comments", "chat_bubble", "collaboration.comment"),
                    _item("Reviews", "rate_review", "collaboration.review"),
                    _item("External resources", "link", "collaboration.externalresource"),
                    _item("Notifications", "notifications", "collaboration.notification"),
                    _item("Notification mails", "outgoing_mail", "collaboration.notificationmail"),
                    _item("Notification preferences", "tune", "collaboration.notificationpreference"),
                    _item("Notification settings", "language", "collaboration.notificationsettings"),
                    _item("Webhooks", "webhook", "collaboration.webhookendpoint"),
                    _item("Webhook deliveries", "outbox", "collaboration.webhookdelivery"),
                    _item("Share links", "share", "brands.sharelink"),
                    _item("Guests", "badge", "brands.guestsession"),
                ],
            },
            {
                "title": "Brands and people",
                "separator": True,
                "items": [
                    _item("Brands", "storefront", "brands.brand"),
                    _item("Members", "group", "brands.membership"),
                    _item("Invitations", "mail", "brands.invitation"),
                    _item("Roles of brands", "badge", "brands.customrole"),
                    _item("Groups", "diversity_3", "brands.group"),
                    _item("Grants", "key_visualizer", "brands.grant"),
                    _item("Restricted resources", "lock_person", "brands.restriction"),
                    _item("API keys", "key", "brands.apikey"),
                    _item("Secrets", "lock", "brands.secret"),
                    _item("Users", "person", "brands.user"),
                    _item("Staff groups", "shield_person", "auth.group"),
                ],
            },
            {
                "title": "What happened",
                "separator": True,
                "items": [
                    _item("Event imports", "upload_file", "analytics.eventimport"),
                    _item("Audit trail", "policy", "brands.auditentry"),
                    _item("Domain events", "bolt", "brands.domainevent"),
                ],
            },
        ],
    },
}
