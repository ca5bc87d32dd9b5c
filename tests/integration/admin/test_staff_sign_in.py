"""Staff signs in with a password, and with a code when the account has a second factor."""

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.test import Client

from tests import factories

LOGIN = "/admin/login/"


@pytest.fixture
def plain(committed):
    return factories.make_user("plain@atelier.example", is_staff=True)


@pytest.fixture
def secret():
    return generate_totp_secret()


@pytest.fixture
def guarded(committed, secret):
    user = factories.make_user("guarded@atelier.example", is_staff=True)
    TOTP.activate(user, secret)
    return user


def code(secret):
    return format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))


def sign_in(user, **form):
    client = Client()
    answer = client.post(LOGIN, {"username": user.email, "password": factories.PASSWORD, **form})
    return answer.status_code == 302 and "_auth_user_id" in client.session


def test_without_a_second_factor_the_password_is_enough(plain):
    assert sign_in(plain)
    assert not sign_in(plain, password="wrong")


def test_with_a_second_factor_the_password_is_not_enough(guarded, secret):
    assert not sign_in(guarded)
    assert not sign_in(guarded, code="000000")
    assert sign_in(guarded, code=code(secret))


def test_a_code_opens_once(guarded, secret):
    used = code(secret)
    assert sign_in(guarded, code=used)
    assert not sign_in(guarded, code=used)


def test_a_recovery_code_opens_once(guarded):
    recovery = RecoveryCodes.activate(guarded).get_unused_codes()[0]
    assert sign_in(guarded, code=recovery)
    assert not sign_in(guarded, code=recovery)


def test_a_code_does_not_replace_the_password(guarded, secret):
    assert not sign_in(guarded, password="wrong", code=code(secret))


def test_guessing_ends_after_ten_attempts_even_with_the_right_code(guarded, secret):
    for guess in range(10):
        assert not sign_in(guarded, code=f"{guess:06}")
    assert not sign_in(guarded, code=code(secret))


def test_members_of_brands_are_no_staff(ours):
    assert not sign_in(ours.owner)
