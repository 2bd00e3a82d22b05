"""A checkpoint of plain values that are orders to mmengine."""

import copy
import os

import pytest
import torch
from mmengine.infer import BaseInferencer
from mmengine.runner.checkpoint import CheckpointLoader

from rtfm_mmaction.apis import build_runner
from rtfm_mmaction.cli import train
from rtfm_mmaction.io.checkpoints import (
    drop_orders,
    load_checkpoint_safely,
)
from tests.support.small_data import make_data, small_config

CODE = "a = __import__('os').mkdir('ran')"


@pytest.fixture(scope='module')
def trained(module_path):
    """A work dir after three of six iterations, and its config."""
    config = small_config(make_data(module_path))
    config.train_cfg.max_iters = 3
    config.randomness = dict(seed=0)
    build_runner(config).train()
    config.train_cfg.max_iters = 6
    config.dump(module_path / 'config.py')
    return module_path


def poison(trained, work):
    """Put code wherever mmengine looks for the text of a config."""
    content = torch.load(trained / 'work/iter_3.pth', weights_only=False)
    content['meta']['config'] = content['meta']['cfg'] = CODE
    content['message_hub']['runtime_info']['cfg'] = CODE
    work.mkdir()
    torch.save(content, work / 'iter_3.pth')
    (work / 'last_checkpoint').write_text(str(work / 'iter_3.pth'))
    return str(work / 'iter_3.pth')


@pytest.mark.parametrize('named', [True, False])
def test_resume_runs_nothing_of_the_file(
    trained, tmp_path, monkeypatch, named
):
    """``--resume X``, and a bare one with X in the work dir.

    Oracle: the folder that the code would make (it does in the next test);
    and the parameters of a run that resumes the checkpoint as it was.
    """
    monkeypatch.chdir(tmp_path)
    path = poison(trained, tmp_path / 'evil')
    config = str(trained / 'config.py')
    own = str(tmp_path / 'own')
    train.main(
        [
            config,
            '--work-dir',
            own,
            '--resume',
            str(trained / 'work/iter_3.pth'),
        ]
    )
    if named:
        work = str(tmp_path / 'work')
        train.main([config, '--work-dir', work, '--resume', path])
    else:
        work = str(tmp_path / 'evil')
        train.main([config, '--work-dir', work, '--resume'])
    assert not os.path.exists('ran')
    found, expected = (
        load_checkpoint_safely(f'{folder}/iter_6.pth')['state_dict']
        for folder in (work, own)
    )
    for name, tensor in expected.items():
        assert torch.equal(found[name], tensor), name


class Inferencer(BaseInferencer):
    """mmengine's own way to a model, from a checkpoint alone."""

    def _init_pipeline(self, cfg):
        pass

    visualize = postprocess = None


def test_inferencers_of_mmengine_run_nothing_of_the_file(
    trained, tmp_path, monkeypatch
):
    """They build a config of the file's text where none is given; after this
    package is imported they say that there is none.

    Oracle: the folder that the code makes where mmengine gets it.
    """
    monkeypatch.chdir(tmp_path)
    path = poison(trained, tmp_path / 'evil')
    with pytest.raises(ValueError, match='config'):
        Inferencer(weights=path, scope='mmaction')
    assert not os.path.exists('ran')
    monkeypatch.setitem(
        CheckpointLoader._schemes,
        '',
        lambda name, map_location: torch.load(name, weights_only=False),
    )
    monkeypatch.setattr(
        CheckpointLoader._schemes[''],
        '__name__',
        'load_from_mmengine',
        raising=False,
    )
    with pytest.raises(Exception):  # noqa: B017
        Inferencer(weights=path, scope='mmaction')
    assert os.path.exists('ran')


def test_resume_deletes_nothing_that_the_file_names(trained, tmp_path):
    """CheckpointHook removes the best checkpoint that is noted when it has a
    better one, also if it is a folder.

    Oracle: the folder is still there.
    """
    precious = tmp_path / 'precious'
    precious.mkdir()
    (precious / 'best_thesis.pth').write_text('of years')
    content = torch.load(trained / 'work/iter_3.pth', weights_only=False)
    notes = content['message_hub']['runtime_info']
    for name in (precious, precious / 'best_thesis.pth'):
        notes.update(best_ckpt=str(name), best_score=-1.0)
        torch.save(content, tmp_path / 'evil.pth')
        train.main(
            [
                str(trained / 'config.py'),
                '--work-dir',
                str(tmp_path / 'work'),
                '--resume',
                str(tmp_path / 'evil.pth'),
            ]
        )
        assert (precious / 'best_thesis.pth').read_text() == 'of years'


def test_a_best_checkpoint_is_one_beside_the_file(tmp_path, monkeypatch):
    """It is as it was noted where that is the same file; else the one of the
    name in the checkpoint's folder, so that a copied work dir keeps to itself.

    Oracle: by hand.
    """
    monkeypatch.chdir(tmp_path)
    (tmp_path / 'work/best_b.pth').mkdir(parents=True)

    def found(noted, folder):
        notes = dict(best_ckpt=noted, best_ckpt_AUC=noted)
        content = dict(message_hub=dict(runtime_info=notes))
        drop_orders(content, folder)
        assert notes['best_ckpt'] == notes['best_ckpt_AUC']
        return notes['best_ckpt']

    work = tmp_path / 'work'
    assert found('work/best_a.pth', work) == 'work/best_a.pth'
    assert found('/old/best_a.pth', work) == str(work / 'best_a.pth')
    for noted in ('..', 'work', '/', 'iter_3.pth', 'best_b.pth', None, 3):
        assert found(noted, work) is None
    assert found('work/best_a.pth', None) is None


def test_only_numbers_are_kept_as_steps():
    """Names of files to remove are made of them.

    Oracle: by hand.
    """
    for steps, kept in (([1, 2], True), (['../../x'], False), ('ab', False)):
        notes = dict(keep_ckpt_ids=copy.copy(steps))
        drop_orders(dict(message_hub=dict(runtime_info=notes)))
        assert ('keep_ckpt_ids' in notes) == kept


@pytest.mark.parametrize(
    'content',
    [
        None,
        [],
        3.0,
        {},
        dict(meta=3),
        dict(message_hub=[]),
        dict(meta={}, message_hub=dict(runtime_info=None)),
    ],
)
def test_other_contents_are_given_back(content):
    """Oracle: the content itself."""
    assert drop_orders(content) == content
