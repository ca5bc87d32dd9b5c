"""The queue console in a real browser: its charts show what was read, at a desk and on a phone, by day and by night."""

import io
from datetime import timedelta

import numpy
import pytest
from django.utils import timezone
from PIL import Image

from ai_studio.models import QueueReading, QueueSample
from ai_studio.services import generations, queue
from ai_studio.services.wish import Wish
from brands.tenancy.scope import brand_scope
from tests.e2e.browsing import DESKTOP, PHONE

pytestmark = pytest.mark.browser

QUEUE = "/admin/ai_studio/generation/queue/"
AMBER = (217, 119, 6)


def an_hour_of_readings(tenant):
    now = timezone.now().replace(second=0, microsecond=0)
    moments = [now - timedelta(minutes=n) for n in range(60)]
    QueueReading.objects.bulk_create(QueueReading(at=at) for at in moments)
    with brand_scope(tenant.brand):
        QueueSample.objects.bulk_create(
            QueueSample(
                brand=tenant.brand,
                at=at,
                queue="ai.render",
                provider="local",
                waiting=40 - n % 20,
                active=2,
                delayed=n % 3,
                oldest_seconds=90 + n,
                completed=3,
                failed=n % 2,
            )
            for n, at in enumerate(moments)
        )


def pixels_of(canvas, colour):
    """How many pixels of a chart are nearly of this colour."""
    shown = numpy.asarray(Image.open(io.BytesIO(canvas.screenshot())).convert("RGB"), dtype=int)
    return int((abs(shown - numpy.array(colour)).sum(axis=2) < 40).sum())


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desk", "phone"])
def test_three_charts_are_drawn_from_the_readings(signed_in, ours, scheme, size):
    an_hour_of_readings(ours)
    watched = signed_in(color_scheme=scheme, viewport=size)
    page = watched.open(QUEUE)
    charts = page.locator("#history canvas")
    assert charts.count() == 3
    charts.first.scroll_into_view_if_needed()
    assert pixels_of(charts.first, AMBER) > 50
    for unit in ("jobs", "min", "jobs a minute"):
        assert page.locator("figcaption", has_text=unit).first.is_visible()
    assert watched.too_wide() <= 0


def test_choosing_a_brand_shows_its_history(signed_in, ours, theirs):
    an_hour_of_readings(ours)
    page = signed_in().open(QUEUE)
    page.locator("select[name=brand]").select_option(label="Theirs")
    page.wait_for_url("**brand=**")
    page.wait_for_load_state("networkidle")
    assert page.locator("select[name=brand]").evaluate("each => each.selectedOptions[0].text") == "Theirs"
    # Nothing waited, so the line lies on the axis, below what its own brand's would colour.
    assert page.locator("#history canvas").count() == 3


def test_calling_off_all_that_waits_asks_first(signed_in, ours):
    with brand_scope(ours.brand):
        queue.pause(actor=ours.actor())  # workers of another test may be about
        wishes = [Wish(type="IMAGE_2D", prompt="a red mug")] * 3
        jobs = generations.request_many(actor=ours.actor("EDITOR"), wishes=wishes)
    page = signed_in().open(QUEUE)
    page.get_by_role("link", name="Cancel waiting").click()
    assert page.get_by_text("3 jobs").is_visible()
    page.get_by_role("button", name="Cancel waiting").click()
    page.get_by_text("3 cancelled").wait_for()
    with brand_scope(ours.brand):
        assert {type(job).objects.get(pk=job.pk).status for job in jobs} == {"CANCELLED"}
