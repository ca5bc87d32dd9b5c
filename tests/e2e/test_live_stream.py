"""A browser's own EventSource on the live stream."""

from collections.abc import Callable

import pytest
from django.conf import settings

from brands import events
from brands.tenancy.scope import brand_scope
from tests.e2e.browsing import Watched
from tests.factories import Tenant, client_for

pytestmark = pytest.mark.browser

LISTEN = """path => {
    window.heard = [];
    window.source = new EventSource(path);
    window.source.onopen = () => window.heard.push("open");
    for (const type of ["template.tried", "closed"])
        window.source.addEventListener(type, event => window.heard.push([event.lastEventId, JSON.parse(event.data)]));
}"""


def happens(tenant: Tenant, type_: str) -> int:
    with brand_scope(tenant.brand):
        return events.append(brand_id=tenant.id, type=type_, payload={})


def test_a_browser_hears_what_its_session_may_see(window: Callable[..., Watched], ours: Tenant) -> None:
    watched = window()
    session = client_for(ours.viewer).cookies[settings.SESSION_COOKIE_NAME].value
    cookie = {"name": settings.SESSION_COOKIE_NAME, "value": session, "url": watched.url}
    watched.page.context.add_cookies([cookie])
    page = watched.load("/admin/login/")
    page.evaluate(LISTEN, f"{ours.url}collaboration/stream/?last_event_id=0")
    page.wait_for_function("() => window.heard.length == 1")
    happens(ours, "secret.kept")
    seq = happens(ours, "template.tried")
    page.wait_for_function("() => window.heard.length == 2")
    opened, (last_id, told) = page.evaluate("window.heard")
    page.evaluate("window.source.close()")
    assert (opened, last_id, told["seq"]) == ("open", str(seq), seq)
