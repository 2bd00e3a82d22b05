"""Runners beside each other in one process."""

import time

import pytest

from rtfm_mmaction.apis import build_runner, load_config
from rtfm_mmaction.apis.running import latest_checkpoint
from tests.support.small_data import make_data, small_config


def test_runs_of_one_second_keep_apart(tmp_path, monkeypatch):
    """Oracle: where the clock stands still, each run's curves are in its own
    folder, with its own number of steps."""
    root = make_data(tmp_path)
    monkeypatch.setattr(time, 'time', lambda: 1_700_000_000.0)
    for steps in (1, 2):
        config = small_config(
            root,
            train_cfg__max_iters=steps,
            work_dir=str(tmp_path / f'work{steps}'),
        )
        build_runner(load_config(config)).train()
    for steps in (1, 2):
        curves = list((tmp_path / f'work{steps}').rglob('scalars.json'))
        assert len(curves) == 1
        lines = curves[0].read_text().splitlines()
        assert sum('"loss"' in line for line in lines) == steps


@pytest.fixture
def folders(tmp_path):
    """A work directory with two checkpoints, and one that is to be filled."""
    work = tmp_path / 'work'
    work.mkdir()
    for name in ('iter_20.pth', 'iter_100.pth', 'best_anomaly_AUC_iter_9.pth'):
        (work / name).touch()
    (work / 'last_checkpoint').write_text(str(work / 'iter_20.pth'))
    (tmp_path / 'copy').mkdir()
    return work, tmp_path / 'copy'


def test_noted_checkpoint_first_then_the_newest(folders):
    """A torn note leaves the highest number, of iterations or of epochs."""
    work, empty = folders
    assert latest_checkpoint(str(work)) == str(work / 'iter_20.pth')
    (work / 'last_checkpoint').write_text('')
    assert latest_checkpoint(str(work)) == str(work / 'iter_100.pth')
    (empty / 'epoch_9.pth').touch()
    (empty / 'epoch_10.pth').touch()
    assert latest_checkpoint(str(empty)) == str(empty / 'epoch_10.pth')


def test_a_copied_folder_has_its_own_checkpoints(folders):
    """E9: the note holds a path of the original, there or not."""
    work, copy = folders
    (copy / 'last_checkpoint').write_text(str(work / 'iter_20.pth'))
    assert latest_checkpoint(str(copy)) is None
    (copy / 'iter_3.pth').touch()
    assert latest_checkpoint(str(copy)) == str(copy / 'iter_3.pth')
    (copy / 'iter_20.pth').touch()
    (copy / 'iter_30.pth').touch()
    assert latest_checkpoint(str(copy)) == str(copy / 'iter_20.pth')
    work.rename(work.with_name('moved'))
    assert latest_checkpoint(str(copy)) == str(copy / 'iter_20.pth')


def test_checkpoints_of_an_out_dir_are_found(folders):
    """``CheckpointHook(out_dir=...)`` writes them elsewhere, and the note
    into the work directory."""
    work, place = folders
    (work / 'last_checkpoint').rename(place / 'last_checkpoint')
    assert latest_checkpoint(str(place)) == str(work / 'iter_20.pth')
