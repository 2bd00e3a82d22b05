"""Work ahead on another thread."""

import collections
import math
import threading
from queue import Full, Queue
from typing import Callable, Deque, Iterable, Iterator, Optional, TypeVar

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


def keep_up(
    items: Iterable[Item],
    came: Callable[[Item], float],
    longest: float,
    fewest: int,
    most: Callable[[], float] = lambda: math.inf,
) -> Iterator[Item]:
    """Run an iterator on a thread of its own, which does not wait.

    What waits is dropped as a whole as soon as it reaches back too far. So
    gaps are rare and long, and what lies between them is whole.

    Where more comes in that time than a live source can give, it is none:
    from there on the iterator waits, as with :func:`prefetch`, and nothing is
    dropped any more.

    Args:
        items (Iterable): What is iterated over, on the thread.
        came (Callable): When an item came, in seconds; not falling.
        longest (float): Seconds between the first and the last item that
            wait, at most.
        fewest (int): Items that may wait in any case.
        most (Callable): Gives how many items may wait; as many within
            ``longest`` are more than a live source has. Defaults to no bound.

    Yields:
        The items, in their order, but for those that were dropped.

    Raises:
        Exception: Whatever the iterator raises, in its place.
    """
    waiting: Deque[Item] = collections.deque()
    changed = threading.Condition()
    over = patient = False
    failure: Optional[BaseException] = None
    unwanted = False

    def put(item: Item) -> None:
        nonlocal patient
        late = waiting and came(item) - came(waiting[0]) > longest
        patient = patient or (not late and len(waiting) >= most())
        while patient and len(waiting) >= most() and not unwanted:
            changed.wait(PATIENCE)
        if late and not patient and len(waiting) >= fewest:
            waiting.clear()
        waiting.append(item)

    def run() -> None:
        nonlocal over, failure
        try:
            for item in items:
                with changed:
                    if unwanted:
                        return
                    put(item)
                    changed.notify()
        except BaseException as error:
            failure = error
        with changed:
            over = True
            changed.notify()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        while True:
            with changed:
                while not waiting and not over:
                    changed.wait()
                if not waiting:
                    break
                item = waiting.popleft()
                changed.notify()
            yield item
        if failure is not None:
            raise failure
    finally:
        with changed:
            unwanted = True
        thread.join()
