"""E5: steps follow the data where a config says epochs.

Seven normal and three abnormal videos in batches of two pairs are four steps
an epoch, three epochs twelve steps.
"""

import json
import shutil

import pytest
import torch
from mmaction.registry import HOOKS
from mmengine.hooks import Hook

from rtfm_mmaction.apis import build_runner, load_config
from rtfm_mmaction.cli import train
from rtfm_mmaction.io.checkpoints import load_checkpoint_safely
from tests.support.small_data import make_data, small_config

EPOCHS = dict(_delete_=True, max_epochs=3, val_interval=2)
seen = []


@HOOKS.register_module()
class SeenHook(Hook):
    """Notes epoch, learning rate and videos of each step."""

    def before_train_iter(self, runner, batch_idx, data_batch=None) -> None:
        _, normal = data_batch['data_samples']
        seen.append(
            (
                runner.epoch,
                batch_idx,
                runner.optim_wrapper.get_lr()['lr'][0],
                [sample.metainfo['video'] for sample in normal],
            )
        )


@pytest.fixture(scope='module')
def whole(module_path):
    """Config, work directory, and what :class:`SeenHook` noted."""
    config = module_path / 'config.py'
    small_config(
        make_data(module_path, abnormal=3, normal=7),
        train_cfg=EPOCHS,
        param_scheduler=[
            dict(type='MultiStepLR', milestones=[2], gamma=0.1, by_epoch=True)
        ],
        default_hooks__checkpoint__interval=2,
        default_hooks__checkpoint__max_keep_ckpts=-1,
        default_hooks__seen=dict(type='SeenHook'),
    ).dump(config)
    seen.clear()
    train.main([str(config), '--seed', '1'])
    return str(config), module_path / 'work', list(seen)


def result(work):
    return json.loads((work / 'result.json').read_text())


def test_an_epoch_meets_the_larger_class_once(whole):
    """Oracle: the module's arithmetic; the schedule steps after epoch 2,
    validation comes after epochs 2 and 3."""
    _, work, steps = whole
    assert [(epoch, index) for epoch, index, *_ in steps] == [
        (epoch, index) for epoch in range(3) for index in range(4)
    ]
    assert [lr for *_, lr, _ in steps] == pytest.approx(
        [1e-4] * 8 + [1e-5] * 4
    )
    videos = [video for *_, batch in steps for video in batch]
    for begin in (0, 7):
        assert len(set(videos[begin : begin + 7])) == 7
    found = load_checkpoint_safely(work / 'iter_12.pth')
    history = found['message_hub']['runtime_info']['figures_by_iteration']
    assert list(history) == [8]  # this checkpoint comes before validation
    assert result(work)['last']['iteration'] == 12
    assert found['position']['pairs'] == 24
    assert found['position']['in_epoch'] == 8


@pytest.mark.parametrize('step', [2, 6, 8])
def test_a_stopped_run_goes_on_within_its_epoch(whole, tmp_path, step):
    """It goes on from the first epoch, from within the second, from its end.

    Oracle: the run that was not stopped, bit by bit, its figures too.
    """
    config, work, steps = whole
    shutil.copy(work / f'iter_{step}.pth', tmp_path)
    for best in work.glob('best_*'):
        shutil.copy(best, tmp_path)
    seen.clear()
    train.main(
        [config, '--seed', '1', '--work-dir', str(tmp_path), '--resume']
    )
    assert seen == steps[step:]
    found, expected = (
        load_checkpoint_safely(path / 'iter_12.pth')
        for path in (tmp_path, work)
    )
    for key, value in expected['state_dict'].items():
        assert torch.equal(found['state_dict'][key], value), key
    assert found['position'] == expected['position']
    assert result(tmp_path) == result(work)


def test_going_on_with_other_steps(whole, tmp_path):
    """Two of four steps of epoch 2 are half of it: of two steps of four
    pairs one is left, then two of epoch 3. The pairs go on where they were.
    """
    config, work, steps = whole
    shutil.copy(work / 'iter_6.pth', tmp_path)
    seen.clear()
    train.main(
        [config, '--seed', '1', '--work-dir', str(tmp_path), '--resume']
        + ['--cfg-options', 'train_dataloader.batch_size=4']
    )
    assert [step[:2] for step in seen] == [(1, 1), (2, 0), (2, 1)]
    videos = [video for *_, batch in steps[6:] for video in batch]
    assert [v for *_, batch in seen for v in batch] == videos
    assert (tmp_path / 'iter_9.pth').exists()


def test_checkpoints_by_epoch(whole, tmp_path):
    """Named by epochs, found by ``--resume``; the validation that was due at
    one is repeated."""
    config, work, steps = whole
    options = [
        '--cfg-options',
        'default_hooks.checkpoint.by_epoch=True',
        'default_hooks.checkpoint.interval=1',
    ]
    command = [config, '--seed', '1', '--work-dir', str(tmp_path)]
    train.main([*command, *options])
    assert {path.name for path in tmp_path.glob('epoch_*')} == {
        f'epoch_{epoch}.pth' for epoch in (1, 2, 3)
    }
    (tmp_path / 'epoch_3.pth').unlink()
    (tmp_path / 'last_checkpoint').unlink()
    before = result(tmp_path)
    seen.clear()
    train.main([*command, '--resume', *options])
    assert seen == steps[8:]
    assert result(tmp_path) == before == result(work)
    found, expected = (
        load_checkpoint_safely(path)['state_dict']
        for path in (tmp_path / 'epoch_3.pth', work / 'iter_12.pth')
    )
    assert all(torch.equal(found[key], expected[key]) for key in expected)


def test_what_a_config_may_say(whole):
    """mmengine's own words for it, and both at once."""
    config = small_config(whole[1].parent)
    for words in (
        dict(max_epochs=2),
        dict(by_epoch=True, max_epochs=2),
        dict(type='EpochBasedTrainLoop', max_epochs=2),
        dict(type='PairedEpochTrainLoop', max_epochs=2),
    ):
        config.train_cfg = words
        found = load_config(config).train_cfg
        assert found == dict(type='PairedEpochTrainLoop', max_epochs=2)
    with pytest.raises(ValueError, match='train_cfg: .*_delete_=True'):
        load_config(small_config(whole[1].parent, train_cfg__max_epochs=2))


def test_endless_epochs_are_refused(whole):
    """The config was not read by our tools, as with ``mim train``."""
    config = load_config(small_config(whole[1].parent))
    config.work_dir = str(whole[1].parent / 'endless')
    config.train_cfg = dict(type='EpochBasedTrainLoop', max_epochs=2)
    with pytest.raises(ValueError, match="expected 'PairedEpochTrainLoop'"):
        build_runner(config).train()
