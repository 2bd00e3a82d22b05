"""A child of the test process, which has imported everything already."""

import importlib
import itertools
import multiprocessing
import os
import pickle
import runpy
import signal
import sys
import tempfile
from contextlib import contextmanager

import torch

from rtfm_mmaction.workshop.experiments.grid import PRELOAD

# What is imported when it is needed first would be so by each child anew.
for _module in PRELOAD:
    importlib.import_module(_module)
_meetings = itertools.count()
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


def run_ranks(ranks, folder, function, *args):
    """Run a function in processes that make up a group of gloo.

    Args:
        ranks (int): Number of processes.
        folder (Path): Where they find each other.
        function (Callable): Takes rank, ranks and ``args``; returns what can
            be pickled.

    Returns:
        list: What each rank returned.
    """
    meeting = folder / f'meeting-{next(_meetings)}'

    def run(rank, sender):
        torch.distributed.init_process_group(
            'gloo',
            init_method=f'file://{meeting}',
            rank=rank,
            world_size=ranks,
        )
        # Tensors would be sent by files that end with this process.
        sender.send(pickle.dumps(function(rank, ranks, *args)))
        torch.distributed.barrier()
        torch.distributed.destroy_process_group()

    pipes = [FORK.Pipe(duplex=False) for _ in range(ranks)]
    processes = [
        FORK.Process(target=run, args=(rank, sender))
        for rank, (_, sender) in enumerate(pipes)
    ]
    for process in processes:
        process.start()
    for _, sender in pipes:
        sender.close()
    results = [pickle.loads(receiver.recv()) for receiver, _ in pipes]
    for process in processes:
        process.join()
    return results


def run_script(script, *args, cwd):
    """Run a file as ``python FILE ARGS`` does, but for the start of Python.

    Args:
        script (str or PathLike): The file.
        args: Its arguments.
        cwd (Path): The folder to be in.

    Returns:
        tuple[int, str]: Exit code, and all that was printed.
    """
    with tempfile.TemporaryFile() as printed:

        def run():
            for stream in (1, 2):
                os.dup2(printed.fileno(), stream)
            sys.stdout = open(1, 'w', buffering=1, closefd=False)
            sys.stderr = open(2, 'w', buffering=1, closefd=False)
            os.chdir(cwd)
            sys.argv = [*map(str, (script, *args))]
            runpy.run_path(str(script), run_name='__main__')

        process = FORK.Process(target=run)
        process.start()
        process.join()
        printed.seek(0)
        return process.exitcode, printed.read().decode()
