"""A shop on another origin, whose page can load any script of the published SDKs."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

NODE_MODULES = Path(__file__).parent / "node_modules"
POSTHOG = "/posthog-js/dist/array.full.js"
SEGMENT = "/@segment/analytics-next/dist/umd/index.js"
PAGE = b'<!doctype html><title>Shop</title><link rel="icon" href="data:,"><h1>Shop</h1>'


class _Shop(SimpleHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.path != "/":
            super().do_GET()
            return
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(PAGE)))
        self.end_headers()
        self.wfile.write(PAGE)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- the library's name
        pass


@contextmanager
def running_shop() -> Iterator[str]:
    """Its address."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Shop, directory=str(NODE_MODULES))) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()
