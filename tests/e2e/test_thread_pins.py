"""A thread's spots lie where people put them: on the picture, and on the model in the 3D viewer."""

from decimal import Decimal
from typing import Any

import pytest

from ai_studio.choices import ArtifactRole
from ai_studio.providers.local.contract import RenderRequest
from ai_studio.providers.local.render import render
from brands.tenancy.scope import brand_scope
from collaboration.threads import commenting, opening
from tests import studio
from tests.staff import address

pytestmark = pytest.mark.browser

REGION = {"kind": "region", "x": 0.25, "y": 0.125, "w": 0.5, "h": 0.25, "path": [[0.3, 0.2], [0.6, 0.3], [0.7, 0.15]]}
POINT = {
    "kind": "point3d",
    "position": [0, 0.5, 0],
    "normal": [0, 1, 0],
    "camera": {"position": [2, 2, 3], "target": [0, 0.4, 0], "fov": 40},
}


def made(tenant: Any, kind: str) -> Any:
    """A completed generation with what the local renderer draws."""
    request = RenderRequest(
        type=kind, prompt="a red mug", negative_prompt="", seed=7, quality="standard", aspect_ratio="1:1",
        duration_seconds=Decimal(2), steps=None, guidance=None, palette=[], extras={},
    )  # fmt: skip
    done = studio.generation(tenant, type=kind, status="COMPLETED", prompt="a red mug")
    for file in render(request).files:
        if file.role == ArtifactRole.RESULT:
            studio.artifact(done, role=file.role, name=file.name, media_type=file.media_type, data=file.data)
    return done


def opened(tenant: Any, row: Any, body: str, **facts: Any) -> Any:
    with brand_scope(tenant.brand):
        wanted = opening.Wanted("AI_GENERATION", row.pk, body, **facts)
        return opening.open_thread(actor=tenant.actor(), wanted=wanted)


def test_a_region_lies_on_its_part_of_the_picture_on_desktop_and_phone(signed_in, ours, media, tmp_path):
    picture = made(ours, "IMAGE_2D")
    thread = opened(ours, picture, "The handle is too thin.", anchor=REGION, type="ISSUE", visibility="CLIENT")
    opened(ours, picture, "Nice light.", anchor={"kind": "region", "x": 0.05, "y": 0.6, "w": 0.3, "h": 0.3})
    with brand_scope(ours.brand):
        reply = commenting.add(actor=ours.actor("EDITOR"), thread=thread, body="Thicker by half, then?")
        commenting.edit(actor=ours.actor("EDITOR"), comment=reply, body="Thicker by half, then? <b>Yes</b>")
    for size in ({"width": 1400, "height": 900}, {"width": 390, "height": 844}):
        window = signed_in(viewport=size)
        page = window.open(address("collaboration.thread", "change", thread.pk))
        image, pin = page.locator(".at-pinned img").bounding_box(), page.locator(".at-pin.at-here").bounding_box()
        assert image["width"] > 100
        for side, along, corner in (("x", "width", "x"), ("y", "height", "y")):
            assert pin[corner] - image[corner] == pytest.approx(REGION[side] * image[along], abs=1.5)
        assert pin["width"] == pytest.approx(REGION["w"] * image["width"], abs=1.5)
        assert page.locator(".at-pin").count() == 2
        assert page.locator(".at-said b b").count() == 0
        assert window.too_wide() <= 0
        page.screenshot(path=tmp_path / f"{size['width']}.png", full_page=True)


def test_a_point_is_a_hotspot_of_the_viewer(signed_in, ours, media, tmp_path):
    thread = opened(ours, made(ours, "MODEL_3D"), "A drop is missing here.", anchor=POINT)
    page = signed_in(device_scale_factor=0.5).open(address("collaboration.thread", "change", thread.pk))
    page.wait_for_function("document.querySelector('model-viewer')?.loaded", timeout=60_000)
    assert page.locator(".at-hotspot.at-here").is_visible()
    page.screenshot(path=tmp_path / "model.png", full_page=True)
