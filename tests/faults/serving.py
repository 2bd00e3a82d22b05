"""A web server on this machine that can be told to behave badly."""

import socket
import struct
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Iterator
from urllib.parse import unquote

GOOD = 'good'
_servers = []


def current() -> 'Server':
    """The server that was made last."""
    return _servers[-1]


class Server:
    """Serves one folder, with HEAD and GET.

    Attributes:
        folder (Path): What is served.
        behaviour (str): 'good'; 'cut': half of what was announced; 'reset':
            the same, by a reset; 'slow': in pieces, with waits; 'frozen': no
            answer; 'stuck': half, then nothing; 'error': status 500; 'page':
            a page of HTML in place of the file; 'once': a reset of the first
            connection alone; 'circle': leads back to the same address.
        address (str): Of the folder.
    """

    def __init__(self) -> None:
        _servers.append(self)
        self.folder = Path()
        self.behaviour = GOOD
        self.end = threading.Event()
        ours = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *args):
                """Say nothing."""

            def do_HEAD(self):
                self.answer(with_body=False)

            def do_GET(self):
                self.answer()

            def answer(self, with_body=True):
                try:
                    ours.answer(self, with_body)
                except OSError:  # whoever asked has gone
                    pass

        self.server = ThreadingHTTPServer(('127.0.0.1', 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.address = f'http://127.0.0.1:{self.server.server_address[1]}'

    @contextmanager
    def behaving(self, behaviour: str) -> Iterator[None]:
        """Behave in a way for a while."""
        self.behaviour = behaviour
        self.end.clear()
        try:
            yield
        finally:
            self.behaviour = GOOD
            self.end.set()

    def answer(self, request, with_body: bool) -> None:
        """Answer one request."""
        behaviour = self.behaviour
        if behaviour == 'once':
            self.behaviour = GOOD
            return _reset(request.connection)
        if behaviour == 'frozen':
            self.end.wait(60)
            return
        path = self.folder / unquote(request.path).lstrip('/')
        if behaviour == 'error':
            return request.send_error(500)
        if behaviour == 'circle':
            request.send_response(302)
            request.send_header('Location', request.path)
            request.send_header('Content-Length', '0')
            return request.end_headers()
        if not path.is_file():
            return request.send_error(404)
        body = path.read_bytes()
        if behaviour == 'page':
            body = b'<!DOCTYPE html><title>Log in</title>'
        request.send_response(200)
        request.send_header('Content-Length', str(len(body)))
        request.end_headers()
        if not with_body:
            return
        half = body[: len(body) // 2]
        if behaviour in ('cut', 'reset', 'stuck'):
            request.wfile.write(half)
            if behaviour == 'reset':
                _reset(request.connection)
            if behaviour == 'stuck':
                self.end.wait(60)
            request.close_connection = True
        elif behaviour == 'slow':
            step = max(1, len(body) // 8)
            for start in range(0, len(body), step):
                request.wfile.write(body[start : start + step])
                request.wfile.flush()
                time.sleep(0.05)
        else:
            request.wfile.write(body)


def _reset(connection: socket.socket) -> None:
    connection.setsockopt(
        socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0)
    )
    connection.close()
