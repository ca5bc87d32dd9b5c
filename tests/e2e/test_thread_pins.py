"""A thread's spots lie where people put them, on any window."""

import io
from typing import Any

import pytest
from PIL import Image

from ai_studio.choices import ArtifactRole
from brands.tenancy.scope import brand_scope
from collaboration.threads import opening
from tests import studio
from tests.e2e.browsing import DESKTOP, PHONE
from tests.staff import address

pytestmark = pytest.mark.browser

REGION = {"kind": "region", "x": 0.25, "y": 0.125, "w": 0.5, "h": 0.25, "path": [[0.3, 0.2], [0.6, 0.3], [0.7, 0.15]]}


def pinned(tenant: Any) -> Any:
    """A thread on a region of a picture, with another one beside it."""
    picture, data = studio.generation(tenant, status="COMPLETED"), io.BytesIO()
    Image.new("RGB", (640, 480), "#c33").save(data, "PNG")
    studio.artifact(picture, role=ArtifactRole.RESULT, name="image.png", data=data.getvalue())
    with brand_scope(tenant.brand):
        for anchor in ({**REGION, "x": 0.05}, REGION):
            wanted = opening.Wanted("AI_GENERATION", picture.pk, "Too <b>thin</b>.", anchor=anchor)
            thread = opening.open_thread(actor=tenant.actor(), wanted=wanted)
    return thread


def test_a_region_lies_on_its_part_of_the_picture_on_desktop_and_phone(signed_in, ours, media):
    path = address("collaboration.thread", "change", pinned(ours).pk)
    for size in (DESKTOP, PHONE):
        window = signed_in(viewport=size)
        page = window.open(path)
        image, pin = page.locator(".at-pinned img").bounding_box(), page.locator(".at-pin.at-here").bounding_box()
        assert image["width"] > 100
        for corner, side in (("x", "width"), ("y", "height")):
            assert pin[corner] - image[corner] == pytest.approx(REGION[corner] * image[side], abs=1.5)
            assert pin[side] == pytest.approx(REGION[side[0]] * image[side], abs=1.5)
        assert page.locator(".at-pin").count() == 2
        assert page.locator(".at-said .at-prompt b").count() == 0
        assert window.too_wide() <= 0
