"""What `make demo` tells of collaboration, through the real web process."""

from collections.abc import Callable

import pytest
import requests

from config.local import story
from config.local.api import Api
from config.local.jobs import Job
from config.local.screen import Bar
from tests import studio
from tests.factories import Tenant, client_for


@pytest.mark.usefixtures("committed")
def test_the_story_is_told_once_and_its_guest_link_is_new_each_time(
    web_with: Callable[..., str], ours: Tenant, settings: object
) -> None:
    picture = studio.finished(ours)
    url = web_with(MEDIA_ROOT=str(settings.MEDIA_ROOT))  # type: ignore[attr-defined]
    api = Api(url, brand=str(ours.id), key=ours.key.token)
    made = [
        Job("IMAGE_2D", "", Bar(""), client_for(ours.key).get(studio.url(ours, f"generations/{picture.pk}/")).json())
    ]
    first, second = (requests.compat.urlsplit(story.tell(made, api)).path for _ in range(2))
    assert [requests.get(f"{url}{path}", timeout=30).status_code for path in (first, second)] == [404, 200]
    assert [thread["comments_count"] for thread in api.rows("collaboration/threads/")] == [1, 2]
    assert [review["title"] for review in api.rows("collaboration/reviews/")] == [story.TITLE]
    assert story.tell([], api) != ""
