"""One stream: what it keeps for a client, and when it lets go of one."""

import asyncio
from uuid import uuid4

import pytest
from pytest_django.fixtures import Settings

from brands.choices import ActorKind
from brands.permissions import Actor
from collaboration.stream import frames
from collaboration.stream.streams import Reason, Stream, Ticket


@pytest.fixture
def aborted() -> list[bool]:
    return []


@pytest.fixture
def stream(settings: Settings, aborted: list[bool]) -> Stream:
    settings.STREAM_BUFFER_BYTES = 100
    settings.STREAM_HEARTBEAT_SECONDS = 0.01
    brand_id = uuid4()
    actor = Actor(ActorKind.USER, "1", "ann", brand_id, frozenset())
    return Stream(Ticket(brand_id, None, actor, None, position=4, head=4), abort=lambda: aborted.append(True))


def test_a_client_that_does_not_read_is_let_go(stream: Stream, aborted: list[bool]) -> None:
    stream.hear(b"x" * 150, named=5, last_seq=5)  # one page may be larger: nobody had the time to read yet
    assert stream.reason is None
    stream.hear(b"y", named=6, last_seq=6)
    assert (stream.reason, aborted) == (Reason.SLOW, [True])


def test_a_client_that_reads_is_kept(stream: Stream) -> None:
    for seq in range(5, 50):
        stream.hear(b"x" * 90, named=seq, last_seq=seq)
        assert stream.taken() == b"x" * 90
    assert stream.reason is None


def test_silence_is_a_heartbeat_and_what_was_not_seen_one_number(stream: Stream) -> None:
    async def listen() -> list[bytes]:
        said = [stream.first_words(1500), await stream.next()]
        for seq in (5, 6, 7):
            stream.hear(b"", named=-1, last_seq=seq)
        said += [await stream.next(), await stream.next()]
        stream.hear(b"told", named=8, last_seq=9)
        return [*said, await stream.next(), await stream.next(), await stream.next()]

    assert asyncio.run(listen()) == [
        b"retry: 1500\n\nid: 4\n\n",
        frames.HEARTBEAT,
        b"id: 7\n\n",
        frames.HEARTBEAT,
        b"told",
        b"id: 9\n\n",
        frames.HEARTBEAT,
    ]


def test_what_was_queued_before_a_right_ended_is_not_sent(stream: Stream) -> None:
    stream.hear(b"secret", named=5, last_seq=5)
    stream.close(Reason.ACCESS)
    assert stream.last_words() == b'event: closed\ndata: {"reason": "access"}\n\n'


def test_what_was_queued_before_the_server_ends_is_sent(stream: Stream) -> None:
    stream.hear(b"told ", named=5, last_seq=5)
    stream.close(Reason.RESTART)
    assert stream.last_words() == b'told event: closed\ndata: {"reason": "restart"}\n\n'


def test_text_cannot_break_out_of_its_event() -> None:
    told = frames.event("template.tried", {"text": "a\n\nid: 99\r\revent: evil\u2028\n"}, seq=1)
    assert told.count(b"\n") == 4
    assert b"\r" not in told
