"""This process's one subscription to the bells of all brands."""

import asyncio
import json
import logging
from typing import TYPE_CHECKING, Any
from uuid import UUID

import redis.asyncio
from django.conf import settings
from redis.exceptions import RedisError

from brands import bells

if TYPE_CHECKING:
    from collaboration.stream.channels import Channel
    from collaboration.stream.hub import Hub

logger = logging.getLogger(__name__)

AGAIN_SECONDS = 1.0
# How long silence is believed: then the connection is asked whether it lives.
SILENCE_SECONDS = 5.0


async def listen(hub: "Hub") -> None:
    """For ever. While Redis is away the hub looks at the logs by itself."""
    while True:
        try:
            await _listen(hub)
        except (RedisError, OSError) as error:
            logger.warning("no bells are heard: %s", error)
        except Exception:  # a defect of ours: bells are missed, events are not
            logger.exception("no bells are heard")
        await asyncio.sleep(AGAIN_SECONDS)


async def _listen(hub: "Hub") -> None:
    client = redis.asyncio.Redis.from_url(
        settings.REDIS_URL, socket_connect_timeout=1, health_check_interval=SILENCE_SECONDS
    )
    async with client, client.pubsub() as subscription:
        await subscription.psubscribe(bells.all_channels())
        for channel in hub.channels.values():
            channel.ring()  # what rang before was not heard
        while True:
            message = await subscription.get_message(timeout=SILENCE_SECONDS)
            if message is not None and message["type"] == "pmessage":
                _hear(hub, message)


def _hear(hub: "Hub", message: dict[str, Any]) -> None:
    channel = hub.channels.get(_brand_of(message["channel"]))
    said: bytes = message["data"]
    if channel is None:
        return
    if said == bells.BELL:
        channel.ring()
    elif said == bells.ACCESS:
        channel.access_changed()
    else:
        _hear_passing(channel, said)


def _hear_passing(channel: "Channel", said: bytes) -> None:
    try:
        message = json.loads(said)
        channel.hear_passing({"type": message["type"], "payload": message["payload"], "at": message["at"]})
    except (ValueError, KeyError, TypeError):
        logger.warning("something odd was said to brand %s", channel.brand_id)


def _brand_of(channel: bytes) -> UUID:
    return UUID(channel.split(b":")[1].decode())
