"""A web server on this machine, for tests of what is fetched."""

import threading
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Iterator


class QuietHandler(SimpleHTTPRequestHandler):
    """Does not print what it is asked for."""

    def log_message(self, *args):
        """Say nothing."""


@contextmanager
def serve(folder: Path) -> Iterator[str]:
    """Serve a folder.

    Args:
        folder (Path): What is served.

    Yields:
        str: The address of the folder.
    """
    server = ThreadingHTTPServer(
        ('127.0.0.1', 0), partial(QuietHandler, directory=folder)
    )
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f'http://127.0.0.1:{server.server_address[1]}'
    server.shutdown()
