"""People's way in, over HTTP to a running server, with the mail that it really sent."""

import base64
import email
import hashlib
import hmac
import re
import struct
import time
from collections.abc import Callable
from email.message import Message
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import unquote

import pytest
import requests
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.core import mail
from django.test import override_settings

from brands.models import User
from tests.factories import PASSWORD, Tenant, client_for, make_user
from tests.waiting import wait_until

ADDRESS = "new@people.example"
CHOSEN = "a long enough secret 42"


def totp(secret: str) -> str:
    """RFC 6238, written apart from the library that is tested. Good for at least three seconds more."""
    wait_until(lambda: time.time() % 30 < 27, "the next code begins", seconds=5)
    counter = int(time.time()) // 30
    digest = hmac.new(base64.b32decode(secret), struct.pack(">Q", counter), hashlib.sha1).digest()
    offset = digest[-1] & 0xF
    return f"{(struct.unpack('>I', digest[offset : offset + 4])[0] & 0x7FFFFFFF) % 1_000_000:06d}"


class AppClient:
    """A phone app: no cookies, a session token in a header."""

    base = "/auth/app/v1"

    def __init__(self, url: str) -> None:
        self.url = url
        self.token = ""

    def call(self, method: str, path: str, body: dict[str, Any] | None = None) -> requests.Response:
        headers = {"X-Session-Token": self.token} if self.token else {}
        answer = requests.request(method, f"{self.url}{self.base}{path}", json=body, headers=headers, timeout=20)
        meta = answer.json().get("meta", {}) if answer.content else {}
        self.token = meta.get("session_token") or self.token
        return answer

    def post(self, path: str, **body: Any) -> requests.Response:
        return self.call("POST", path, body)

    def get(self, path: str) -> requests.Response:
        return self.call("GET", path)

    def api(self, path: str) -> requests.Response:
        return requests.get(f"{self.url}/api/v1/{path}", headers={"X-Session-Token": self.token}, timeout=20)


class BrowserClient:
    """A page of the frontend: the session cookie, and a CSRF token to change anything."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.get(f"{url}/auth/browser/v1/config", timeout=20)

    def post(self, path: str, **body: Any) -> requests.Response:
        headers = {"X-CSRFToken": self.session.cookies["csrftoken"], "Referer": self.url}
        return self.session.post(f"{self.url}{path}", json=body, headers=headers, timeout=20)


@pytest.fixture
def app(live_url: str) -> AppClient:
    return AppClient(live_url)


@pytest.fixture
def mailed(outbox_folder: Path) -> Callable[[str], Message]:
    """The newest message to an address, once it has arrived."""
    for file in outbox_folder.iterdir():
        file.unlink()

    def newest(address: str) -> Message:
        def found() -> list[Message]:
            files = sorted(outbox_folder.iterdir(), key=lambda file: file.stat().st_mtime_ns)
            texts = [text for file in files for text in file.read_text().split("-" * 79) if text.strip()]
            return [message for message in map(email.message_from_string, texts) if message["To"] == address]

        wait_until(found, f"mail to {address} arrives", seconds=20)
        return found()[-1]

    return newest


def pending(answer: requests.Response) -> list[str]:
    assert answer.status_code == 401
    return [flow["id"] for flow in answer.json()["data"]["flows"] if flow.get("is_pending")]


def link_key(message: Message, path: str) -> str:
    found = re.search(rf"/account/{path}/(\S+)", message.get_payload())
    assert found, message.get_payload()
    return unquote(found[1])


def test_sign_up_verify_sign_in_and_call_the_api(app: AppClient, mailed: Callable[[str], Message]) -> None:
    assert pending(app.post("/auth/signup", email=ADDRESS, password=CHOSEN)) == ["verify_email"]
    assert app.api("me/").status_code == 401

    key = link_key(mailed(ADDRESS), "verify-email")
    assert app.post("/auth/email/verify", key=key).status_code in (200, 401)
    assert EmailAddress.objects.get(email=ADDRESS).verified

    again = AppClient(app.url)
    assert again.post("/auth/login", email=ADDRESS, password="wrong").status_code == 400
    assert again.post("/auth/login", email=ADDRESS.upper(), password=CHOSEN).status_code == 200
    assert again.api("me/").json()["email"] == ADDRESS
    assert again.api("brands/").json() == {"results": []}


def test_before_its_address_is_verified_nobody_is_signed_in(app: AppClient) -> None:
    app.post("/auth/signup", email=ADDRESS, password=CHOSEN)
    other = AppClient(app.url)
    assert pending(other.post("/auth/login", email=ADDRESS, password=CHOSEN)) == ["verify_email"]
    assert other.api("me/").status_code == 401


def test_signing_out_ends_the_session(app: AppClient, ours: Tenant) -> None:
    app.post("/auth/login", email="viewer@ours.example", password=PASSWORD)
    assert app.api(f"brands/{ours.id}/").status_code == 200
    token = app.token
    app.call("DELETE", "/auth/session")
    app.token = token
    assert app.api(f"brands/{ours.id}/").status_code == 401


def test_a_forgotten_password_is_replaced_by_mail_and_every_session_ends(
    app: AppClient, ours: Tenant, mailed: Callable[[str], Message]
) -> None:
    signed_in = AppClient(app.url)
    signed_in.post("/auth/login", email="viewer@ours.example", password=PASSWORD)
    assert app.post("/auth/password/request", email="viewer@ours.example").status_code == 200
    key = link_key(mailed("viewer@ours.example"), "password/reset")
    assert app.post("/auth/password/reset", key=key, password="short").status_code == 400
    assert app.post("/auth/password/reset", key=key, password=CHOSEN).status_code in (200, 401)
    assert signed_in.api("me/").status_code == 401
    fresh = AppClient(app.url)
    assert fresh.post("/auth/login", email="viewer@ours.example", password=PASSWORD).status_code == 400
    assert fresh.post("/auth/login", email="viewer@ours.example", password=CHOSEN).status_code == 200
    assert fresh.post("/auth/password/reset", key=key, password=CHOSEN + "!").status_code in (400, 409)


def test_nobody_learns_who_has_an_account(app: AppClient, ours: Tenant) -> None:
    known = AppClient(app.url).post("/auth/password/request", email="viewer@ours.example")
    unknown = AppClient(app.url).post("/auth/password/request", email="nobody@ours.example")
    assert (known.status_code, known.json()) == (unknown.status_code, unknown.json())
    taken = AppClient(app.url).post("/auth/signup", email="viewer@ours.example", password=CHOSEN)
    fresh = AppClient(app.url).post("/auth/signup", email=ADDRESS, password=CHOSEN)
    assert taken.status_code == fresh.status_code == 401


def test_guessing_passwords_is_slowed_down(app: AppClient, ours: Tenant) -> None:
    def sign_in(password: str) -> str:
        answer = AppClient(app.url).post("/auth/login", email="viewer@ours.example", password=password)
        assert answer.status_code == 400
        return answer.json()["errors"][0]["code"]

    codes = [sign_in(f"guess {n}") for n in range(6)]
    assert codes == ["email_password_mismatch"] * 5 + ["too_many_login_attempts"]
    assert sign_in(PASSWORD) == "too_many_login_attempts"


def test_a_second_factor_stands_between_the_password_and_the_session(app: AppClient, ours: Tenant) -> None:
    app.post("/auth/login", email="viewer@ours.example", password=PASSWORD)
    offered = app.get("/account/authenticators/totp")
    assert offered.status_code == 404  # not set up yet; the secret is in the answer
    secret = offered.json()["meta"]["secret"]
    assert app.post("/account/authenticators/totp", code="000000").status_code == 400
    assert app.post("/account/authenticators/totp", code=totp(secret)).status_code == 401  # the password once more
    assert app.post("/auth/reauthenticate", password=PASSWORD).status_code == 200
    assert app.post("/account/authenticators/totp", code=totp(secret)).status_code == 200
    recovery = app.get("/account/authenticators/recovery-codes").json()["data"]["unused_codes"]
    assert app.api("me/").json()["mfa_enabled"] is True
    stored = str(list(Authenticator.objects.values_list("data", flat=True)))
    assert secret not in stored

    later = AppClient(app.url)
    assert pending(later.post("/auth/login", email="viewer@ours.example", password=PASSWORD)) == ["mfa_authenticate"]
    assert later.api("me/").status_code == 401
    assert later.post("/auth/2fa/authenticate", code="000000").status_code == 400
    code = totp(secret)
    assert later.post("/auth/2fa/authenticate", code=code).status_code == 200
    assert later.api(f"brands/{ours.id}/").status_code == 200

    replayed = AppClient(app.url)
    replayed.post("/auth/login", email="viewer@ours.example", password=PASSWORD)
    assert replayed.post("/auth/2fa/authenticate", code=code).status_code == 400
    assert replayed.post("/auth/2fa/authenticate", code=recovery[0]).status_code == 200
    once = AppClient(app.url)
    once.post("/auth/login", email="viewer@ours.example", password=PASSWORD)
    assert once.post("/auth/2fa/authenticate", code=recovery[0]).status_code == 400


def test_a_page_signs_in_with_a_cookie_and_changes_things_with_a_csrf_token(live_url: str, ours: Tenant) -> None:
    page = BrowserClient(live_url)
    answer = page.post("/auth/browser/v1/auth/login", email="owner@ours.example", password=PASSWORD)
    assert answer.status_code == 200
    made = page.post("/api/v1/brands/", name="From a page")
    assert made.status_code == 201
    without = page.session.post(f"{live_url}/api/v1/brands/", json={"name": "No token"}, timeout=20)
    assert (without.status_code, without.headers["Content-Type"]) == (403, "application/problem+json")


def test_an_invitation_is_mailed_and_taken_by_the_new_person(
    app: AppClient, ours: Tenant, mailed: Callable[[str], Message]
) -> None:
    bearer = {"Authorization": f"Bearer {ours.key.token}"}
    url = f"{app.url}/api/v1/brands/{ours.id}/invitations/"
    invited = requests.post(url, json={"email": ADDRESS, "role": "EDITOR"}, headers=bearer, timeout=20)
    assert invited.status_code == 201
    token = re.search(r"/invitations/(\S+)", mailed(ADDRESS).get_payload())[1]
    make_user(ADDRESS)
    app.post("/auth/login", email=ADDRESS, password=PASSWORD)
    headers = {"X-Session-Token": app.token}
    accepted = requests.post(
        f"{app.url}/api/v1/invitations/accept/", json={"token": token}, headers=headers, timeout=20
    )
    assert accepted.status_code == 201
    assert app.api(f"brands/{ours.id}/me/").json()["role"] == "EDITOR"


# --- staff: what the admin's own tests do not ask ----------------------------------------------------------


@pytest.fixture
def staff(committed: None) -> User:
    return make_user("staff@atelier.example", is_staff=True, is_superuser=True)


def give_second_factor(user: User) -> str:
    """What setting up TOTP stores; returns the secret."""
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

    secret = generate_totp_secret()
    TOTP.activate(user, secret)
    return secret


def sign_in(address: str = "staff@atelier.example", password: str = PASSWORD, **fields: str):
    client = client_for()
    answer = client.post(
        "/admin/login/?next=/admin/", {"username": address, "password": password, **fields}, format="multipart"
    )
    return client, answer


def test_the_form_tells_no_one_whether_the_password_was_right(staff: User) -> None:
    give_second_factor(staff)
    pages = [sign_in(password=password)[1].content.decode() for password in (PASSWORD, "wrong")]
    sentences = [re.findall(r"Please enter the correct[^<]*", page) for page in pages]
    assert sentences[0] == sentences[1] != []


def test_guessing_staff_passwords_is_slowed_down(staff: User) -> None:
    for n in range(6):
        sign_in(password=f"guess {n}")
    _, answer = sign_in()
    assert answer.status_code == 200
    assert "Too many failed login attempts" in answer.content.decode()


@override_settings(STAFF_MFA_REQUIRED=True)
def test_where_it_is_required_staff_without_a_second_factor_stay_outside(staff: User) -> None:
    assert sign_in()[1].status_code == 200
    staff.refresh_from_db()
    elsewhere = client_for(staff)  # a session from the frontend
    assert elsewhere.get("/admin/").status_code == 403
    assert elsewhere.get("/api/v1/me/").status_code == 200
    secret = give_second_factor(staff)
    client, answer = sign_in(code=totp(secret))
    assert answer.status_code == 302
    assert client.get("/admin/").status_code == 200


def test_mails_name_the_product_and_not_the_host_that_the_caller_named(db: None) -> None:
    make_user("old@people.example")
    for url, body in (
        ("signup", {"email": "new@people.example", "password": CHOSEN}),
        ("signup", {"email": "old@people.example", "password": CHOSEN}),
        ("password/request", {"email": "old@people.example"}),
    ):
        client_for().post(f"/auth/app/v1/auth/{url}", body, HTTP_HOST="localhost:4711")
    assert len(mail.outbox) == 3
    for message in mail.outbox:
        assert message.subject.startswith("[Atelier] ")
        assert "localhost:4711" not in message.subject + message.body


class CountingHasher(PBKDF2PasswordHasher):
    """Quick, and says how often it worked: the time that hashing takes is what a stopwatch would see."""

    iterations = 1
    hashed: ClassVar[list[str]] = []

    def encode(self, password: str, salt: str, iterations: int | None = None) -> str:
        self.hashed.append(password)
        return super().encode(password, salt, iterations)


@override_settings(PASSWORD_HASHERS=[f"{__name__}.CountingHasher"])
def test_signing_up_takes_as_long_with_a_known_address_as_with_a_new_one(db: None) -> None:
    def hashes(email: str) -> int:
        CountingHasher.hashed.clear()
        answer = client_for().post("/auth/app/v1/auth/signup", {"email": email, "password": CHOSEN})
        assert pending(answer) == ["verify_email"]
        return len(CountingHasher.hashed)

    assert [hashes("one@people.example"), hashes("one@people.example"), hashes("two@people.example")] == [1, 1, 1]
