"""By which channels somebody is told of what, in which language, and when a day's digest comes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings

from brands.models import Brand
from brands.permissions import Actor
from collaboration.models import NotificationPreference, NotificationSettings
from collaboration.models.notification_settings import DIGEST_HOUR
from collaboration.notifications.choices import EmailMode, Kind, Language


@dataclass(frozen=True)
class Channels:
    in_app: bool
    email: str

    @property
    def are_off(self) -> bool:
        return not self.in_app and self.email == EmailMode.OFF


_NOW, _DIGEST, _OFF = (Channels(True, mode) for mode in (EmailMode.NOW, EmailMode.DIGEST, EmailMode.OFF))  # noqa: FBT003
# What waits for somebody comes at once, what is good to know once a day, what was to be expected stays in the app.
DEFAULTS: Mapping[str, Channels] = {
    Kind.MENTIONED: _NOW,
    Kind.REPLIED: _NOW,
    Kind.COMMENTED: _DIGEST,
    Kind.THREAD_RESOLVED: _DIGEST,
    Kind.REVIEW_ASKED: _NOW,
    Kind.REVIEW_TURN: _NOW,
    Kind.REVIEW_DECIDED: _DIGEST,
    Kind.REVIEW_APPROVED: _NOW,
    Kind.REVIEW_CHANGES: _NOW,
    Kind.REVIEW_DUE_SOON: _NOW,
    Kind.REVIEW_OVERDUE: _NOW,
    Kind.SHARED: _NOW,
    Kind.ROLE_CHANGED: _NOW,
    Kind.GENERATION_COMPLETED: _OFF,
    Kind.GENERATION_FAILED: _OFF,
    Kind.WEBHOOK_DISABLED: _NOW,
}


@dataclass(frozen=True)
class Preferences:
    """`kinds` has every kind. `zone`: where the person's day is, by their own wish or their brand's."""

    language: str
    timezone: str
    digest_hour: int
    kinds: Mapping[str, Channels]
    zone: ZoneInfo


def of(*, brand_id: UUID, user_ids: Iterable[int]) -> dict[int, Preferences]:
    """Of each of them. Three queries, in the brand's scope."""
    ids = list(user_ids)
    zone = Brand.objects.values_list("timezone", flat=True).get(pk=brand_id)
    own = {row.user_id: row for row in NotificationSettings.objects.filter(user__in=ids)}
    chosen: dict[int, dict[str, Channels]] = {}
    for row in NotificationPreference.objects.filter(user__in=ids):
        chosen.setdefault(row.user_id, {})[row.kind] = Channels(row.in_app, row.email)
    return {pk: _whole(own.get(pk), {**DEFAULTS, **chosen.get(pk, {})}, zone) for pk in ids}


def read(*, actor: Actor) -> Preferences:
    return of(brand_id=actor.brand_id, user_ids=[actor.person_id])[actor.person_id]


def change(*, actor: Actor, kinds: Mapping[str, Mapping[str, object]] | None = None, **changes: object) -> Preferences:
    """Set `language`, `timezone`, `digest_hour`, and of `kinds` those that are named: `in_app`, `email` or both."""
    present = read(actor=actor)
    if changes:
        NotificationSettings.objects.update_or_create(
            brand_id=actor.brand_id, user_id=actor.person_id, defaults=changes
        )
    for kind, wanted in (kinds or {}).items():
        before = present.kinds[kind]
        both = {"in_app": before.in_app, "email": before.email, **wanted}
        NotificationPreference.objects.update_or_create(
            brand_id=actor.brand_id, user_id=actor.person_id, kind=kind, defaults=both
        )
    return read(actor=actor)


def _whole(own: NotificationSettings | None, kinds: Mapping[str, Channels], zone: str) -> Preferences:
    language = (own and own.language) or settings.LANGUAGE_CODE[:2]
    return Preferences(
        language=language if language in Language.values else Language.EN,
        timezone=own.timezone if own else "",
        digest_hour=own.digest_hour if own else DIGEST_HOUR,
        kinds=kinds,
        zone=ZoneInfo((own and own.timezone) or zone),
    )
