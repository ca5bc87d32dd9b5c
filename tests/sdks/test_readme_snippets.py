"""What README.md says of SDKs, run word for word but for the address and the key."""

import re

import pytest
from posthog import request as posthogs_request
from segment.analytics import request as segments_request

from tests.deployment import CHECKOUT
from tests.factories import Tenant
from tests.sdks import seen

SECTION = (
    (CHECKOUT / "README.md").read_text().partition("## Send events with the SDK you have\n")[2].partition("\n## ")[0]
)
SNIPPETS = re.findall(r"```python\n(.*?)```", SECTION, flags=re.DOTALL)


def test_there_is_a_snippet_for_each_sdk_of_python() -> None:
    assert ["posthog" in SNIPPETS[0], "segment" in SNIPPETS[1]] == [True, True]


@pytest.mark.parametrize("snippet", SNIPPETS)
def test_a_snippet_does_what_it_says(snippet: str, live_url: str, ours: Tenant) -> None:
    key = ours.key_with("event.write").token
    exec(snippet.replace("http://127.0.0.1:8000", live_url).replace("your write key", key), {})  # noqa: S102
    posthogs_request.reset_sessions()
    segments_request._session.close()
    (event,) = seen.events(ours)
    assert (event.distinct_id, str(event.revenue), event.currency) == ("ann", "9.990000", "EUR")
