"""Whether a JPEG has all its rows: libjpeg, which Pillow uses, paints over what is missing; FFmpeg's decoder does not.

What only libjpeg reads (arithmetic coding, which browsers do not show either) is refused with it.
"""

import io

import av

_OPTIONS = {"protocol_whitelist": "none"}
_STRICT = {"err_detect": "explode", "threads": "1"}


def are_all_there(data: bytes) -> bool:
    """Decodes the first picture of `data`, whose size was checked before."""
    try:
        with av.open(io.BytesIO(data), "r", format="jpeg_pipe", options=_OPTIONS) as container:
            stream = container.streams.video[0]
            stream.codec_context.options = _STRICT
            stream.codec_context.thread_count = 1
            frame = next(iter(container.decode(stream)), None)
            return frame is not None and not frame.is_corrupt
    except av.FFmpegError:
        return False
