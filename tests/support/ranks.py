"""The processes of a distributed run on CPUs, as torchrun starts them.

They are children of the test process, which has imported everything already;
``tools/dist_train.sh`` and its like have their own tests.
"""

import os
import socket
import sys
from pathlib import Path
from typing import Callable, List, Optional

from tests.support.forking import FORK


def free_port() -> int:
    """A port that nothing listens at."""
    with socket.socket() as found:
        found.bind(('127.0.0.1', 0))
        return found.getsockname()[1]


def run_in_ranks(
    ranks: int, function: Callable, *args, log: Optional[Path] = None
) -> List[int]:
    """Call a function in so many processes, and wait for all of them.

    Args:
        ranks (int): How many.
        function (Callable): The same in each; ``--launcher pytorch`` is its
            to set.
        args: Its arguments.
        log (Path, optional): File for what the first one prints. Defaults to
            None: the test's own output, and exit codes have to be 0.

    Returns:
        list[int]: Exit codes.
    """
    port = free_port()

    def run(rank):
        if log and rank == 0:
            with open(log, 'wb') as file:
                for stream in (1, 2):
                    os.dup2(file.fileno(), stream)
            sys.stdout = open(1, 'w', buffering=1, closefd=False)
            sys.stderr = open(2, 'w', buffering=1, closefd=False)
        os.environ.update(
            RANK=str(rank),
            LOCAL_RANK=str(rank),
            WORLD_SIZE=str(ranks),
            MASTER_ADDR='127.0.0.1',
            MASTER_PORT=str(port),
        )
        function(*args)

    processes = [FORK.Process(target=run, args=(r,)) for r in range(ranks)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    codes = [process.exitcode for process in processes]
    assert log or codes == [0] * ranks, codes
    return codes
