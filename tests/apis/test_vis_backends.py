"""E7: ``vis_backends`` of an own config has an effect, or is refused."""

import pytest
from mmengine.config import Config

from rtfm_mmaction.apis import load_config, vis_backends
from tests.support.helpers import ROOT

BOARD = dict(type='TensorboardVisBackend')
LOCAL = dict(type='LocalVisBackend')


def loaded(text, tmp_path, options=None):
    path = tmp_path / 'own.py'
    path.write_text(f"_base_ = '{ROOT}/configs/rtfm_i3d_ucf.py'\n{text}\n")
    config = load_config(Config.fromfile(path), options)
    return [item.type for item in config.visualizer.vis_backends]


@pytest.mark.parametrize(
    'text, expected',
    [
        ('', ['LocalVisBackend']),
        (f'vis_backends = [{BOARD}]', ['TensorboardVisBackend']),
        (
            f'vis_backends = [{LOCAL}, {BOARD}]',
            ['LocalVisBackend', 'TensorboardVisBackend'],
        ),
        # mmengine's own way.
        (
            f'visualizer = dict(vis_backends=[{BOARD}])',
            ['TensorboardVisBackend'],
        ),
        (
            f'vis_backends = [{BOARD}]\n'
            'visualizer = dict(vis_backends=vis_backends)',
            ['TensorboardVisBackend'],
        ),
        (
            f'visualizer = None\nvis_backends = [{BOARD}]',
            ['TensorboardVisBackend'],
        ),
    ],
)
def test_what_a_config_says_counts(text, expected, tmp_path):
    """Oracle: what the text says."""
    assert loaded(text, tmp_path) == expected


def test_command_line(tmp_path):
    """``--cfg-options vis_backends=...`` is the same variable."""
    options = dict(vis_backends=[BOARD])
    assert loaded('', tmp_path, options) == ['TensorboardVisBackend']


def test_contradictions_are_refused(tmp_path):
    """Both are set, and nobody knows which is meant."""
    text = (
        "vis_backends = [dict(type='WandbVisBackend')]\n"
        f'visualizer = dict(vis_backends=[{BOARD}])'
    )
    with pytest.raises(ValueError, match='vis_backends: .*set one of them'):
        loaded(text, tmp_path)


def test_missing_package_is_told(tmp_path, monkeypatch):
    """The extra that brings it is named."""
    monkeypatch.setattr(vis_backends, 'find_spec', lambda name: None)
    with pytest.raises(ValueError, match=r'rtfm_mmaction\[tensorboard\]'):
        loaded(f'vis_backends = [{BOARD}]', tmp_path)
