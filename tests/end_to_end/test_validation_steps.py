"""E6: figures of a validation stand at its iteration."""

import json

from tensorboard.backend.event_processing.event_accumulator import (
    EventAccumulator,
)

from rtfm_mmaction.apis import build_runner, load_config
from tests.support.small_data import make_data, small_config


def test_figures_stand_at_their_iteration(tmp_path):
    """Six steps, validation after each third.

    Oracle: TensorBoard's own reader, and the figures of ``result.json``'s
    last iteration; ``scalars.json`` says the same.
    """
    config = load_config(
        small_config(make_data(tmp_path)),
        dict(
            vis_backends=[
                dict(type='LocalVisBackend'),
                dict(type='TensorboardVisBackend'),
            ]
        ),
    )
    build_runner(config).train()
    work = tmp_path / 'work'
    (events,) = work.glob('*/vis_data/events*')
    board = EventAccumulator(str(events)).Reload()
    found = board.Scalars('anomaly/AUC')
    assert [scalar.step for scalar in found] == [3, 6]
    assert [scalar.step for scalar in board.Scalars('loss')] == [*range(1, 7)]
    result = json.loads((work / 'result.json').read_text())['last']
    assert abs(found[-1].value - result['anomaly/AUC']) < 1e-6
    (scalars,) = work.glob('*/vis_data/scalars.json')
    lines = [json.loads(line) for line in scalars.read_text().splitlines()]
    steps = [line['step'] for line in lines if 'anomaly/AUC' in line]
    assert steps == [3, 6]
