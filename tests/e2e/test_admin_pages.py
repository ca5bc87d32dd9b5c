"""The staff admin in a real browser: every page, at a desk and on a phone, in the light and in the dark."""

import pytest

from tests import factories
from tests.e2e.browsing import DESKTOP, PHONE
from tests.staff import MODELS, address, fill
from tests.waiting import wait_until

pytestmark = pytest.mark.browser

FIRST_ROW = "#result_list a[href*='/change/']"
OTHER_PAGES = ["/admin/", "/admin/ai_studio/generation/queue/", "/admin/auth/group/", "/admin/brands/brand/add/"]


def check(watched, path):
    """Open a page: it has a title, and fits the window as it is, be that a desk's or a phone's, and then the other."""
    page = watched.load(path)
    assert page.locator("h1").count() == 1, path
    for size in (DESKTOP, PHONE) if page.viewport_size == DESKTOP else (PHONE, DESKTOP):
        page.set_viewport_size(size)
        # A chart follows the window's new width a frame later.
        wait_until(lambda: watched.too_wide() <= 0, f"{path} fits {size}", seconds=10)


def test_a_wrong_password_is_told_and_the_right_one_leads_to_the_dashboard(window, staff):
    watched = window()
    page = watched.open("/admin/login/")
    page.fill("input[name=username]", staff.email)
    page.fill("input[name=password]", "wrong")
    page.click("[type=submit]")
    assert "Please enter the correct" in page.content()
    page.fill("input[name=username]", staff.email)
    page.fill("input[name=password]", factories.PASSWORD)
    page.click("[type=submit]")
    page.wait_for_url("**/admin/")
    assert page.get_by_text("Generations today").is_visible()


@pytest.mark.timeout(300)
def test_every_page_opens_without_a_complaint_and_fits_desk_and_phone(signed_in, ours, media):
    fill(ours)
    watched = signed_in()
    for path in OTHER_PAGES:
        check(watched, path)
    for model in MODELS:
        check(watched, address(model, "changelist"))
        row = watched.page.locator(FIRST_ROW).first.get_attribute("href")
        check(watched, row.partition("?")[0])


@pytest.mark.parametrize("path", ["/admin/", "/admin/ai_studio/generation/"])
def test_dark_mode_follows_the_system(signed_in, ours, path):
    fill(ours)
    page = signed_in(color_scheme="dark").open(path)
    ground = page.evaluate("getComputedStyle(document.querySelector('#main')).backgroundColor")
    text = page.evaluate("getComputedStyle(document.querySelector('h1')).color")
    lightness = "(colour) => { const c = document.createElement('canvas').getContext('2d'); c.fillStyle = colour;"
    lightness += " c.fillRect(0, 0, 1, 1); const [r, g, b] = c.getImageData(0, 0, 1, 1).data; return r + g + b; }"
    assert page.evaluate(lightness, ground) < 150
    assert page.evaluate(lightness, text) > 500


def test_a_list_is_narrowed_to_one_brand_in_its_filters(signed_in, ours, theirs):
    fill(ours)
    fill(theirs)
    page = signed_in().open(address("ai_studio.generation", "changelist"))
    assert page.locator("#result_list tbody tr").count() == 4
    page.locator("a", has_text="Filters").first.click()
    page.locator("select[name=brand]").select_option(label="Ours", force=True)
    page.get_by_role("button", name="Apply Filters").click()
    page.wait_for_url("**brand=**")
    assert page.locator("#result_list tbody tr").count() == 2


def test_the_api_documents_open_without_asking_another_host(window, live_url):
    swagger = window().open("/api/docs/")
    swagger.locator(".opblock").first.wait_for()
    redoc = window().open("/api/redoc/")
    redoc.locator("h1").first.wait_for()
