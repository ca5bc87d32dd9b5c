"""The demo brand: people in every role, a palette, a fresh API key. Safe to repeat."""

import hashlib
import hmac
from dataclasses import dataclass
from uuid import UUID, uuid5

from allauth.account.models import EmailAddress
from django.conf import settings

from ai_studio.models import StudioSettings
from brands.choices import Role
from brands.models import ApiKey, Brand, Membership, User
from brands.permissions import Actor
from brands.services import actors, api_keys
from brands.tenancy.scope import brand_scope

BRAND_ID = uuid5(UUID(int=0), "atelier demo brand")
PALETTE = ["#1f3a5f", "#e4572e", "#f3a712", "#a8c686", "#f7f3e3"]
KEY_NAME = "demo"


@dataclass(frozen=True)
class Person:
    email: str
    password: str
    role: str


def seed() -> tuple[UUID, str, list[Person]]:
    """Make or complete the demo brand. Returns its id, a new API key (the former one ends) and the people."""
    staff = _person("staff@demo.example", "STAFF")
    people = [_person(f"{role.lower()}@demo.example", role) for role in Role.values]
    _user(staff, is_staff=True, is_superuser=True)
    users = {person.role: _user(person) for person in people}
    with brand_scope(BRAND_ID):
        _brand_with_members(users)
        owner = actors.for_user(brand_id=BRAND_ID, user=users[Role.OWNER])
        token = _fresh_key(owner, users[Role.OWNER])
    return BRAND_ID, token, [staff, *people]


def _brand_with_members(users: dict[str, User]) -> None:
    Brand.objects.get_or_create(
        pk=BRAND_ID,
        defaults={
            "name": "Maison Démo",
            "slug": "demo",
            "currency": "EUR",
            "timezone": "Europe/Paris",
            "palette": PALETTE,
        },
    )
    StudioSettings.objects.get_or_create(
        pk=BRAND_ID,
        defaults={"user_monthly_generations": 10_000, "user_monthly_usd": 2_000, "monthly_budget_usd": 5_000},
    )
    for role, user in users.items():
        Membership.objects.get_or_create(brand_id=BRAND_ID, user=user, defaults={"role": role})


def _fresh_key(owner: Actor, user: User) -> str:
    for key in ApiKey.objects.filter(name=KEY_NAME, revoked_at=None):
        api_keys.revoke(actor=owner, key=key)
    return api_keys.issue(actor=owner, name=KEY_NAME, scopes=[api_keys.ALL], created_by=user).token


def _person(email: str, role: str) -> Person:
    """A password per installation: derived from its secret, so that it can be shown again at each start."""
    digest = hmac.new(settings.SECRET_KEY.encode(), email.encode(), hashlib.sha256).hexdigest()
    return Person(email, f"demo-{digest[:12]}", role)


def _user(person: Person, **rights: bool) -> User:
    user = User.objects.filter(email=person.email).first()
    if user is None:
        name = person.email.partition("@")[0].title()
        user = User.objects.create_user(person.email, person.password, name=name, **rights)
    EmailAddress.objects.get_or_create(user=user, email=person.email, defaults={"verified": True, "primary": True})
    return user
