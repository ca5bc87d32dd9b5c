"""Whatever goes wrong is problem+json that says what, with the request's id, and never a 500."""

import json
from collections.abc import Callable
from urllib.parse import urlencode

import pytest
import requests
from django.conf import settings
from django.db import connections
from django.test import Client, override_settings
from django.urls import path
from rest_framework.test import APIClient

from brands.api.base import AtelierAPIView
from brands.logs import ContextFilter
from brands.models import Brand
from brands.tenancy.models import new_id
from brands.tenancy.scope import brand_scope
from config import urls
from tests.factories import Tenant, client_for

PROBLEM = "application/problem+json"


def problem(answer, status: int, code: str) -> dict[str, object]:
    assert (answer.status_code, answer["Content-Type"]) == (status, PROBLEM)
    document = answer.json()
    assert set(document) >= {"type", "title", "status", "code", "detail", "request_id"}
    assert (document["status"], document["code"]) == (status, code)
    assert document["request_id"] == answer["X-Request-ID"]
    return document


def send(tenant: Tenant, body: str | bytes, content_type: str = "application/json"):
    return client_for(tenant.owner).generic("PATCH", tenant.url, body, content_type)


def test_no_credentials_are_401_with_a_challenge(ours: Tenant) -> None:
    answer = client_for().get(ours.url)
    problem(answer, 401, "not_authenticated")
    assert answer["WWW-Authenticate"] == 'Bearer realm="atelier"'


@pytest.mark.parametrize(
    "body", ["", "{", "[1,", "nul", '{"name": NaN}', '{"name": Infinity}', b"\xff\xfe", "{'a': 1}"]
)
def test_wrong_json_is_400(body: str | bytes, ours: Tenant) -> None:
    answer = send(ours, body)
    if body == "":
        assert answer.status_code == 200  # a patch of nothing
    else:
        problem(answer, 400, "parse_error")


@pytest.mark.parametrize("body", ["[]", '"text"', "5", "null", "[{}]"])
def test_a_body_that_is_no_object_is_400(body: str, ours: Tenant) -> None:
    problem(send(ours, body), 400, "invalid")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ('{"name": "a\\u0000b"}', "name"),
        ('{"palette": ["\\u0000"]}', "palette.0"),
        ('{"name": "\\ud800"}', "name"),
        ('{"name": {"x": [1, {"y": "\\u0000"}]}}', "name.x.1.y"),
        ('{"name": 1e999}', "name"),
    ],
)
def test_text_that_postgres_cannot_hold_names_its_field(body: str, field: str, ours: Tenant) -> None:
    document = problem(send(ours, body), 400, "invalid")
    assert list(document["errors"]) == [field]


@pytest.mark.parametrize("depth", [40, 100_000])
def test_deeply_nested_json_is_refused(depth: int, ours: Tenant) -> None:
    problem(send(ours, '{"name": ' + "[" * depth + "]" * depth + "}"), 400, "parse_error")


def test_a_body_that_is_too_large_is_413(ours: Tenant) -> None:
    problem(send(ours, json.dumps({"name": "x" * settings.DATA_UPLOAD_MAX_MEMORY_SIZE})), 413, "too_large")


@pytest.mark.parametrize("content_type", ["text/plain", "application/xml", "application/x-www-form-urlencoded", ""])
def test_a_content_type_we_do_not_take_is_415(content_type: str, ours: Tenant) -> None:
    document = problem(send(ours, '{"name": "x"}', content_type), 415, "unsupported_media_type")
    assert document["title"] == "Unsupported Media Type"


@pytest.mark.parametrize("charset", ["zlib", "rot13", "idna", "undefined", "utf-7", "latin-1", "nonsense", "ü"])
def test_a_charset_other_than_utf_8_is_415_and_never_a_500(charset: str, live_url: str, ours: Tenant) -> None:
    headers = {"Content-Type": f"application/json; charset={charset}".encode("latin-1")}
    for method, address in (
        ("POST", "/api/v1/brands/?a=%41"),
        ("GET", "/api/v1/me/?a=%41"),
        ("POST", "/auth/app/v1/auth/login?a=%41"),
    ):
        answer = requests.request(method, live_url + address, data=b"{}", headers=headers, timeout=20)
        assert (answer.status_code, answer.headers["Content-Type"]) == (415, PROBLEM)
        assert (answer.json()["code"], list(answer.json()["errors"])) == ("unsupported_charset", ["Content-Type"])
    logo = {"Content-Type": headers["Content-Type"].replace(b"application/json", b"multipart/form-data; boundary=x")}
    part = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\n\r\nx\r\n--x--\r\n'
    assert requests.put(f"{live_url}{ours.url}logo/", data=part, headers=logo, timeout=20).status_code == 415
    page = requests.get(f"{live_url}/admin/login/?next=%41", data=b"x", headers=headers, timeout=20)
    assert page.status_code == 400


@pytest.mark.parametrize("charset", ["utf-8", "UTF-8", '"utf8"'])
def test_utf_8_may_be_named(charset: str, ours: Tenant) -> None:
    answer = send(ours, '{"name": "Ünder"}', f"application/json; charset={charset}")
    assert (answer.status_code, answer.json()["name"]) == (200, "Ünder")


@pytest.mark.parametrize("url", ["/api/v1/me/", "/auth/browser/v1/auth/session", "/admin/"])
def test_a_cookie_that_spells_nul_is_refused(url: str, db: None) -> None:
    answer = Client().get(url, HTTP_COOKIE=r'sessionid="\000abcdefghijkl"')
    assert answer.status_code == 400
    if url != "/admin/":
        assert list(problem(answer, 400, "invalid")["errors"]) == ["Cookie"]


@pytest.mark.parametrize("path", ["login", "signup", "password/request", "password/reset", "email/verify"])
@pytest.mark.parametrize(
    ("body", "code"),
    [
        ('{"email": ' + "[" * 100_000 + "]" * 100_000 + "}", "parse_error"),
        ('{"email": ' + "9" * 5000 + "}", "parse_error"),
        ("{", "parse_error"),
        (r'{"password": "\ud800"}', "invalid"),
        (r'{"key": "a\u0000"}', "invalid"),
    ],
)
def test_sign_in_takes_no_json_that_cannot_be_held(body: str, code: str, path: str, db: None) -> None:
    problem(Client().generic("POST", f"/auth/browser/v1/auth/{path}", body, "application/json"), 400, code)


def test_a_body_for_sign_in_that_is_too_large_is_413(db: None) -> None:
    body = json.dumps({"email": "x" * settings.DATA_UPLOAD_MAX_MEMORY_SIZE})
    problem(Client().generic("POST", "/auth/app/v1/auth/login", body, "application/json"), 413, "too_large")


@pytest.mark.parametrize("accept", ["text/html", "application/xml", "image/png"])
def test_an_answer_we_cannot_give_is_406(accept: str, ours: Tenant) -> None:
    problem(client_for(ours.owner).get(ours.url, HTTP_ACCEPT=accept), 406, "not_acceptable")


@pytest.mark.parametrize("method", ["put", "post", "delete", "options", "trace"])
def test_a_method_that_is_not_there_is_405(method: str, ours: Tenant) -> None:
    answer = getattr(client_for(ours.owner), method)(ours.url)
    assert problem(answer, 405, "method_not_allowed")["title"] == "Method Not Allowed"
    assert "GET" in answer["Allow"]


def test_a_method_tells_an_outsider_nothing(ours: Tenant, theirs: Tenant) -> None:
    problem(client_for(theirs.owner).delete(ours.url), 404, "not_found")


def test_head_is_get_without_a_body(ours: Tenant) -> None:
    answer = client_for(ours.owner).head(ours.url)
    assert (answer.status_code, answer.content) == (200, b"")


def test_foreign_missing_and_malformed_brands_look_the_same(ours: Tenant, theirs: Tenant) -> None:
    client = client_for(ours.owner)
    answers = [
        client.get(f"/api/v1/brands/{brand}/{rest}")
        for brand in (theirs.id, new_id(), "not-a-uuid", str(theirs.id).upper(), "%00")
        for rest in ("", "members/", "audit/")
    ]
    documents = [problem(answer, 404, "not_found") for answer in answers]
    assert len({json.dumps({**document, "request_id": ""}) for document in documents}) == 1


@pytest.mark.parametrize("url", ["/api/", "/api/v1/nothing/", "/api/v2/brands/", "/auth/nothing"])
def test_an_unknown_address_is_a_problem_too(url: str, db: None) -> None:
    problem(client_for().get(url), 404, "not_found")


def test_a_forgotten_slash_does_not_turn_a_post_into_a_get(live_url: str, ours: Tenant) -> None:
    headers = {"Authorization": f"Bearer {ours.key.token}"}
    answer = requests.post(f"{live_url}{ours.url}api-keys", json={"name": "CI"}, headers=headers, timeout=20)
    assert answer.status_code == 400
    assert list(answer.json()["errors"]) == ["scopes"]


def test_an_unknown_page_is_a_page(db: None) -> None:
    assert client_for().get("/nothing").headers["Content-Type"].startswith("text/html")


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"limit": "many"}, "limit"),
        ({"limit": "0"}, "limit"),
        ({"limit": "-1"}, "limit"),
        ({"limit": "201"}, "limit"),
        ({"limit": "٣"}, "limit"),
        ({"limit": "9" * 5000}, "limit"),
        ({"limit": "050"}, "limit"),
        ({"limit": "0000019999999"}, "limit"),
        ({"limit": "000001" + "0" * 5000}, "limit"),
        ({"cursor": "nonsense"}, "cursor"),
        ({"cursor": "cD1ub3QtYS11dWlk"}, "cursor"),
        ({"cursor": "cD0lMDA="}, "cursor"),
        ({"role": "GOD"}, "role"),
        ({"role": "OWNER\x00"}, "role"),
        ({"rolle": "OWNER"}, "rolle"),
    ],
)
def test_a_wrong_parameter_names_itself(query: dict[str, str], field: str, ours: Tenant) -> None:
    document = problem(client_for(ours.owner).get(f"{ours.url}members/?{urlencode(query)}"), 400, "invalid")
    assert list(document["errors"]) == [field]


@pytest.mark.parametrize("path", ["members/", "api-keys/", "invitations/", "audit/", "domain-events/"])
def test_a_list_does_not_ignore_a_misspelt_parameter(path: str, ours: Tenant) -> None:
    document = problem(client_for(ours.owner).get(f"{ours.url}{path}?limit=5&after_sek=3"), 400, "invalid")
    assert list(document["errors"]) == ["after_sek"]
    assert client_for(ours.owner).get(f"{ours.url}{path}?limit=5").status_code == 200


def test_a_session_needs_a_csrf_token_to_change_anything(ours: Tenant) -> None:
    client = APIClient(enforce_csrf_checks=True)
    client.force_login(ours.owner, backend="django.contrib.auth.backends.ModelBackend")
    problem(client.patch(ours.url, {"name": "Stolen"}), 403, "permission_denied")
    with brand_scope(ours.brand):
        assert Brand.objects.get().name == "Ours"


def test_a_csrf_failure_of_django_itself_is_a_problem_under_auth(db: None) -> None:
    answer = Client(enforce_csrf_checks=True).post("/auth/browser/v1/auth/login", {}, "application/json")
    problem(answer, 403, "forbidden")


def test_a_wrong_host_is_a_problem(db: None) -> None:
    problem(client_for().get("/api/v1/me/", HTTP_HOST="evil.example"), 400, "bad_request")


def test_the_log_of_a_refusal_has_its_request_id(caplog: pytest.LogCaptureFixture, ours: Tenant) -> None:
    caplog.handler.addFilter(ContextFilter())
    document = problem(client_for(ours.owner).get(f"{ours.url}members/?limit=0"), 400, "invalid")
    (said,) = (record for record in caplog.records if record.name == "django.request")
    assert said.request_id == document["request_id"]  # type: ignore[attr-defined]


@pytest.mark.parametrize(("sent", "kept"), [("abc-123_x.y", True), ("a b", False), ("x" * 65, False), ("", False)])
def test_a_plain_request_id_is_kept_and_another_replaced(sent: str, kept: bool, db: None) -> None:
    answer = client_for().get("/api/v1/me/", HTTP_X_REQUEST_ID=sent)
    assert (answer["X-Request-ID"] == sent) == kept
    problem(answer, 401, "not_authenticated")


class Broken(AtelierAPIView):
    authentication_classes = []
    permission_classes = []

    def get(self, request):
        raise KeyError("secret-canary")


class Routes:
    urlpatterns = [path("api/v1/broken/", Broken.as_view()), *urls.urlpatterns]
    handler400, handler403 = urls.handler400, urls.handler403
    handler404, handler500 = urls.handler404, urls.handler500


def test_a_bug_is_a_500_that_tells_nothing_but_its_request_id(redis_server, caplog) -> None:
    with override_settings(ROOT_URLCONF=Routes):
        answer = client_for().get("/api/v1/broken/")
    document = problem(answer, 500, "server_error")
    assert "secret-canary" not in json.dumps(document)
    assert "secret-canary" in caplog.text


@pytest.fixture
def postgres_away(committed: None) -> Callable[[], None]:
    """Every new connection of this process is refused, as while the server restarts."""
    connection = connections["default"]
    present = dict(connection.settings_dict)
    impatient = {**present["OPTIONS"], "pool": {**present["OPTIONS"]["pool"], "timeout": 1}}

    def go() -> None:
        connection.close()
        connection.close_pool()
        connection.settings_dict.update(PORT=1, OPTIONS=impatient)

    yield go
    connection.close()
    connection.close_pool()
    connection.settings_dict.update(present)


def test_postgres_away_is_503_with_a_time_to_come_back(postgres_away, ours: Tenant) -> None:
    client = client_for(ours.key)
    assert client.get(ours.url).status_code == 200
    postgres_away()
    answer = client.get(ours.url)
    problem(answer, 503, "database_away")
    assert int(answer["Retry-After"]) > 0
