"""The dashboards in a real browser: they fit a phone, are legible in the dark, and what is chosen stays chosen."""

import pytest

from analytics.dashboards.menu import MENU
from analytics.stores.connections import pool
from tests.e2e.browsing import DESKTOP, PHONE
from tests.integration.analytics.shop import open_shop

pytestmark = pytest.mark.browser

# Of a colour as the page has it: red + green + blue.
LIGHTNESS = """(colour) => { const c = document.createElement('canvas').getContext('2d'); c.fillStyle = colour;
    c.fillRect(0, 0, 1, 1); const [r, g, b] = c.getImageData(0, 0, 1, 1).data; return r + g + b; }"""
# Of charts' words outside their cells.
INK = "[...new Set([...document.querySelectorAll('svg .at-f-ink, svg .at-f-soft')].map(e => getComputedStyle(e).fill))]"
CHARTS = ":is(.an-desk, .an-cards) svg"


@pytest.mark.timeout(240)
def test_every_dashboard_is_legible_on_a_phone_in_the_dark_and_at_a_desk(signed_in, ours) -> None:
    open_shop(ours)
    pool().close()
    watched = signed_in(color_scheme="dark", viewport=PHONE)
    for entry in MENU:
        page = watched.load(entry.path)
        assert page.locator("h1").inner_text() == entry.title
        assert watched.too_wide() <= 0, entry.name
        ground = page.evaluate("getComputedStyle(document.querySelector('#main')).backgroundColor")
        assert page.evaluate(LIGHTNESS, ground) < 150
        for colour in page.evaluate(INK):
            assert page.evaluate(LIGHTNESS, colour) > 300, entry.name
        page.set_viewport_size(DESKTOP)
        assert watched.too_wide() <= 0, entry.name
        assert page.locator(CHARTS).first.is_visible() == (entry.name != "costs")
        if entry.name == "cohorts":
            assert page.locator(f"{CHARTS} rect[fill^='url(#h']").first.is_visible()
        page.set_viewport_size(PHONE)


def test_the_brand_and_the_days_are_picked_and_stay_picked(signed_in, ours, theirs) -> None:
    open_shop(ours, built=False)
    pool().close()
    page = signed_in().load(MENU[0].path)
    page.locator("select[name=brand]").select_option(label="Ours")
    page.locator("input[name=from]").fill("2026-01-01")
    page.locator("input[name=to]").fill("2026-03-01")
    page.get_by_role("button", name="Show").click()
    page.wait_for_url(f"**brand={ours.id}**")
    page.get_by_role("navigation", name="Dashboards").get_by_role("link", name="Retention").click()
    page.wait_for_url(f"**/retention/?brand={ours.id}&from=2026-01-01&to=2026-03-01")
    assert page.locator("input[name=from]").input_value() == "2026-01-01"
    page.get_by_role("link", name="7 days").click()
    page.locator("summary", has_text="As a table").press("Enter")
    assert page.get_by_role("cell", name="All old enough").is_visible()
