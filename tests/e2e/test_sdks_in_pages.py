"""posthog-js and analytics.js, as they are published, on a shop's page in a real browser: another origin than ours."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Request, Response

from tests import programs
from tests.factories import Tenant
from tests.sdks import seen, shop
from tests.waiting import wait_until

pytestmark = [pytest.mark.browser, pytest.mark.node]

GZIP = b"\x1f\x8b"


@dataclass
class Visit:
    """A page of the shop, what it asked of us, and what went wrong."""

    page: Page
    url: str
    sent: list[Request] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("request", self._request)
        self.page.on("response", self._response)
        self.page.on("console", lambda message: self._complain(message.type == "error", message.text))
        self.page.on("pageerror", lambda error: self._complain(True, str(error)))

    def do(self, script: str) -> Any:
        return self.page.evaluate(script)

    def _request(self, request: Request) -> None:
        if request.url.startswith(self.url):
            self.sent.append(request)

    def _response(self, response: Response) -> None:
        self._complain(response.status >= 400, f"{response.status}: {response.url}")

    def _complain(self, when: bool, what: str) -> None:
        if when:
            self.complaints.append(what)


@pytest.fixture
def write_key(ours: Tenant) -> str:
    return ours.key_with("event.write").token


@pytest.fixture
def visit(chromium: Browser, live_url: str) -> Iterator[Callable[..., Visit]]:
    """visit(script) opens the shop and loads that SDK in it; nothing may have gone wrong in the end. `url` is another
    server of ours."""
    if not shop.NODE_MODULES.is_dir():
        pytest.skip("run `npm ci` in tests/sdks first")
    opened = []

    def new(script: str, url: str = live_url) -> Visit:
        found = Visit(chromium.new_context().new_page(), url)
        opened.append(found)
        found.page.goto(address)
        found.page.add_script_tag(url=f"{address}{script}")
        return found

    with shop.running_shop() as address:
        yield new
        for each in opened:
            each.page.context.close()
    assert [complaint for each in opened for complaint in each.complaints] == []


@pytest.fixture
def posthog(visit: Callable[..., Visit], ours: Tenant, write_key: str) -> Callable[..., Visit]:
    """posthog(path, **options): a visit whose posthog-js sends to that path of ours. Its first page view has come."""

    def new(path: str = "/ingest/posthog", **options: bool) -> Visit:
        shopper = visit(shop.POSTHOG)
        # It takes a headless browser for a bot's.
        options |= {"api_host": f"{shopper.url}{path}", "opt_out_useragent_filter": True}
        shopper.do(f"posthog.init('{write_key}', {json.dumps(options)})")
        arrived(ours, "$pageview")
        return shopper

    return new


def arrived(tenant: Tenant, *names: str) -> None:
    wait_until(lambda: set(names) <= set(seen.names(tenant)), f"{', '.join(names)} have arrived")


@pytest.mark.parametrize("path", ["/ingest/posthog", ""], ids=["prefix", "bare"])
def test_a_visitor_who_signs_in_and_buys_is_one_person(posthog: Callable[..., Visit], ours: Tenant, path: str) -> None:
    shopper = posthog(path)
    shopper.do("posthog.capture('viewed', {word: 'größer 😀'})")
    shopper.do("posthog.identify('ann', {plan: 'pro'})")
    shopper.do("posthog.capture('bought', {revenue: 9.99, currency: 'EUR'})")
    arrived(ours, "$identify", "viewed", "bought")
    (viewed,), (bought,) = seen.events(ours, "viewed"), seen.events(ours, "bought")
    assert viewed.distinct_id != bought.distinct_id == "ann"
    assert seen.person_of(ours, viewed) == seen.person_of(ours, bought)
    assert (bought.revenue, bought.currency) == (Decimal("9.99"), "EUR")
    assert viewed.properties["word"] == "größer 😀"
    assert viewed.session == bought.session != ""
    assert seen.dead_letters(ours) == []


def test_its_batches_are_compressed_and_need_no_preflight(posthog: Callable[..., Visit], ours: Tenant) -> None:
    shopper = posthog()
    shopper.do("for (let n = 0; n < 30; n++) posthog.capture('seen', {n})")
    wait_until(lambda: len(seen.events(ours, "seen")) == 30, "all have arrived")
    bodies = [request.post_data_buffer or b"" for request in shopper.sent if "/e/" in request.url]
    assert len(bodies) < 5
    assert all(body.startswith(GZIP) for body in bodies)
    assert {request.method for request in shopper.sent} == {"GET", "POST"}
    assert sorted(event.properties["n"] for event in seen.events(ours, "seen")) == list(range(30))


@pytest.mark.parametrize("plain", [False, True], ids=["compressed", "a form in base64"])
def test_what_happens_as_the_page_goes_is_sent_by_beacon(
    posthog: Callable[..., Visit], ours: Tenant, plain: bool
) -> None:
    shopper = posthog(disable_compression=plain)
    shopper.do("posthog.capture('last words')")
    shopper.page.goto("about:blank")
    arrived(ours, "last words", "$pageleave")
    assert len({event.distinct_id for event in seen.events(ours)}) == 1


def test_uncompressed_json_of_another_origin_is_taken(posthog: Callable[..., Visit], ours: Tenant) -> None:
    shopper = posthog(disable_compression=True, request_batching=False)
    shopper.do("posthog.capture('plain')")
    arrived(ours, "plain")
    kinds = {request.headers["content-type"] for request in shopper.sent if "/e/" in request.url}
    assert "application/json" in kinds


def test_what_comes_too_often_is_sent_again(
    visit: Callable[..., Visit], ours: Tenant, write_key: str, tmp_path: Path
) -> None:
    with programs.live(tmp_path, environment={"EVENTS_RATE_LIMIT": "3/second"}) as slow:
        shopper = visit(shop.POSTHOG, slow.web())
        options = {"api_host": shopper.url, "opt_out_useragent_filter": True, "request_batching": False}
        shopper.do(f"posthog.init('{write_key}', {json.dumps(options)})")
        shopper.do("for (let n = 0; n < 4; n++) posthog.capture('seen', {n})")
        wait_until(lambda: len(seen.events(ours, "seen")) == 4, "all have arrived")
        shopper.page.wait_for_timeout(0)  # what has happened is told now
    assert any(complaint.startswith("503") for complaint in shopper.complaints)
    shopper.complaints.clear()


def test_what_analytics_js_sends_is_one_person_too(visit: Callable[..., Visit], ours: Tenant, write_key: str) -> None:
    shopper = visit(shop.SEGMENT)
    options = json.dumps({"writeKey": write_key, "cdnURL": f"{shopper.url}/ingest/segment"})
    shopper.do(f"window.analytics = AnalyticsNext.AnalyticsBrowser.load({options}); undefined")
    shopper.do("analytics.page('Home').then(() => undefined)")
    shopper.do("analytics.identify('ann', {plan: 'pro'}).then(() => undefined)")
    shopper.do("analytics.track('bought', {revenue: 9.99, currency: 'EUR'}).then(() => undefined)")
    arrived(ours, "$pageview", "$identify", "bought")
    (viewed,), (bought,) = seen.events(ours, "$pageview"), seen.events(ours, "bought")
    assert viewed.distinct_id != bought.distinct_id == "ann"
    assert seen.person_of(ours, viewed) == seen.person_of(ours, bought)
    assert (bought.revenue, bought.currency) == (Decimal("9.99"), "EUR")
    assert seen.dead_letters(ours) == []
