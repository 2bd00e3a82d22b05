"""Work on another thread: order, errors, and an end."""

import threading

import pytest

from rtfm_mmaction.io.prefetch import prefetch


def test_items_and_their_error_in_order():
    """Oracle: the iterator itself; it runs on another thread."""
    threads = set()

    def items():
        for index in range(50):
            threads.add(threading.get_ident())
            yield index
        raise KeyError('behind the last one')

    found = []
    with pytest.raises(KeyError, match='behind the last one'):
        for item in prefetch(items(), 3):
            found.append(item)
    assert found == list(range(50))
    assert len(threads) == 1 and threading.get_ident() not in threads
    assert list(prefetch([], 1)) == []


def test_it_stays_within_its_bound():
    """Oracle: a count. Three wait, one is in the thread's hands."""
    made, full = [], threading.Event()

    def items():
        for index in range(100):
            made.append(index)
            if index == 4:
                full.set()
            yield index

    ahead = prefetch(items(), 3)
    assert next(ahead) == 0
    assert full.wait(10)  # 1, 2 and 3 wait; 4 cannot be handed over
    assert not threading.Event().wait(0.3) and made == list(range(5))
    ahead.close()


def test_thread_ends_with_its_listener():
    """Oracle: the threads that run; the endless iterator is closed too."""
    closed = threading.Event()

    def items():
        try:
            while True:
                yield 0
        finally:
            closed.set()

    before = threading.active_count()
    source = items()
    ahead = prefetch(source, 2)
    next(ahead)
    assert threading.active_count() == before + 1
    ahead.close()
    assert threading.active_count() == before
    del source, ahead
    assert closed.wait(10)
