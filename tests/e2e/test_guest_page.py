"""The page that a share link opens: with and without JavaScript, on a desk and a phone, in English and French."""

import os
import shutil
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from ai_studio.choices import Status
from ai_studio.providers.local.contract import RenderRequest
from ai_studio.providers.local.render import render
from analytics.models import AnalyticsReport
from brands.tenancy.scope import brand_scope
from collaboration.models import ExternalResource
from collaboration.reviews import requesting
from collaboration.reviews.freezing import Wanted as ItemWanted
from collaboration.reviews.policies import StepWanted
from collaboration.reviews.requesting import ReviewWanted
from collaboration.shares import links
from collaboration.threads import opening
from collaboration.threads.opening import Wanted
from tests import studio
from tests.e2e.browsing import DESKTOP, PHONE, Watched

pytestmark = pytest.mark.browser

AXE = Path(__file__).parents[1] / "tools" / "axe" / "node_modules" / "axe-core" / "axe.min.js"
# A policy that forbids eval forbids Playwright's own waiting.
LOADED = """new Promise(done => { const viewer = document.querySelector('model-viewer');
    const look = () => viewer.loaded ? done(true) : setTimeout(look, 50); look(); })"""
PASSWORD = "three green mugs"
REGION = {"kind": "region", "x": 0.2, "y": 0.3, "w": 0.3, "h": 0.25}
POINT = {
    "kind": "point3d",
    "position": [0.0, 0.5, 0.3],
    "normal": [0.0, 0.0, 1.0],
    "camera": {"position": [0, 1, 3], "target": [0, 0.5, 0], "fov": 30},
}
TIME = {"kind": "time", "start": 15, "end": 20, "fps": "30"}


def made(tenant: Any, kind: str, prompt: str = "a red mug on a table", **facts: Any) -> Any:
    """A generation as the local renderer makes it."""
    row = studio.generation(tenant, status=Status.COMPLETED, type=kind, prompt=prompt, **facts)
    for file in render(RenderRequest(kind, prompt, duration_seconds=1)).files:
        size = {"width": file.width, "height": file.height, "duration_seconds": file.duration_seconds}
        studio.artifact(row, role=file.role, name=file.name, media_type=file.media_type, data=file.data, **size)
    return row


def link_to(tenant: Any, row: Any, *permissions: str, kind: str = "AI_GENERATION", **facts: Any) -> str:
    with brand_scope(tenant.brand):
        made = links.make(
            actor=tenant.actor(), resource_type=kind, resource_id=row.pk, permissions=permissions, **facts
        )
    return f"/s/{made.token}/"


def talk(
    tenant: Any, row: Any, anchor: Any, body: str, *, visibility: str = "CLIENT", kind: str = "AI_GENERATION"
) -> Any:
    with brand_scope(tenant.brand):
        wanted = Wanted("AI_GENERATION", row.pk, body, anchor=anchor, visibility=visibility)
        return opening.open_thread(actor=tenant.actor("EDITOR"), wanted=wanted)


def enter(watched: Watched, path: str, *, name: str = "Ann", password: str = "") -> Any:
    page = watched.load(path)
    if password:
        page.locator("#password").fill(password)
    page.locator("#name").fill(name)
    page.locator("form button").click()
    page.wait_for_url("**/s/v/**")
    return page


def check(watched: Watched, name: str) -> None:
    """No wider than a desk's or a phone's window, and nothing serious for those who see, hear or move otherwise."""
    page = watched.page
    for size in (PHONE, DESKTOP):
        page.set_viewport_size(size)
        assert watched.too_wide() <= 0, name
        if folder := os.environ.get("SCREENSHOTS"):
            # Without a graphics card the 3D viewer takes its time.
            page.screenshot(path=f"{folder}/guest-{name}-{size['width']}.png", timeout=90_000)
    if not AXE.is_file():
        return
    page.evaluate(AXE.read_text())  # as a debugger does: no policy of the page forbids it
    found = page.evaluate("axe.run({resultTypes: ['violations']}).then(r => r.violations)")
    serious = [(each["id"], each["nodes"][0]["html"]) for each in found if each["impact"] in ("serious", "critical")]
    assert serious == [], name


def test_axe_is_installed_or_its_absence_is_told() -> None:
    if shutil.which("node") is None or not AXE.is_file():
        pytest.skip("run `npm ci` in tests/tools/axe first: accessibility was not checked.")


@pytest.mark.timeout(240)
def test_a_guest_sees_whatever_a_link_may_show(window: Any, ours: Any) -> None:
    image, model, film, template = (made(ours, kind) for kind in ("IMAGE_2D", "MODEL_3D", "ANIMATION", "TEMPLATE"))
    talk(ours, image, REGION, "The handle is too thin.")
    talk(ours, image, REGION, "The client must not read this.", visibility="INTERNAL")
    talk(ours, model, POINT, "Softer here.")
    talk(ours, film, TIME, "Slower from here.")
    collection = studio.collection(ours, image, model, visibility="BRAND")
    with brand_scope(ours.brand):
        by = {"brand": ours.brand, "created_by": ours.owner}
        report = AnalyticsReport.objects.create(name="Who comes back", kind="RETENTION", last_days=30, **by)
        facts = {"external_id": "7", "title": "A mug", "url": "https://shop.example/7"}
        design = ExternalResource.objects.create(kind="DESIGN", **facts, **by)
    watched = window()
    page = enter(watched, link_to(ours, image, "COMMENT", "DOWNLOAD", password=PASSWORD), password=PASSWORD)
    page.wait_for_load_state("networkidle")
    assert page.evaluate("document.querySelector('.stage img').naturalWidth") > 0
    assert page.locator(".pins text").all_text_contents() == ["1"]
    assert "must not read" not in page.content()
    check(watched, "image")
    with page.expect_download() as download:
        page.locator(".files a").first.click()
    assert download.value.suggested_filename
    for name, row, kind, there in (
        ("model", model, "AI_GENERATION", "model-viewer"),
        ("film", film, "AI_GENERATION", ".stage"),
        ("template", template, "AI_GENERATION", ".stage img"),
        ("collection", collection, "COLLECTION", ".grid img"),
        ("report", report, "ANALYTICS_REPORT", ".stage img"),
        ("design", design, "DESIGN", "main a"),
    ):
        page = enter(watched, link_to(ours, row, "COMMENT", kind=kind))
        page.wait_for_load_state("networkidle")
        assert page.locator(there).count(), name
        if name == "model":
            page.evaluate(LOADED)
            assert page.locator(".hotspot").all_text_contents() == ["1"]
        if there.endswith("img"):
            assert page.evaluate("s => document.querySelector(s).naturalWidth", there) > 0, name
        check(watched, name)
    page = enter(watched, link_to(ours, collection, kind="COLLECTION"))
    page.locator(".grid a").first.click()
    page.wait_for_url("**/AI_GENERATION/**")
    assert page.locator(".back").is_visible()


def test_everything_but_the_3d_view_works_without_scripts_and_in_french(window: Any, ours: Any) -> None:
    image = made(ours, "IMAGE_2D")
    watched = window(java_script_enabled=False, locale="fr-FR", viewport=PHONE)
    path = link_to(ours, image, "COMMENT", password=PASSWORD)
    page = watched.load(path)
    assert page.locator("h1").inner_text() == "Partagé avec vous"
    page = enter(watched, path, password=PASSWORD, name="Zoé")
    assert "Zoé" in page.locator(".who").inner_text()
    page.locator("#body").fill("<b>Trop mince</b>")
    page.locator("#zone").select_option("middle")
    page.get_by_role("button", name="Envoyer").click()
    page.wait_for_url("**#thread-*")
    assert "<b>Trop mince</b>" in page.locator(".thread").inner_text()
    assert page.locator(".pins text").count() == 1
    page.locator("summary").click()
    page.locator("details textarea").fill("Plus épais")
    page.locator("details button").click()
    page.wait_for_url("**#thread-*")
    assert page.locator(".said").count() == 2
    if folder := os.environ.get("SCREENSHOTS"):
        page.screenshot(path=f"{folder}/guest-french.png", full_page=True)
    page.get_by_role("button", name="Quitter").click()
    assert "Vous avez quitté" in page.locator("main").inner_text()


def test_a_click_marks_a_spot_and_a_point_of_a_model(window: Any, ours: Any) -> None:
    image, model = made(ours, "IMAGE_2D"), made(ours, "MODEL_3D")
    watched = window()
    for row, kind in ((image, "region"), (model, "point3d")):
        page = enter(watched, link_to(ours, row, "COMMENT"))
        page.wait_for_load_state("networkidle")
        if kind == "point3d":
            page.evaluate(LOADED)
        page.locator(".stage").click(position={"x": 300, "y": 300})
        page.locator("[data-marked]").wait_for(state="visible")
        page.locator("#body").fill("Here")
        page.locator("#comment-form button").click()
        page.wait_for_url("**#thread-*")
        with brand_scope(ours.brand):
            thread = row_of(row)
            assert thread.anchor["kind"] == kind
            assert thread.guest.name == "Ann"


def row_of(row: Any) -> Any:
    from collaboration.models import Thread

    return Thread.objects.select_related("guest").get(resource_id=row.pk)


def test_a_guest_decides_on_a_review(window: Any, ours: Any) -> None:
    image = made(ours, "IMAGE_2D")
    with brand_scope(ours.brand):
        wanted = ReviewWanted(
            title="The spring mug",
            items=[ItemWanted("AI_GENERATION", image.pk)],
            steps=[StepWanted(guests_decide=True)],
        )
        review = requesting.request(actor=ours.actor("EDITOR"), wanted=wanted, at=timezone.now())
    watched = window()
    page = enter(watched, link_to(ours, review, "DECIDE", kind="REVIEW"))
    check(watched, "review")
    page.get_by_label("Approve").check()
    page.get_by_role("button", name="Decide").click()
    page.locator("[role=status]").wait_for()
    assert page.locator(".state").inner_text().startswith("Approved")
    assert "Ann approves" in page.locator(".decisions").inner_text()


def test_revoking_a_link_closes_the_page_that_is_open(window: Any, ours: Any) -> None:
    image = made(ours, "IMAGE_2D")
    watched = window()
    page = enter(watched, link_to(ours, image))
    with brand_scope(ours.brand):
        actor = ours.actor()
        links.revoke(actor=actor, link=links.listed(actor).get())
    page.reload()
    assert page.locator("h1").inner_text() == "This page is not there"
    check(watched, "gone")
    assert any(complaint.startswith("404") for complaint in watched.complaints)
    watched.complaints.clear()
