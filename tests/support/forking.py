"""A child of the test process, which has imported everything already."""

import importlib
import itertools
import multiprocessing
import os
import pickle
import runpy
import signal
import sys
from contextlib import contextmanager

import torch

from rtfm_mmaction.apis.grid.run_grid import PRELOAD

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


def start_script(script, *args, cwd, output, prepare=None, encoding=None):
    """Start a file as ``python FILE ARGS`` does, but for the start of Python.

    Args:
        script (str or PathLike): The file.
        args: Its arguments.
        cwd (Path): The folder to be in.
        output (int): Descriptor of a file that gets all that is printed.
        prepare (Callable, optional): Called in the child before all else.
        encoding (str, optional): What its consoles have. Defaults to None,
            those of this process.

    Returns:
        Process: Under way.
    """

    def run():
        for stream in (1, 2):
            os.dup2(output, stream)
        os.close(output)  # or its reader would wait for ever
        for stream in ('stdout', 'stderr'):
            console = open(
                1 if stream == 'stdout' else 2,
                'w',
                buffering=1,
                encoding=encoding,
                closefd=False,
            )
            setattr(sys, stream, console)
        os.chdir(cwd)
        sys.argv = [*map(str, (script, *args))]
        if prepare is not None:
            prepare()
        runpy.run_path(str(script), run_name='__main__')

    process = FORK.Process(target=run)
    process.start()
    return process


def run_script(script, *args, cwd, prepare=None, encoding=None):
    """Run a file to its end, see :func:`start_script`.

    Returns:
        tuple[int, str]: Exit code, and all that was printed.
    """
    reader, writer = os.pipe()
    process = start_script(
        script,
        *args,
        cwd=cwd,
        output=writer,
        prepare=prepare,
        encoding=encoding,
    )
    os.close(writer)
    with open(reader, 'rb') as printed:
        said = printed.read().decode(errors='replace')
    process.join()
    return process.exitcode, said
