"""A child of the test process, which has imported everything already."""

import multiprocessing
import os
import signal
from contextlib import contextmanager

FORK = multiprocessing.get_context('fork')


def run_forked(function, *args):
    """Run a function in a child and return what it returns."""
    receiver, sender = FORK.Pipe(duplex=False)
    process = FORK.Process(target=lambda: sender.send(function(*args)))
    process.start()
    sender.close()
    result = receiver.recv()
    process.join()
    return result


@contextmanager
def forked_until_killed(function, *args):
    """A child that has run a function up to its call of ``ready``.

    Args:
        function (Callable): Takes ``ready``, which does not return, and
            ``args``.

    Yields:
        Process: Killed by SIGKILL at the end.
    """
    receiver, sender = FORK.Pipe(duplex=False)

    def ready():
        sender.send(True)
        signal.pause()

    process = FORK.Process(target=function, args=(ready, *args))
    process.start()
    sender.close()
    assert receiver.recv()
    try:
        yield process
    finally:
        os.kill(process.pid, signal.SIGKILL)
        process.join()
