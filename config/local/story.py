"""The demo's picture is talked about, asked about and shown to a guest: two pins, a review, a public link."""

from typing import Any

from config.local.api import Api
from config.local.jobs import Job

TITLE = "The golden bottle"  # the review's and the link's; by it the next start finds them again
PINS: tuple[dict[str, Any], ...] = (
    {
        "type": "ISSUE",
        "visibility": "CLIENT",
        "anchor": {"kind": "region", "x": 0.1, "y": 0.35, "w": 0.35, "h": 0.5},
        "body": "Could the gold be a little warmer?",
    },
    {
        "type": "COMMENT",
        "visibility": "INTERNAL",
        "anchor": {"kind": "region", "x": 0.5, "y": 0.5, "w": 0.4, "h": 0.3},
        "body": "The table stays: the client knows it. Guests do not see this.",
    },
)


def tell(jobs: list[Job], api: Api) -> str:
    """Told once, then found again; only the link is new each time, for its token is never shown twice. Returns its
    address, or nothing when there is no picture."""
    pictures = [job.detail["id"] for job in jobs if job.type == "IMAGE_2D" and job.link]
    told = _told(api)
    picture = told or next(iter(pictures), None)
    if picture is None:
        return ""
    if told is None:
        _tell(api, picture)
    for former in api.rows(f"collaboration/share-links/?active=true&resource_type=AI_GENERATION&resource_id={picture}"):
        if former["label"] == TITLE:
            api.send(f"collaboration/share-links/{former['id']}/revoke/", {})
    link = api.send(
        "collaboration/share-links/", _about(picture) | {"label": TITLE, "may_comment": True, "may_download": True}
    )
    return str(link["url"])


def _told(api: Api) -> str | None:
    """The picture of the review that an earlier start asked for."""
    reviews = [review for review in api.rows("collaboration/reviews/?limit=100") if review["title"] == TITLE]
    rounds = [api.read(f"collaboration/reviews/{review['id']}/")["rounds"] for review in reviews[-1:]]
    return next((str(item["resource_id"]) for told in rounds for item in told[0]["items"]), None)


def _tell(api: Api, picture: str) -> None:
    first, *_ = [api.send("collaboration/threads/", _about(picture) | pin) for pin in PINS]
    api.send(f"collaboration/threads/{first['id']}/comments/", {"body": "Yes, the next version has it."})
    reviewers = [member["user_id"] for member in api.rows("members/") if member["role"] == "REVIEWER"]
    api.send(
        "collaboration/reviews/",
        {"title": TITLE, "items": [_about(picture)], "steps": [{"name": "Design", "members": reviewers[:1]}]},
    )


def _about(picture: str) -> dict[str, Any]:
    return {"resource_type": "AI_GENERATION", "resource_id": picture}
