"""People are told of what concerns them: the right ones, once, of what they may see, by the channels they chose."""

import pytest
from django.core import mail as outbox

from tests import notifying, studio
from tests.collaboration import opened, replied
from tests.factories import Tenant, client_for
from tests.notifying import read, send, told


@pytest.fixture
def picture(ours: Tenant):
    return studio.finished(ours)


def test_who_is_mentioned_is_told_in_the_app_and_by_mail(ours, picture):
    opened(client_for(ours.editor), ours, picture, mentions=[ours.viewer.pk], body="@viewer a secret handle")
    assert read(ours) > 0
    assert read(ours) == 0
    assert ("viewer", "MENTIONED") in told(ours)
    client = client_for(ours.viewer)
    answer = client.get(f"{ours.url}collaboration/notifications/").json()
    (row,) = answer["results"]
    assert (row["kind"], row["by"]["id"], row["read_at"]) == ("MENTIONED", ours.editor.pk, None)
    assert client.get(f"{ours.url}collaboration/notifications/unread/").json() == {"unread": 1}
    assert send(ours) == 1
    (letter,) = outbox.outbox
    assert letter.to == [ours.viewer.email]
    assert letter.subject == "editor@ours.example mentioned you on a generation"
    assert "secret handle" not in letter.message().as_string()
    assert send(ours) == 0
