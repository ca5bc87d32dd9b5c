"""Provider health and the decision of a route in a real browser, at a desk and on a phone."""

import os

import pytest

from tests import studio
from tests.e2e.browsing import DESKTOP, PHONE
from tests.integration.admin.test_provider_health import ROUTING, tried

pytestmark = pytest.mark.browser

HEALTH = "/admin/ai_studio/generation/providers/"


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desk", "phone"])
def test_health_and_decision_fit_their_window(signed_in, ours, size) -> None:
    tried(ours, "", "", "busy")
    made = studio.generation(ours, routing=ROUTING)
    watched = signed_in(viewport=size)
    page = watched.open(HEALTH)
    assert page.get_by_text("75.0 %").count() == 0
    assert page.get_by_text("66.7 %").is_visible()
    if folder := os.environ.get("SCREENSHOTS"):
        page.screenshot(path=f"{folder}/health-{size['width']}.png", full_page=True)
    assert watched.too_wide() <= 0
    page = watched.open(f"/admin/ai_studio/generation/{made.pk}/change/")
    assert page.get_by_text("does not make Animation").is_visible()
    assert watched.too_wide() <= 0
