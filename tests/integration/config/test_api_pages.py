"""Swagger and Redoc from this server alone: no page or style sheet of theirs names another host."""

import re
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

import pytest
from django.test import Client
from drf_spectacular.generators import SchemaGenerator

pytestmark = pytest.mark.usefixtures("db")

ADDRESSES = {"src", "href", "action", "srcset", "data", "poster", "data-url", "spec-url"}
LOADED = {"script", "link", "img", "iframe"}


class Page(HTMLParser):
    """The addresses that a page's elements name; of those that a browser loads by itself, apart."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.named: set[str] = set()
        self.loaded: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {value for name, value in attrs if name in ADDRESSES and value}
        self.named |= found
        if tag in LOADED:
            self.loaded |= found


def body(path: str) -> str:
    answer = Client().get(path)
    content = b"".join(answer) if answer.streaming else answer.content
    assert answer.status_code == 200, path
    return content.decode(errors="replace")


@pytest.mark.parametrize("path", ["/api/docs/", "/api/redoc/"])
def test_an_api_page_loads_everything_from_here(path: str) -> None:
    text = body(path)
    page = Page(text)
    assert page.loaded
    assert [address for address in page.named if urlsplit(address).netloc] == []
    assert re.findall(r"(?:https?:)?//[a-z0-9-]+\.[a-z]{2,}", text) == []
    for address in page.loaded:
        if not address.startswith("data:"):
            loaded = body(urljoin(path, address))
            assert address.endswith(".js") or re.findall(r"url\([\"']?(?:https?:)?//", loaded) == []


@pytest.mark.parametrize("path", ["/api/docs/", "/api/redoc/"])
def test_the_browser_is_told_to_refuse_other_hosts(path: str) -> None:
    """What a script might ask for later."""
    policy = Client().get(path)["Content-Security-Policy"]
    sources = {source for directive in policy.split(";") for source in directive.split()[1:]}
    assert "default-src 'none'" in policy
    assert sources <= {"'none'", "'self'", "'unsafe-inline'", "data:", "blob:"}


def test_the_schema_is_served_beside_them() -> None:
    assert "openapi: 3" in body("/api/schema/")


def test_every_operation_of_collaboration_is_summed_up_and_found_under_its_tag() -> None:
    paths = SchemaGenerator().get_schema(public=True)["paths"]
    parts = ("/collaboration/", "/share-links/", "/guest-session/", "/grants/", "/groups/", "/roles/", "/permissions/")
    found = {
        (path, verb): operation
        for path in paths
        if any(part in path for part in parts)
        for verb, operation in paths[path].items()
    }
    assert len(found) > 60
    assert [key for key, operation in found.items() if not operation.get("summary")] == []
    of_guests = [operation["tags"] for (path, _), operation in found.items() if not path.startswith("/api/v1/brands/")]
    assert of_guests == [["collaboration"]] * 3
