"""Grids of tiny runs: stopped, changed, failing, beside each other."""

import json
import multiprocessing
import os
import runpy
import signal
import sys
import time
from types import ModuleType

import pytest
import torch

from rtfm_mmaction.apis.grid.cells import Cell
from rtfm_mmaction.apis.grid.run_grid import run_grid, threads_of_a_run
from rtfm_mmaction.io.checkpoints import load_checkpoint_safely
from tests.support.helpers import ROOT
from tests.support.small_data import make_data, small_config

train = runpy.run_path(str(ROOT / 'tools/train.py'))['main']
ROWS = {'k1': 1, 'k2': 2}
HOLD = dict(
    custom_imports=dict(
        imports=['rtfm_mmaction', 'tests.apis.grid.hold_hook'],
        allow_failed_imports=False,
    )
)


def write_config(root, **options):
    path = root / 'config.py'
    small_config(
        root,
        train_cfg__max_iters=2,
        train_cfg__val_interval=2,
        default_hooks__checkpoint__interval=1,
        **options,
    ).dump(path)
    return str(path)


def make_cells(config, seeds=(0, 1)):
    return [
        Cell(row, seed, config, ({'model.head.num_selected': k},))
        for seed in seeds
        for row, k in ROWS.items()
    ]


def result(folder):
    return json.loads((folder / 'result.json').read_text())


def weights(folder, iteration=2):
    return load_checkpoint_safely(folder / f'iter_{iteration}.pth')[
        'state_dict'
    ]


def assert_same(one, two, iteration=2):
    assert result(one) == result(two)
    one, two = weights(one, iteration), weights(two, iteration)
    assert one.keys() == two.keys()
    assert all(torch.equal(one[key], two[key]) for key in one)


@pytest.fixture(scope='module')
def root(tmp_path_factory):
    """A data set, and a grid of 2 x 2 runs by two jobs; another one fails."""
    root = make_data(tmp_path_factory.mktemp('grid'))
    config = write_config(root)
    bad = Cell('bad', 0, config, ({'model.head.select_by': 'luck'},))
    done = run_grid([bad, *make_cells(config)], root / 'two', 2)
    assert [cell.name for cell in done.finished] == [
        'k1/seed0',
        'k2/seed0',
        'k1/seed1',
        'k2/seed1',
    ]
    (root / 'failed.json').write_text(json.dumps(done.failed))
    return root


def test_one_job_gives_the_same_as_two(root):
    """Oracle: parameters and figures of each run, bit by bit."""
    cells = make_cells(str(root / 'config.py'))[1:3]
    run_grid(cells, root / 'one')
    for cell in cells:
        assert_same(root / 'one' / cell.name, root / 'two' / cell.name)
    first, other_row, other_seed = (
        weights(root / 'two' / name)
        for name in ('k1/seed0', 'k2/seed0', 'k1/seed1')
    )
    for other in (other_row, other_seed):
        assert any(not torch.equal(first[key], other[key]) for key in first)


def test_a_run_equals_that_of_the_tool(root):
    """Oracle: tools/train.py with the same options, bit by bit."""
    train(
        [
            str(root / 'config.py'),
            '--seed',
            '1',
            '--work-dir',
            str(root / 'tool'),
            '--cfg-options',
            'model.head.num_selected=2',
        ]
    )
    assert_same(root / 'tool', root / 'two/k2/seed1')


def test_the_script_that_calls_is_not_run_again(root, tmp_path, monkeypatch):
    """Without ``if __name__ == '__main__'`` each process would begin with the
    whole script. Oracle: what the script writes."""
    mark, script = tmp_path / 'mark', tmp_path / 'script.py'
    script.write_text(f"open({str(mark)!r}, 'w').close()")
    main = ModuleType('__main__')
    main.__file__ = str(script)
    monkeypatch.setitem(sys.modules, '__main__', main)
    cells = make_cells(str(root / 'config.py'))[:1]
    assert run_grid(cells, tmp_path / 'out').finished == cells
    assert sys.modules['__main__'] is main and not mark.exists()


def test_a_failing_run_is_named_and_stops_none(root):
    """Oracle: the error's words, from the end of its log."""
    failed = json.loads((root / 'failed.json').read_text())
    assert list(failed) == ['bad/seed0']
    assert 'exit code 1' in failed['bad/seed0']
    assert 'select_by must be one of' in failed['bad/seed0']
    assert str(root / 'two/bad/seed0/log.txt') in failed['bad/seed0']
    # It has no work to lose: with a repaired config it runs.
    good = Cell('bad', 0, str(root / 'config.py'))
    assert not run_grid([good], root / 'two').failed


def test_finished_runs_are_left_alone(root):
    """Oracle: the times of all files."""
    cells = make_cells(str(root / 'config.py'))

    def times():
        return {
            path: path.stat().st_mtime_ns
            for cell in cells
            for path in (root / 'two' / cell.name).iterdir()
        }

    before = times()
    assert run_grid(cells, root / 'two', 2).finished == cells
    assert times() == before


def test_a_changed_config_is_refused(root):
    """Oracle: the key with both values; nothing has been run."""
    cells = make_cells(str(root / 'config.py'))
    changed = cells[1]._replace(overrides=({'model.head.num_selected': 3},))
    new = cells[0]._replace(row='new')
    with pytest.raises(
        ValueError,
        match=r'(?s)k2/seed0: expected a run with the present config, .*'
        r'\n-.*num_selected=2.*\n\+.*num_selected=3',
    ):
        run_grid([new, changed], root / 'two')
    assert not (root / 'two/new').exists()


@pytest.mark.parametrize(
    'overrides, difference',
    [
        (
            {'model.head.loss_magnitude': None},
            r'(?s)\n-  +loss_magnitude=dict\(.*\n\+  +loss_magnitude=None,',
        ),
        ({'custom_hooks': []}, r'\+custom_hooks = \[\]'),
    ],
)
def test_what_changed_is_told(root, overrides, difference):
    """Oracle: the texts. None is not the same as a key that is not there."""
    cell = make_cells(str(root / 'config.py'))[0]
    cell = cell._replace(overrides=(*cell.overrides, overrides))
    with pytest.raises(ValueError, match=difference):
        run_grid([cell], root / 'two')


@pytest.mark.parametrize(
    'change, error',
    [
        (lambda cells: cells * 2, 'found k1/seed0 twice'),
        (
            lambda cells: [cells[0]._replace(row='../tool')],
            'without cell.json',
        ),
    ],
)
def test_bad_grids_are_refused(root, change, error):
    """Two runs of one name; a folder that another tool has written."""
    cells = change(make_cells(str(root / 'config.py')))
    (root / 'tool/seed0').mkdir(parents=True, exist_ok=True)
    (root / 'tool/seed0/iter_1.pth').touch()
    with pytest.raises(ValueError, match=error):
        run_grid(cells, root / 'two')


def test_bad_data_are_told_before_anything_runs(root, tmp_path):
    """Oracle: the words of tools/data/check.py, and an empty folder."""
    config = write_config(
        tmp_path,
        data_root=str(root),
        train_dataloader__dataset__dataset=dict(data_root=str(root / 'none')),
    )
    with pytest.raises(SystemExit, match='none'):
        run_grid(make_cells(config), tmp_path / 'out')
    assert not (tmp_path / 'out').exists()


def test_killed_grid_goes_on(root, tmp_path):
    """SIGKILL of the grid's process while a run is between two checkpoints.

    Oracle: the run ends, too; the same call then gives what a run gives
    that was never stopped, bit by bit, and a finished run was left alone.
    """
    flag = tmp_path / 'held'
    config = write_config(root, **HOLD)
    hold = {
        'default_hooks.hold': dict(
            type='HoldOnceHook', iteration=1, flag=str(flag)
        )
    }
    cells = [
        Cell('first', 0, config),
        Cell('held', 0, config, (hold,)),
    ]
    process = multiprocessing.get_context('forkserver').Process(
        target=run_grid, args=(cells, tmp_path / 'out')
    )
    process.start()
    deadline = time.time() + 120
    while not (flag.exists() and flag.read_text()):
        assert process.is_alive() and time.time() < deadline
        time.sleep(0.02)
    os.kill(process.pid, signal.SIGKILL)
    process.join()
    run = int(flag.read_text())
    while is_running(run):
        assert time.time() < deadline
        time.sleep(0.02)
    assert not (tmp_path / 'out/held/seed0/result.json').exists()
    before = (tmp_path / 'out/first/seed0/log.txt').stat().st_mtime_ns
    assert run_grid(cells, tmp_path / 'out').finished == cells
    assert (
        'resumed epoch: 0, iter: 1'
        in (tmp_path / 'out/held/seed0/log.txt').read_text()
    )
    assert (tmp_path / 'out/first/seed0/log.txt').stat().st_mtime_ns == before
    assert_same(tmp_path / 'out/first/seed0', tmp_path / 'out/held/seed0')


def is_running(number):
    """Whether there is such a process, and it has not ended."""
    try:
        with open(f'/proc/{number}/stat') as stat:
            return stat.read().rsplit(')', 1)[1].split()[0] != 'Z'
    except FileNotFoundError:
        return False


def test_cores_are_shared(monkeypatch):
    """Oracle: division, at least 1; OMP_NUM_THREADS has the last word."""
    monkeypatch.setattr(os, 'sched_getaffinity', lambda _: set(range(8)))
    monkeypatch.delenv('OMP_NUM_THREADS')
    assert [threads_of_a_run(jobs) for jobs in (1, 3, 9)] == [8, 2, 1]
    monkeypatch.setenv('OMP_NUM_THREADS', '3')
    assert threads_of_a_run(1) == 3
