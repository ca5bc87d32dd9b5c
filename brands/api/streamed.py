import asyncio
from collections.abc import AsyncIterator

from django.http import StreamingHttpResponse


class StreamedFile(StreamingHttpResponse):
    """Read chunk by chunk under ASGI too, where Django would first read a plain iterator to its end."""

    async def __aiter__(self) -> AsyncIterator[bytes]:
        chunks = iter(self)
        while chunk := await asyncio.to_thread(next, chunks, b""):
            yield chunk
