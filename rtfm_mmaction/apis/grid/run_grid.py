"""Many training runs, some at a time, that can be stopped at any moment.

Each run is a process of its own, so none can change or end another, and one
that has crashed takes no other along. The processes are forked from a server
that has imported everything once: a run starts in milliseconds, in the state
in which ``tools/train.py`` starts it.
"""

import json
import multiprocessing
import os
import signal
import sys
from collections import deque
from contextlib import contextmanager
from multiprocessing.connection import wait
from pathlib import Path
from types import ModuleType
from typing import (
    Any,
    Dict,
    Iterator,
    List,
    MutableSequence,
    NamedTuple,
    Optional,
    Sequence,
)

import torch
from mmengine.config import Config
from rich.progress import TaskID

from ...io.folder_lock import lock_folder
from ...io.progress import progress_bars
from ..running import refuse_bad_data
from .cells import (
    LOG,
    Cell,
    cell_config,
    is_finished,
    settings_of,
    start_record,
)
from .training import train_cell

# What a run imports: mmengine the rooms of mmaction when it builds from them,
# torch and mmaction the others when they are needed first.
PRELOAD = (
    'rtfm_mmaction.apis.grid.training',
    'mmaction.datasets',
    'mmaction.engine',
    'mmaction.evaluation',
    'mmaction.models',
    'mmaction.visualization',
    'matplotlib.backends.backend_agg',
    'matplotlib.pyplot',
    'setuptools',
    'sklearn.metrics',
    'torch._dynamo',
)
TAIL = 12  # lines of a failed run's log
TICK = 0.2  # seconds between two looks at the runs


class GridResult(NamedTuple):
    """What became of the cells.

    Attributes:
        finished (list[Cell]): Now or before.
        failed (dict[str, str]): Name of a cell -> how it ended, and the end
            of its log.
    """

    finished: List[Cell]
    failed: Dict[str, str]


class _Run(NamedTuple):
    """A cell under way."""

    cell: Cell
    process: multiprocessing.process.BaseProcess
    progress: MutableSequence[int]
    task: TaskID


def run_grid(
    cells: Sequence[Cell],
    out: Path,
    jobs: int = 1,
    threads: Optional[int] = None,
) -> GridResult:
    """Train all cells that are not finished; go on with those begun.

    Args:
        cells (Sequence[Cell]): With names of their own.
        out (Path): Folder of the grid; made if it is missing.
        jobs (int): Runs at a time. The cores are shared among them, unless
            ``OMP_NUM_THREADS`` says how many threads a run has: another
            number of threads sums in another order, so figures that shall not
            depend on ``jobs`` need it. Defaults to 1.
        threads (int, optional): Threads of a run. Defaults to None, as above.

    Returns:
        GridResult: A run that fails does not stop the others.

    Raises:
        OSError: If another experiment runs in the folder.
        ValueError: Before anything runs, if two cells have one name or a
            folder holds a run with another config.
        SystemExit: Before anything runs, if the data have faults, with those.
        KeyboardInterrupt: When interrupted, after all runs were ended; the
            same call goes on with them.
    """
    if jobs < 1:
        raise ValueError(f'jobs: found {jobs}, expected at least 1')
    names = [cell.name for cell in cells]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ValueError(
            f'found {twice[0]} twice, expected each row with each seed once'
        )
    configs = {cell.name: cell_config(cell, out) for cell in cells}
    settings = {name: settings_of(config) for name, config in configs.items()}
    left = [
        cell
        for cell in cells
        if not is_finished(out / cell.name, settings[cell.name])
    ]
    context = _context() if left else None
    _check_data([configs[cell.name] for cell in left])
    with lock_folder(out, 'an experiment', 'choose another --out'):
        for cell in left:
            start_record(out / cell.name, settings[cell.name])
        failed = _run_all(
            context,
            left,
            out,
            jobs,
            len(cells) - len(left),
            threads or threads_of_a_run(jobs),
        )
    return GridResult(
        [cell for cell in cells if cell.name not in failed], failed
    )


def threads_of_a_run(jobs: int) -> int:
    """Threads that each of several runs gets.

    Args:
        jobs (int): Runs at a time.

    Returns:
        int: ``OMP_NUM_THREADS``, else the cores of this process shared.
    """
    chosen = os.environ.get('OMP_NUM_THREADS', '')
    if chosen.isdigit() and int(chosen):
        return int(chosen)
    return max(cores() // jobs, 1)


def cores() -> int:
    """Cores that this process may use."""
    if hasattr(os, 'sched_getaffinity'):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _context() -> multiprocessing.context.BaseContext:
    """How to start processes; the server begins to import."""
    # A process that has looked for CUDA cannot hand it to a fork.
    if (
        torch.cuda.is_available()
        or 'forkserver' not in multiprocessing.get_all_start_methods()
    ):
        return multiprocessing.get_context('spawn')
    from multiprocessing import forkserver

    context = multiprocessing.get_context('forkserver')
    context.set_forkserver_preload(list(PRELOAD))
    # The server inherits this; its own comes only after the imports.
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        forkserver.ensure_running()
    finally:
        signal.signal(signal.SIGINT, before)
    return context


def _check_data(configs: Sequence[Config]) -> None:
    """Look at annotations, names and headers, of the same data once."""
    seen = set()
    for config in configs:
        loaders = {
            key: value
            for key, value in settings_of(config).items()
            if key.endswith('_dataloader')
        }
        # Runs on parts of the same videos.
        if loaders.get('train_dataloader'):
            loaders['train_dataloader']['dataset'].get('dataset', {}).pop(
                'indices', None
            )
        data = json.dumps(loaders, sort_keys=True)
        if data not in seen:
            refuse_bad_data(config)
            seen.add(data)


def _run_all(
    context: Any,
    cells: Sequence[Cell],
    out: Path,
    jobs: int,
    finished: int,
    threads: int,
) -> Dict[str, str]:
    """Run cells; returns how those that failed did."""
    waiting, failed = deque(cells), {}
    running: Dict[Any, _Run] = {}
    with progress_bars() as bars:
        total = bars.add_task(
            'runs', total=finished + len(cells), completed=finished
        )
        try:
            while waiting or running:
                while waiting and len(running) < jobs:
                    run = _start(
                        context, waiting.popleft(), out, threads, bars
                    )
                    running[run.process.sentinel] = run
                for sentinel in wait(list(running), TICK):
                    run = running.pop(sentinel)
                    reason = _how_it_ended(run, out)
                    if reason:
                        failed[run.cell.name] = reason
                        bars.console.print(
                            f'failed: {run.cell.name}: {reason}',
                            markup=False,
                            highlight=False,
                            soft_wrap=True,
                        )
                    bars.remove_task(run.task)
                    bars.advance(total)
                for run in running.values():
                    done, all_of_it = run.progress
                    bars.update(
                        run.task, completed=done, total=all_of_it or None
                    )
        finally:
            for run in running.values():
                run.process.kill()
                run.process.join()
    return failed


def _start(context, cell: Cell, out: Path, threads: int, bars) -> _Run:
    progress = context.RawArray('l', 2)
    process = context.Process(
        target=train_cell, args=(cell, out, threads, progress)
    )
    with _without_main():
        process.start()
    return _Run(cell, process, progress, bars.add_task(cell.name, total=None))


@contextmanager
def _without_main() -> Iterator[None]:
    """Hide the script that runs, which processes would run once more.

    It need not be guarded by ``if __name__ == '__main__'`` so: a run imports
    what it needs by itself.
    """
    main = sys.modules['__main__']
    sys.modules['__main__'] = ModuleType('__main__')
    try:
        yield
    finally:
        sys.modules['__main__'] = main


def _how_it_ended(run: _Run, out: Path) -> str:
    """Why a run failed; nothing if it did not."""
    run.process.join()
    code = run.process.exitcode or 0
    if code == 0:
        return ''
    how = f'ended by signal {-code}' if code < 0 else f'exit code {code}'
    log = out / run.cell.name / LOG
    text = log.read_text(errors='replace') if log.is_file() else ''
    tail = '\n'.join(text.rstrip().splitlines()[-TAIL:])
    return f'{how}, the end of {log}:\n{tail}'
