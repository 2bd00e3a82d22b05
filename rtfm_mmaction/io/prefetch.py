"""Work ahead on another thread."""

import threading
from queue import Full, Queue
from typing import Iterable, Iterator, TypeVar

Item = TypeVar('Item')
# Seconds between looks at whether the other side still wants anything.
PATIENCE = 0.1


def prefetch(items: Iterable[Item], ahead: int) -> Iterator[Item]:
    """Run an iterator on a thread of its own, a few items early.

    For work that leaves Python's lock, as decoding and resizing do in OpenCV.
    The thread ends with the iterator, or as soon as nobody listens any more.

    Args:
        items (Iterable): What is iterated over, on the thread.
        ahead (int): Items that may wait, >= 1; beyond them it waits.

    Yields:
        The items, in their order.

    Raises:
        Exception: Whatever the iterator raises, in its place.
    """
    queue: Queue = Queue(ahead)
    unwanted = threading.Event()

    def put(kind: str, value: object) -> None:
        while not unwanted.is_set():
            try:
                return queue.put((kind, value), timeout=PATIENCE)
            except Full:
                continue

    def run() -> None:
        try:
            for item in items:
                put('item', item)
                if unwanted.is_set():
                    return
        except BaseException as error:
            put('error', error)
        else:
            put('end', None)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        while True:
            kind, value = queue.get()
            if kind == 'item':
                yield value
            elif kind == 'error':
                raise value
            else:
                return
    finally:
        unwanted.set()
        thread.join()
