"""Questions that others answer slowly, several at a time."""

from concurrent.futures import ThreadPoolExecutor
from typing import Callable, Generator, Iterable, TypeVar

# Of which each waits for a disk or a server.
THREADS = 16
Item = TypeVar('Item')
Answer = TypeVar('Answer')


def in_threads(
    ask: Callable[[Item], Answer], items: Iterable[Item]
) -> Generator[Answer, None, None]:
    """Ask of each item, as ``map`` does.

    Args:
        ask (Callable): Called by several threads at a time.
        items (Iterable): Of them.

    Yields:
        Answer: In the order of the items. Whoever wants no more of them, or
        gets an error, ends the asking.
    """
    pool = ThreadPoolExecutor(THREADS)
    try:
        yield from pool.map(ask, items)
    finally:
        pool.shutdown(cancel_futures=True)
