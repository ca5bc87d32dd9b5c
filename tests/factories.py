"""What tests start from: two brands, each with one person per role, an API key and studio settings."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any
from uuid import UUID

from allauth.account.models import EmailAddress
from argon2 import PasswordHasher
from rest_framework.test import APIClient

from ai_studio.models import StudioSettings
from brands import registry
from brands.choices import Role
from brands.models import Brand, Membership, User
from brands.permissions import Actor
from brands.services import actors, api_keys
from brands.services.api_keys import IssuedKey
from brands.tenancy.models import new_id
from brands.tenancy.scope import brand_scope

PASSWORD = "correct horse battery staple"
# No provider of this installation needs a key: tests bring one that does.
SECRET_NAME = "provider.example"
registry.register_secret(SECRET_NAME, "Key of a provider")


@dataclass(frozen=True)
class Tenant:
    """A brand and its people. `key` is the owner's API key, with every right of the owner."""

    brand: Brand
    owner: User
    admin: User
    editor: User
    reviewer: User
    analyst: User
    viewer: User
    key: IssuedKey

    @property
    def id(self) -> UUID:
        return self.brand.id

    @property
    def url(self) -> str:
        return f"/api/v1/brands/{self.brand.id}/"

    def person(self, role: str) -> User:
        return getattr(self, role.lower())

    def actor(self, role: str = Role.OWNER) -> Actor:
        """The actor that the person with this role is."""
        return actor_for(self.brand, self.person(role))

    def key_with(self, *scopes: str, role: str = Role.OWNER) -> IssuedKey:
        """A new API key of the person with this role."""
        with brand_scope(self.brand):
            actor = actors.for_user(brand_id=self.id, user=self.person(role))
            return api_keys.issue(actor=actor, name="a test's key", scopes=scopes, created_by=self.person(role))


def make_tenant(name: str, **settings: Any) -> Tenant:
    """A brand with a person per role; `settings` go to its studio settings (generous by default)."""
    brand_id = new_id()
    with brand_scope(brand_id):
        brand = Brand.objects.create(
            id=brand_id, name=name.capitalize(), slug=f"{name}-{brand_id.hex[-8:]}", palette=["#112233", "#ffcc00"]
        )
        users = _people(f"{role.lower()}@{name}.example" for role in Role.values)
        people = {role.lower(): user for role, user in zip(Role.values, users, strict=True)}
        Membership.objects.bulk_create(
            Membership(brand=brand, user=people[role.lower()], role=role) for role in Role.values
        )
        StudioSettings.objects.create(
            brand=brand, **{"monthly_budget_usd": Decimal(500), "user_monthly_usd": Decimal(500), **settings}
        )
        owner = actors.for_user(brand_id=brand_id, user=people["owner"])
        key = api_keys.issue(actor=owner, name="owner's key", scopes=["*"], created_by=people["owner"])
    return Tenant(brand=brand, key=key, **people)


def make_user(email: str, **fields: Any) -> User:
    """A person with a verified address and PASSWORD."""
    (user,) = _people([email], **fields)
    return user


def _people(emails: Iterable[str], **fields: Any) -> list[User]:
    """Two statements for all of them: most tests begin with a dozen people."""
    users = User.objects.bulk_create(User(email=email, password=hashed_password(), **fields) for email in emails)
    EmailAddress.objects.bulk_create(
        EmailAddress(user=user, email=user.email, verified=True, primary=True) for user in users
    )
    return users


@cache
def hashed_password() -> str:
    """Argon2 with the least cost: any process can check it, and quickly."""
    return "argon2" + PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)


def actor_for(brand: Brand, credential: User | IssuedKey) -> Actor:
    with brand_scope(brand):
        if isinstance(credential, User):
            return actors.for_user(brand_id=brand.id, user=credential)
        checked = api_keys.authenticate(credential.token)
        assert checked is not None
        return actors.for_key(brand_id=brand.id, credential=checked)


@cache
def shared_handler() -> Any:
    """Loading the middleware takes a fifth of a second: once a session is enough. It keeps nothing of its clients."""
    return APIClient().handler


def client_for(credential: User | IssuedKey | None = None) -> APIClient:
    """An API client: a person's browser session, a program's key, or nobody."""
    client = APIClient(raise_request_exception=False)
    client.handler = shared_handler()
    if isinstance(credential, User):
        client.force_login(credential, backend="django.contrib.auth.backends.ModelBackend")
    elif credential is not None:
        client.credentials(HTTP_AUTHORIZATION=f"Bearer {credential.token}")
    return client


def secret_name(number: int) -> str:
    """A name of its own for each secret of a test that keeps many."""
    name = f"{SECRET_NAME}{number}"
    registry.register_secret(name, f"Key of provider {number}")
    return name
