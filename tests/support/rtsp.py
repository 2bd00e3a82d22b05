"""Cameras on this machine: RTSP over TCP, and what may happen to them.

The server is aio-rtsp-toolkit's, of files. A wire lies between it and the
reader, which can be frozen, cut, or ask for a password.
"""

import asyncio
import base64
import contextlib
import logging
import socket
import threading
from typing import Iterator, Optional

import aio_rtsp_toolkit.server as rtsp

SILENT = logging.getLogger('tests.rtsp')
SILENT.propagate = False
SILENT.addHandler(logging.NullHandler())


@contextlib.contextmanager
def rtsp_server(folder) -> Iterator[int]:
    """Serve a folder's MP4 files, at the pace of their frames.

    ``rtsp://127.0.0.1:PORT/NAME?play_count=N`` plays a file N times, and for
    ever with 0.

    Args:
        folder (Path): What is served.

    Yields:
        int: The port.
    """
    rtsp.logger = rtsp.aio.aio_sockets.logger = SILENT
    with socket.create_server(('127.0.0.1', 0)) as free:
        port = free.getsockname()[1]
    loop = asyncio.new_event_loop()
    server = rtsp.RtspServer(str(folder), '127.0.0.1', port)
    server.logger = SILENT
    loop.run_until_complete(server.start())
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        yield port
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.run_until_complete(_end(server))
        loop.close()


async def _end(server) -> None:
    await server.close()
    tasks = asyncio.all_tasks() - {asyncio.current_task()}
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


class Wire:
    """Hands on what a server and its readers say.

    Args:
        port (int): The server's.
        password (str, optional): ``user:password`` that it asks for, by
            RTSP's basic scheme. Defaults to None, none.

    Attributes:
        port (int): Where readers connect.
        connections (int): How often they did.
    """

    def __init__(self, port: int, password: Optional[str] = None) -> None:
        self._server = port
        self._password = password
        self._flowing = threading.Event()
        self._flowing.set()
        self._open: list = []
        self._listener = socket.create_server(('127.0.0.1', 0))
        self.port = self._listener.getsockname()[1]
        self.connections = 0
        threading.Thread(target=self._accept, daemon=True).start()

    def freeze(self) -> None:
        """Let nothing more through, and keep connections open."""
        self._flowing.clear()

    def thaw(self) -> None:
        """Let all through again."""
        self._flowing.set()

    def cut(self) -> None:
        """Break off what is connected."""
        for one in self._open:
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
        self._open.clear()

    def close(self) -> None:
        """End all."""
        self._listener.close()
        self.thaw()
        self.cut()

    def _accept(self) -> None:
        while True:
            try:
                reader, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            if self._password is not None:
                threading.Thread(
                    target=self._ask, args=(reader,), daemon=True
                ).start()
            else:
                self._join(reader)

    def _join(self, reader, first: bytes = b'') -> None:
        server = socket.create_connection(('127.0.0.1', self._server))
        server.sendall(first)
        self._open += [reader, server]
        for pair in ((reader, server), (server, reader)):
            threading.Thread(
                target=self._hand_on, args=pair, daemon=True
            ).start()

    def _hand_on(self, source, target) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(1 << 16):
                self._flowing.wait()
                target.sendall(data)
        for one in (source, target):
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)

    def _ask(self, reader) -> None:
        """Answer 401 until a request has the password."""
        right = base64.b64encode(self._password.encode())
        with contextlib.suppress(OSError):
            while data := reader.recv(1 << 16):
                if b'Authorization: Basic ' + right in data:
                    return self._join(reader, data)
                number = data.partition(b'CSeq: ')[2].partition(b'\r\n')[0]
                reader.sendall(
                    b'RTSP/1.0 401 Unauthorized\r\nCSeq: ' + number + b'\r\n'
                    b'WWW-Authenticate: Basic realm="camera"\r\n\r\n'
                )


@contextlib.contextmanager
def wire(port: int, password: Optional[str] = None) -> Iterator[Wire]:
    """Lay a :class:`Wire`, and end it."""
    made = Wire(port, password)
    try:
        yield made
    finally:
        made.close()
