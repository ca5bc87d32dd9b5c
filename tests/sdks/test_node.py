"""The SDKs for Node, as they are published, against a running server."""

import shutil
import subprocess
from decimal import Decimal
from pathlib import Path

import pytest

from tests.factories import Tenant
from tests.sdks import seen, shop

SCRIPT = Path(__file__).parent / "send.mjs"
pytestmark = pytest.mark.node


@pytest.mark.parametrize("sdk", ["posthog", "segment"])
def test_a_visitor_who_signs_in_and_buys_is_one_person(live_url: str, ours: Tenant, sdk: str) -> None:
    if shutil.which("node") is None:
        pytest.skip("node is not installed")
    if not shop.NODE_MODULES.is_dir():
        pytest.skip("run `npm ci` in tests/sdks first")
    key = ours.key_with("event.write").token
    run = subprocess.run(
        ["node", str(SCRIPT), sdk, live_url, key], capture_output=True, text=True, timeout=60, check=False
    )
    assert run.returncode == 0, run.stderr
    (viewed,), (bought,) = seen.events(ours, "viewed"), seen.events(ours, "bought")
    assert (viewed.distinct_id, bought.distinct_id) == ("visitor", "ann")
    assert seen.person_of(ours, viewed) == seen.person_of(ours, bought)
    assert (bought.revenue, bought.currency) == (Decimal("9.99"), "EUR")
    assert seen.dead_letters(ours) == []
