from collections.abc import Callable, Iterator

import pytest
from django.conf import settings
from playwright.sync_api import Browser

from brands.models import User
from tests import factories
from tests.e2e import browsing
from tests.e2e.browsing import DESKTOP, Watched


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    executable = browsing.chromium()
    if executable is None:
        pytest.skip("No Chromium is installed: nothing was checked in a browser.")
    # Playwright's loop runs in this thread; the tests use the database beside it, never inside it.
    with pytest.MonkeyPatch.context() as environment, browsing.browser(executable) as started:
        environment.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        yield started


@pytest.fixture
def staff(committed: None) -> User:
    return factories.make_user("staff@atelier.example", is_staff=True, is_superuser=True, name="Sam Staff")


@pytest.fixture
def window(chromium: Browser, live_url: str) -> Iterator[Callable[..., Watched]]:
    """window(**options) opens a fresh one; at the end of the test none of them may have complained."""
    opened: list[Watched] = []

    def new(**options: object) -> Watched:
        context = chromium.new_context(**{"viewport": DESKTOP, **options})
        opened.append(Watched(context.new_page(), live_url))
        return opened[-1]

    yield new
    for each in opened:
        each.page.context.close()
    assert [complaint for each in opened for complaint in each.complaints] == []


@pytest.fixture
def signed_in(window: Callable[..., Watched], staff: User) -> Callable[..., Watched]:
    """Like `window`, signed in to the admin. Its form is tried by a test of its own."""

    def new(**options: object) -> Watched:
        watched = window(**options)
        session = factories.client_for(staff).cookies[settings.SESSION_COOKIE_NAME].value
        cookie = {"name": settings.SESSION_COOKIE_NAME, "value": session, "url": watched.url}
        watched.page.context.add_cookies([cookie])
        return watched

    return new
