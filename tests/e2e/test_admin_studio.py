"""Real generations in a real browser: what was made is seen, moves and turns; a running job's page keeps up."""

import io

import numpy
import pytest
from PIL import Image

from ai_studio.services import generations, queue
from ai_studio.services.wish import Wish
from brands.tenancy.scope import brand_scope
from tests.staff import address
from tests.waiting import wait_until

pytestmark = pytest.mark.browser

MOMENT_MS = 700
# WebGL is drawn by the processor here: a quarter of the pixels shows as much.
COARSE = {"device_scale_factor": 0.5}


def wanted(tenant, kind, prompt="a red lamp spinning"):
    with brand_scope(tenant.brand):
        return generations.request(actor=tenant.actor("EDITOR"), wish=Wish(type=kind, prompt=prompt, seed=7))


def made(tenant, workers, kind):
    """A generation that real workers have completed."""
    job = wanted(tenant, kind)
    wait_until(lambda: state(job) not in ("PENDING", "PROCESSING"), f"the {kind} is made")
    assert state(job) == "COMPLETED"
    return job


def state(job):
    return type(job).objects.all_brands(reason="test").get(pk=job.pk).status


def page_of(job):
    return address("ai_studio.generation", "change", job.pk)


def picture(locator):
    return Image.open(io.BytesIO(locator.screenshot())).convert("RGB")


def differ(locator, page):
    """Whether what is seen changes within a few moments."""
    first = picture(locator).tobytes()
    for _ in range(8):
        page.wait_for_timeout(MOMENT_MS)
        if picture(locator).tobytes() != first:
            return True
    return False


def test_an_image_is_shown_with_its_words_its_attempt_and_its_money(signed_in, ours, workers, media):
    job = made(ours, workers, "IMAGE_2D")
    page = signed_in().open(page_of(job))
    assert page.locator(".at-preview img").evaluate("image => image.naturalWidth") >= 256
    for word in ("lamp", "subject.kind=lamp", "local / atelier-local-1", "Accepted", "Hold", "Settle", "image.png"):
        assert page.get_by_text(word).first.is_visible(), word


def test_a_model_is_rendered_and_spins(signed_in, ours, workers, media):
    job = made(ours, workers, "MODEL_3D")
    page = signed_in(**COARSE).open(page_of(job))
    page.wait_for_function("document.querySelector('model-viewer').loaded", timeout=60_000)
    page.wait_for_timeout(MOMENT_MS)
    viewer = page.locator("model-viewer")
    # The lamp is red: a blank canvas, or the ground alone, has no such pixel.
    red, green, blue = (numpy.asarray(picture(viewer), dtype=float)[..., n] for n in range(3))
    assert ((red > 80) & (red > 1.6 * green) & (red > 1.6 * blue)).sum() > 1000
    assert differ(viewer, page)


def test_an_animation_plays_as_pictures_and_as_a_model(signed_in, ours, workers, media):
    job = made(ours, workers, "ANIMATION")
    page = signed_in(**COARSE).open(page_of(job))
    page.wait_for_function("document.querySelector('model-viewer').loaded", timeout=60_000)
    assert differ(page.locator(".at-preview img"), page)
    assert page.evaluate("!document.querySelector('model-viewer').paused")
    assert page.evaluate("document.querySelector('model-viewer').availableAnimations.length") > 0


def test_a_template_is_shown_and_its_layers_listed(signed_in, ours, workers, media):
    job = made(ours, workers, "TEMPLATE")
    page = signed_in().open(page_of(job))
    assert page.locator(".at-preview img").evaluate("image => image.naturalWidth") >= 256
    assert page.get_by_role("cell", name="headline", exact=True).is_visible()


def test_a_running_jobs_page_shows_the_result_by_itself(signed_in, ours, workers, media):
    watched = signed_in()
    job = wanted(ours, "IMAGE_2D")
    page = watched.open(page_of(job))
    page.locator(".at-preview img").wait_for(timeout=60_000)
    assert page.locator("#live").get_by_text("Completed").is_visible()


def test_staff_cancels_with_a_click(signed_in, ours):
    with brand_scope(ours.brand):
        queue.pause(actor=ours.actor())  # workers of another test may be about
    job = wanted(ours, "IMAGE_2D")
    page = signed_in().open(page_of(job))
    page.get_by_role("button", name="Cancel").click()
    page.locator("#live").get_by_text("Cancelled").wait_for()
    assert state(job) == "CANCELLED"
    assert page.get_by_role("button", name="Retry").is_visible()


def test_staff_pauses_a_brand_with_a_click(signed_in, ours, theirs):
    page = signed_in().open("/admin/ai_studio/generation/queue/")
    page.locator("tr", has_text="Ours").get_by_role("button", name="Pause").click()
    page.locator("tr", has_text="Ours").get_by_text("Paused").wait_for()
    assert page.locator("tr", has_text="Theirs").get_by_role("button", name="Pause").is_visible()


def test_the_queue_page_names_the_workers_that_answer(signed_in, ours, workers):
    page = signed_in().open("/admin/ai_studio/generation/queue/")
    page.get_by_text("ai.render@").wait_for()
