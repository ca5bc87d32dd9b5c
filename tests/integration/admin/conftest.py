from collections.abc import Callable

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.contrib.auth.models import Permission
from django.test import Client

from brands.models import User
from tests import factories


@pytest.fixture
def staff(committed: None) -> User:
    """A superuser with a second factor."""
    user = factories.make_user("staff@atelier.example", is_staff=True, is_superuser=True)
    TOTP.activate(user, generate_totp_secret())
    return user


@pytest.fixture
def onlooker(committed: None) -> User:
    """Staff who may view everything and change nothing."""
    user = factories.make_user("onlooker@atelier.example", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__startswith="view_"))
    return user


@pytest.fixture
def browse() -> Callable[[User], Client]:
    def signed_in(user: User) -> Client:
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return signed_in


@pytest.fixture
def admin(staff: User, browse: Callable[[User], Client]) -> Client:
    return browse(staff)
