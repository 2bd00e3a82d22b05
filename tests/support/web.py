"""A web server on this machine, for tests of what is fetched."""

import threading
from contextlib import contextmanager
from functools import partial
from http.server import (
    BaseHTTPRequestHandler,
    SimpleHTTPRequestHandler,
    ThreadingHTTPServer,
)
from pathlib import Path
from typing import Iterator

import cv2


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


@contextmanager
def mjpeg_server(*connections):
    """Motion JPEG over HTTP.

    Args:
        connections (Iterable of frames): What each connection sends until it
            is dropped; later ones get an error.
    """
    left = iter(connections)

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *args):
            """Say nothing."""

        def do_GET(self):
            content = next(left, None)
            if content is None:
                return self.send_error(503)
            self.send_response(200)
            self.send_header(
                'Content-Type', 'multipart/x-mixed-replace; boundary=frame'
            )
            self.end_headers()
            for frame in content:
                picture = cv2.imencode('.jpg', frame)[1].tobytes()
                head = (
                    b'--frame\r\nContent-Type: image/jpeg\r\n'
                    b'Content-Length: %d\r\n\r\n' % len(picture)
                )
                try:
                    self.wfile.write(head + picture + b'\r\n')
                except OSError:
                    return

    server = ThreadingHTTPServer(('127.0.0.1', 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f'http://127.0.0.1:{server.server_address[1]}/camera.mjpg'
    server.shutdown()
    server.server_close()
