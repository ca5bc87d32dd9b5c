"""The live stream of a real server, over real sockets."""

from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone
from pytest_django.fixtures import Settings

from ai_studio import announcements
from ai_studio.models import Generation
from brands import bells, events
from brands.choices import Role
from brands.models import Membership, Restriction
from brands.services import api_keys, members
from brands.tenancy.models import new_id
from brands.tenancy.scope import brand_scope
from tests import studio
from tests.factories import Tenant, client_for
from tests.listening import Frame, Listener

Guest = Callable[[Tenant, Generation], tuple[str, Any]]
LAST = "template.last"  # of a type that whoever may look at anything hears of


def listen(url: str, tenant: Tenant, query: str = "", *, token: str = "", **headers: str) -> Listener:
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    names.setdefault("Authorization", f"Bearer {token or tenant.key.token}")
    return Listener(url, f"{tenant.url}collaboration/stream/{query}", names)


def happens(tenant: Tenant, type_: str = "template.tried", **payload: object) -> int:
    with brand_scope(tenant.brand):
        return events.append(brand_id=tenant.id, type=type_, payload=payload)


def seqs(frames: list[Frame]) -> list[int]:
    return [frame.seq for frame in frames if frame.type]


def is_last(frame: Frame) -> bool:
    return frame.type == LAST


def of(generation: Generation) -> str:
    return f"?resource_type=AI_GENERATION&resource_id={generation.pk}"


def test_what_happens_is_told_as_it_happens(live_url: str, ours: Tenant, theirs: Tenant) -> None:
    with listen(live_url, ours) as stream:
        first = next(stream.frames())
        happens(theirs, thing="another brand's")
        seq = happens(ours, thing="größer")
        (told,) = stream.events(1)
    assert stream.response.headers["Content-Type"] == "text/event-stream"
    assert int(first.retry) >= 1000
    assert (told.seq, told.type, told.data["payload"]) == (seq, "template.tried", {"thing": "größer"})
    assert set(told.data) == {"seq", "type", "payload", "at"}


def test_who_comes_again_misses_nothing_and_hears_nothing_twice(live_url: str, ours: Tenant) -> None:
    with listen(live_url, ours) as stream:
        next(stream.frames())
        happens(ours)
        first = seqs(stream.events(1))
    with brand_scope(ours.brand):  # several pages
        missed = events.append_many(brand_id=ours.id, type="template.tried", payloads=[{"n": n} for n in range(450)])
    with listen(live_url, ours, Last_Event_ID=str(stream.last_id)) as stream:
        again = seqs(stream.events(450))
        live = happens(ours)
        assert [*first, *again, *seqs(stream.events(1))] == [*first, *missed, live]
    # A polyfill repeats the address it began with; what it has heard since is in the header.
    with listen(live_url, ours, f"?last_event_id={missed[-1]}") as stream:
        assert seqs(stream.events(1)) == [live]
    with listen(live_url, ours, "?last_event_id=0", Last_Event_ID=str(live)) as stream:
        next(stream.frames())
        assert seqs(stream.events(happens(ours) - live)) == [live + 1]


def test_everyone_hears_what_they_may_see(live_url: str, ours: Tenant) -> None:
    """An editor hears less than the owner; what is restricted only who manages members, whoever asked before."""
    editor = ours.key_with("*", role=Role.EDITOR).token
    viewer = ours.key_with("*", role=Role.VIEWER).token
    with brand_scope(ours.brand):
        free, restricted = studio.generation(ours), studio.generation(ours)
        Restriction.objects.create(brand=ours.brand, resource_type="AI_GENERATION", resource_id=restricted.pk)
    everything = [
        happens(ours, "generation.completed", generation=str(free.pk)),
        happens(ours, "generation.completed", generation=str(restricted.pk)),
        happens(ours, "metric.changed", metric="m"),
        happens(ours, "secret.kept", name="s"),
        happens(ours, LAST),
    ]
    heard = {}
    for name, token in (("owner", ours.key.token), ("editor", editor), ("viewer", viewer)):
        with listen(live_url, ours, "?last_event_id=0", token=token) as stream:
            heard[name] = seqs(stream.until(is_last))[-5:]
    a, _, metric, _, last = everything
    assert heard == {"owner": everything, "editor": [a, metric, last], "viewer": [a, last]}


def test_a_stream_of_one_resource_tells_of_reviews_that_ask_about_it(live_url: str, ours: Tenant) -> None:
    wanted, other = studio.generations(ours, 2)
    seqs_by_item = {}
    with listen(live_url, ours, of(wanted)) as stream:
        next(stream.frames())
        for item in (other, wanted):
            review = {"resource_type": "REVIEW", "resource_id": str(new_id())}
            items = [{"resource_type": "AI_GENERATION", "resource_id": str(item.pk)}]
            seqs_by_item[item] = happens(ours, "review.requested", **review, items=items)
        assert seqs(stream.events(1)) == [seqs_by_item[wanted]]


def test_a_stream_of_one_resource_tells_of_nothing_else(live_url: str, ours: Tenant, theirs: Tenant) -> None:
    wanted, other = studio.generations(ours, 2)
    with listen(live_url, ours, of(wanted)) as stream:
        next(stream.frames())
        happens(ours, "generation.completed", generation=str(other.pk))
        happens(ours, LAST)
        seq = happens(ours, "comment.made", resource_type="AI_GENERATION", resource_id=str(wanted.pk), text="!")
        (told,) = stream.events(1)
        announcements.tell_progress(brand_id=ours.id, generation_id=other.pk, percent=1)
        announcements.tell_progress(brand_id=ours.id, generation_id=wanted.pk, percent=40)
        (progress,) = stream.events(1)
    assert told.seq == seq
    assert (progress.id, progress.type) == (None, "generation.progress")
    assert progress.data["payload"] == {"generation": str(wanted.pk), "progress": 40}
    with listen(live_url, theirs, of(wanted)) as stream:
        assert (stream.status, stream.problem["code"]) == (404, "not_found")


def test_a_guest_hears_of_what_the_link_shows_and_of_nothing_internal(
    live_url: str, ours: Tenant, guest: Guest
) -> None:
    shown, other = studio.generations(ours, 2)
    token, link = guest(ours, shown)
    about = {"resource_type": "AI_GENERATION", "resource_id": str(shown.pk)}
    with listen(live_url, ours, token=token) as stream:
        assert stream.status == 403
    with listen(live_url, ours, of(other), token=token) as stream:
        assert stream.status == 404
    with listen(live_url, ours, of(shown), token=token) as stream:
        next(stream.frames())
        happens(ours, "generation.completed", generation=str(other.pk))
        happens(ours, "thread.opened", **about, visibility="INTERNAL")
        happens(ours, "grant.made", **about)
        completed = {"generation": str(shown.pk), "status": "COMPLETED", "cost_usd": "7", "user": 1, "api_key": "k"}
        happens(ours, "generation.completed", **completed)
        (told,) = stream.events(1)
        link.revoked_at = timezone.now()
        with brand_scope(ours.brand):
            link.save()
        (closed,) = stream.rest()
    assert told.data["payload"] == {"generation": str(shown.pk), "status": "COMPLETED"}
    assert (closed.type, closed.data) == ("closed", {"reason": "access"})


def _revoke_key(tenant: Tenant) -> None:
    api_keys.revoke(actor=tenant.actor(), key=api_keys.ApiKey.objects.get(name="a test's key"))


def _remove_member(tenant: Tenant) -> None:
    members.remove(actor=tenant.actor(), membership=Membership.objects.get(user=tenant.editor))


@pytest.mark.parametrize("end", [_revoke_key, _remove_member])
def test_whose_right_has_ended_hears_nothing_more(live_url: str, ours: Tenant, end: Callable[[Tenant], None]) -> None:
    token = ours.key_with("*", role=Role.EDITOR).token
    with listen(live_url, ours, token=token) as stream, listen(live_url, ours) as owner:
        next(stream.frames()), next(owner.frames())
        happens(ours)
        assert len(stream.events(1)) == 1
        with brand_scope(ours.brand):
            end(ours)
        seq = happens(ours, LAST)
        (closed,) = stream.rest()
        assert seqs(owner.until(is_last))[-1] == seq
    assert (closed.type, closed.data) == ("closed", {"reason": "access"})
    with listen(live_url, ours, token=token, Last_Event_ID=str(stream.last_id)) as again:
        assert again.status in {401, 404}


def test_who_is_demoted_hears_less_from_then_on(live_url: str, ours: Tenant) -> None:
    token = ours.key_with("*", role=Role.EDITOR).token
    with listen(live_url, ours, token=token) as stream:
        next(stream.frames())
        heard = happens(ours, "metric.changed", metric="m")
        assert seqs(stream.events(1)) == [heard]
        with brand_scope(ours.brand):
            editor = Membership.objects.get(user=ours.editor)
            members.change_role(actor=ours.actor(), membership=editor, role=Role.VIEWER)
        happens(ours, "metric.changed", metric="m")
        last = happens(ours, LAST)
        assert seqs(stream.until(is_last)) == [last]


def test_a_session_that_has_ended_ends_the_stream(live_url: str, ours: Tenant) -> None:
    client = client_for(ours.viewer)
    cookie = f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"
    with listen(live_url, ours, Authorization="", Cookie=cookie) as stream:
        assert stream.status == 200
        next(stream.frames())
        client.logout()
        bells.access_changed_on_commit(ours.id)
        assert [frame.data for frame in stream.rest()] == [{"reason": "access"}]


@pytest.mark.parametrize(
    ("query", "header", "field"),
    [
        ("?last_event_id=x", "", "last_event_id"),
        ("?last_event_id=-1", "", "last_event_id"),
        ("?last_event_id=999", "", "last_event_id"),
        ("", "1e3", "Last-Event-ID"),
        ("?resource_type=AI_GENERATION", "", "resource_id"),
        ("?resource_type=AI_GENERATION&resource_id=1", "", "resource_id"),
        ("?since=1", "", "since"),
    ],
)
@pytest.mark.django_db
def test_what_cannot_be_listened_to_is_named(ours: Tenant, query: str, header: str, field: str) -> None:
    headers = {"Last-Event-ID": header, "Accept": "text/event-stream"}
    answer = client_for(ours.key).get(f"{ours.url}collaboration/stream/{query}", headers=headers)
    assert answer.status_code == 400
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert list(answer.json()["errors"]) == [field]


@pytest.mark.django_db
def test_who_was_away_too_long_reads_anew(ours: Tenant, settings: Settings) -> None:
    settings.STREAM_REPLAY_EVENTS = 2
    head = [happens(ours) for _ in range(4)][-1]
    client, path = client_for(ours.key), f"{ours.url}collaboration/stream/"
    answer = client.get(path, {"last_event_id": head - 3})
    assert (answer.status_code, answer.json()["oldest"]) == (400, head - 2)
    assert "Too old" in answer.json()["errors"]["last_event_id"][0]
    assert client.get(path, {"last_event_id": head - 2}).status_code == 200
