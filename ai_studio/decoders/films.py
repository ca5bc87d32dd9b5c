"""Films, every frame decoded by FFmpeg's libraries (PyAV)."""

import io
import struct
from collections.abc import Iterator
from dataclasses import dataclass

import av
from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream
from PIL import Image

from ai_studio.decoders import boxes, thumbnails
from ai_studio.decoders.bounds import Bad
from ai_studio.decoders.kinds import MP4, Kind
from ai_studio.decoders.moving import is_flat
from ai_studio.decoders.wire import Limits, MadeFile, Order
from ai_studio.provenance import facts, films

CODECS = {"h264", "hevc", "vp8", "vp9", "av1", "libdav1d"}
MAX_STREAMS = 8
# Containers round, sound may go on a little longer than the picture.
SLACK_SECONDS = 1.0
# Whatever a file refers to outside itself is not opened: the demuxer is named, and it reads from memory only.
_OPTIONS = {"enable_drefs": "0", "protocol_whitelist": "none"}
_STRICT = {"err_detect": "explode", "threads": "1"}


@dataclass
class Seen:
    """What decoding the whole film showed."""

    first: Image.Image
    width: int
    height: int
    frames: int = 0
    seconds: float = 0.0


def files_of(order: Order, kind: Kind) -> list[MadeFile]:
    """An MP4 or WebM with one picture track that decodes to its end."""
    if not (boxes.is_self_contained(order.data) if kind is MP4 else boxes.is_webm(order.data)):
        raise Bad(f"The {kind.name} leads to data outside of it, or is of another kind.")
    try:
        with av.open(io.BytesIO(order.data), "r", format=_demuxer(kind), options=_OPTIONS) as container:
            seen = _watched(container, order.limits)
        data = _marked(order, kind)
    except (av.FFmpegError, ValueError, OverflowError, struct.error) as error:
        raise Bad(f"The {kind.name} cannot be decoded: it is damaged or cut short.") from error
    sides, seconds = (seen.width, seen.height), round(seen.seconds, 3)
    result = MadeFile("RESULT", f"animation.{kind.suffix}", kind.media_type, data, *sides, duration_seconds=seconds)
    return [result, thumbnails.of(order, seen.first)]


def _demuxer(kind: Kind) -> str:
    return "mp4" if kind is MP4 else "webm"


def _watched(container: InputContainer, limits: Limits) -> Seen:
    stream = _stream(container, limits)
    seen: Seen | None = None
    for frame in _frames(container, stream):
        seen = seen or Seen(frame.to_image(threads=1), frame.width, frame.height)
        seen.frames += 1
        seen.seconds = max(seen.seconds, _end(frame, stream))
        _check(seen, frame, limits)
        if seen.frames <= limits.frames and seen.frames % 8 == 0 and is_flat(seen.first):
            seen.first = frame.to_image(threads=1)
    if seen is None:
        raise Bad("The film has no picture.")
    _check_whole(container, stream, seen)
    return seen


def _stream(container: InputContainer, limits: Limits) -> VideoStream:
    """The one picture track, before anything is decoded."""
    tracks = container.streams.video
    if len(tracks) != 1 or len(container.streams) > MAX_STREAMS:
        raise Bad("A film has one track of pictures.")
    stream = tracks[0]
    context = stream.codec_context
    if context is None:
        raise ValueError("A track of an unknown coding.")
    if context.name not in CODECS:
        raise Bad(f"Films coded as {context.name} are not read here.")
    if context.width * context.height > limits.pixels or (stream.frames or 0) > limits.frames:
        raise Bad(f"The film has more than {limits.pixels:,} pixels or {limits.frames:,} frames.")
    context.options = _STRICT
    context.thread_count = 1
    return stream


def _frames(container: InputContainer, stream: VideoStream) -> Iterator[VideoFrame]:
    for packet in container.demux(stream):
        if packet.is_corrupt:
            raise ValueError("A packet is damaged.")
        for frame in packet.decode():
            if isinstance(frame, VideoFrame):
                if frame.is_corrupt:
                    raise ValueError("A frame is damaged.")
                yield frame


def _end(frame: VideoFrame, stream: VideoStream) -> float:
    """When the frame stops being shown, in seconds."""
    step = float(frame.duration * stream.time_base) if frame.duration and stream.time_base else 0.0
    return float(frame.time or 0) + step


def _check(seen: Seen, frame: VideoFrame, limits: Limits) -> None:
    if (frame.width, frame.height) != (seen.width, seen.height):
        raise Bad("The film's pictures change their size.")
    if seen.frames > limits.frames or seen.frames * seen.width * seen.height > limits.film_pixels:
        raise Bad(f"It has more than {limits.frames:,} frames, or too many pixels in them.")
    if seen.seconds > limits.seconds:
        raise Bad(f"It is longer than {limits.seconds:g} seconds.")


def _check_whole(container: InputContainer, stream: VideoStream, seen: Seen) -> None:
    """All that the container promised was there. Containers that promise nothing are believed."""
    promised = container.duration / av.time_base if container.duration else 0.0
    missing_frames = stream.frames and seen.frames < stream.frames
    if missing_frames or promised - seen.seconds > SLACK_SECONDS:
        raise Bad("The film is cut short.")
    if seen.seconds <= 0:
        raise Bad("The film lasts no time.")


def _marked(order: Order, kind: Kind) -> bytes:
    mark = films.mp4 if kind is MP4 else films.webm
    return mark(order.data, facts.packet(order.facts))
