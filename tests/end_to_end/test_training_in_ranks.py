"""E4: training in two processes is training in one."""

import shutil

import pytest
import torch

from rtfm_mmaction.cli import train
from rtfm_mmaction.io.checkpoints import load_checkpoint_safely
from tests.support.ranks import run_in_ranks
from tests.support.small_data import make_data, small_config

STEPS = 20


def train_in(ranks, work, config, *more):
    """Run ``rtfm train`` in so many processes; one is this process."""
    command = [config, '--seed', '3', '--work-dir', str(work), '--cfg-options']
    command += [f'train_dataloader.batch_size={8 // ranks}']
    if ranks == 1:
        train.main([*command, *more])
        return
    run_in_ranks(ranks, train.main, [*command, *more, '--launcher', 'pytorch'])


@pytest.fixture(scope='module')
def one(module_path):
    """Config, and the work directory of one process of eight pairs."""
    config = module_path / 'config.py'
    small_config(
        make_data(module_path, abnormal=9, normal=7),
        # Chance in dropout is each rank's own.
        model__head__dropout=0.0,
        model__head__feature_dropout=0.0,
        model__head__select_dropout=0.0,
        sync_bn='torch',
        # Adam makes steps of rounding where a gradient is nothing else, as
        # that of a bias before a batch norm.
        optim_wrapper__optimizer=dict(
            _delete_=True, type='SGD', lr=0.01, momentum=0.9
        ),
        train_cfg__max_iters=STEPS,
        train_cfg__val_interval=STEPS,
        default_hooks__checkpoint__interval=STEPS // 2,
    ).dump(config)
    train_in(1, module_path / 'one', str(config))
    return str(config), module_path / 'one'


def state(work, step=STEPS):
    return load_checkpoint_safely(work / f'iter_{step}.pth')


def assert_close(found, expected):
    assert found.keys() == expected.keys()
    for key, value in expected.items():
        torch.testing.assert_close(
            found[key], value, rtol=1e-5, atol=1e-5, msg=key
        )


def test_a_whole_run_of_two_ranks_equals_one(one, tmp_path):
    """20 steps; parameters and running statistics.

    Oracle: one process of eight pairs, which has moved far more than that.
    """
    config, work = one
    train_in(2, tmp_path, config)
    expected = state(work)['state_dict']
    assert_close(state(tmp_path)['state_dict'], expected)
    before = state(work, STEPS // 2)['state_dict']
    moved = [
        (expected[key] - before[key]).abs().max()
        for key in expected
        if key.endswith('weight')
    ]
    assert max(moved) > 1e-3


def test_going_on_with_other_ranks(one, tmp_path):
    """Ten steps of one process, then ten of two: no pair is repeated or left
    out, and the change is said.

    Oracle: twenty steps of one process.
    """
    config, work = one
    half = tmp_path / 'half'
    half.mkdir()
    shutil.copy(work / f'iter_{STEPS // 2}.pth', half)
    train_in(2, half, config, '--resume')
    assert_close(state(half)['state_dict'], state(work)['state_dict'])
    (log,) = half.glob('*/*.log')
    said = [
        line for line in log.read_text().splitlines() if 'ranks of' in line
    ]
    assert len(said) == 1
    assert '1 rank of 8 pairs, 8 a step' in said[0]
    assert '2 ranks of 4 pairs, 8 a step' in said[0]
    assert 'goes on at pair 80' in said[0]
    assert state(half)['position'] == dict(
        pairs=160, ranks=2, batch_size=4, seed=3, in_epoch=0
    )


def test_an_older_checkpoint_is_taken_for_the_same_ranks(one, tmp_path):
    """Its position is not there; one process goes on bit by bit."""
    config, work = one
    content = state(work, STEPS // 2)
    assert content.pop('position')['pairs'] == 80
    torch.save(content, tmp_path / f'iter_{STEPS // 2}.pth')
    train_in(1, tmp_path, config, '--resume')
    found, expected = (state(w)['state_dict'] for w in (tmp_path, work))
    assert all(torch.equal(found[key], expected[key]) for key in expected)
