"""Staff upload a file of history in a real browser."""

import pytest

from analytics.models import Event
from brands.tenancy.scope import brand_scope
from tests.e2e.browsing import PHONE

pytestmark = pytest.mark.browser


@pytest.mark.timeout(300)
def test_a_file_is_uploaded_in_parts_and_its_import_is_shown_to_the_end(workers, ours, signed_in, tmp_path, media):
    file = tmp_path / "history.csv"
    rows = "".join(f"visit,u{n % 9},2026-05-04T10:00:00Z,{'x' * 1500}{n}\n" for n in range(1_500))
    file.write_text(f"event,user_id,time,note\n{rows}broken\n")  # more than one part
    watched = signed_in(viewport=PHONE)
    page = watched.load("/admin/analytics/eventimport/add/")
    assert watched.too_wide() <= 0
    page.set_input_files("input[type=file]", file)
    page.click("form#upload [type=submit]")
    page.get_by_text("Done. 1501 rows: 1500 stored, 0 were here already, 1 rejected.").wait_for(timeout=90_000)
    with brand_scope(ours.brand):
        assert Event.objects.count() == 1_500
    assert page.locator("progress").get_attribute("value") is not None
