"""A command in a child of this process, as a shell would start it."""

import os
import signal
import sys
import time
from pathlib import Path
from typing import Callable, List, NamedTuple, Sequence

from tests.support.forking import FORK

LOG = 'printed.log'


class Ended(NamedTuple):
    """How a command ended.

    Attributes:
        code (int): Exit code; negative, the signal that ended it.
        lines (list[str]): What it printed.
        hung (bool): Whether it had to be ended.
        seconds (float): It took, by the clock.
    """

    code: int
    lines: List[str]
    hung: bool
    seconds: float


def run(
    main: Callable,
    argv: Sequence[str],
    place: Path,
    inside: Callable[[Path], None],
    seconds: float,
    kill_after: float = 0.0,
) -> Ended:
    """Run a command in a child.

    Args:
        main (Callable): Takes arguments.
        argv (Sequence[str]): Those.
        place (Path): Folder to be in.
        inside (Callable): Called with the place before that.
        seconds (float): After which it counts as hung, and is killed.
        kill_after (float): Seconds after which it is killed anyway. Defaults
            to 0: never.
    """
    log = place.with_name(f'{place.name}-{LOG}')

    def child() -> None:
        os.setsid()
        with open(log, 'wb') as file:
            for stream in (1, 2):
                os.dup2(file.fileno(), stream)
        sys.stdout = open(1, 'w', buffering=1, closefd=False)
        sys.stderr = open(2, 'w', buffering=1, closefd=False)
        os.environ['COLUMNS'] = '400'  # lines that no table breaks
        os.chdir(place)
        inside(place)
        try:
            code = main(list(argv))
        # As Python ends, but for tearing down what this process was before.
        except SystemExit as end:
            code = end.code
            if isinstance(code, str):
                print(code, file=sys.stderr)
                code = 1
        raise SystemExit(code if isinstance(code, int) else 0)

    began = time.monotonic()
    process = FORK.Process(target=child)
    process.start()
    process.join(kill_after or seconds)
    hung = process.is_alive() and not kill_after
    if process.is_alive():
        os.kill(process.pid, signal.SIGKILL)
        process.join()
    lines = log.read_text(errors='replace').splitlines()
    log.unlink()
    took = time.monotonic() - began
    return Ended(process.exitcode, lines, hung, took)
