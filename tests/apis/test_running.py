"""Runners beside each other in one process."""

import time

from rtfm_mmaction.apis import build_runner, load_config
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
