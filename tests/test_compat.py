"""The repairs of the stack."""

import os
import subprocess
import sys

import pytest
import torch
from mmengine.config import Config
from mmengine.config import config as config_module
from mmengine.logging.history_buffer import HistoryBuffer
from mmengine.runner.checkpoint import CheckpointLoader
from yapf.yapflib import yapf_api

from rtfm_mmaction import compat
from rtfm_mmaction.io.checkpoints import load_checkpoint_safely
from tests.support.helpers import ROOT


def python(code, **env):
    return subprocess.run(
        [sys.executable, '-W', 'ignore', '-c', code],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**os.environ, **env},
    )


def test_import_is_silent_and_makes_mmaction_models_importable():
    """mmaction2's wheel lacks a folder that its models import."""
    result = python(
        'import rtfm_mmaction, mmaction.models; rtfm_mmaction.compat.apply()'
    )
    assert (result.returncode, result.stdout, result.stderr) == (0, '', '')


def test_stub_refuses_to_be_built():
    """The stand-in is no localizer."""
    from mmaction.models.localizers import DRN

    with pytest.raises(ImportError, match='ships no'):
        DRN()


def test_runner_checkpoint_reads_back(tmp_path):
    """HistoryBuffer and numpy scalars, which torch refuses by itself."""
    buffer = HistoryBuffer([1.0, 2.0], [1, 1])
    path = tmp_path / 'a.pth'
    torch.save(
        dict(
            state_dict=dict(w=torch.ones(2)),
            message_hub=dict(log=buffer, lr=buffer.mean()),
        ),
        path,
    )
    loaded = CheckpointLoader.load_checkpoint(str(path), 'cpu')
    assert loaded['message_hub']['log'].mean() == 1.5
    assert torch.equal(loaded['state_dict']['w'], torch.ones(2))


class RunsCode:
    """Makes a folder when it is unpickled."""

    def __reduce__(self):
        return (os.mkdir, ('ran',))


def test_checkpoint_that_would_run_code_is_refused(tmp_path, monkeypatch):
    """And the error says how to load it all the same."""
    monkeypatch.chdir(tmp_path)
    torch.save(dict(state_dict=RunsCode()), 'bad.pth')
    with pytest.raises(ValueError, match='bad.pth: .*NO_WEIGHTS_ONLY_LOAD'):
        CheckpointLoader.load_checkpoint('bad.pth', 'cpu')
    assert not os.path.exists('ran')
    monkeypatch.setenv('TORCH_FORCE_NO_WEIGHTS_ONLY_LOAD', '1')
    CheckpointLoader.load_checkpoint('bad.pth', 'cpu')
    assert os.path.exists('ran')


class ReachesIn:
    """Is unpickled as an attribute that leads to a module's globals."""

    def __reduce__(self):
        return (getattr, (HistoryBuffer, '__init__'))


def test_getattr_serves_the_buffers_methods_alone(tmp_path):
    """A file must not get at anything else by it."""
    path = tmp_path / 'reach.pth'
    torch.save(dict(w=ReachesIn()), path)
    with pytest.raises(ValueError, match="attribute '__init__'"):
        load_checkpoint_safely(str(path))


def test_torn_and_missing_checkpoints(tmp_path):
    """One error each, naming the file."""
    path = tmp_path / 'torn.pth'
    torch.save(dict(w=torch.ones(1000)), path)
    path.write_bytes(path.read_bytes()[:2000])
    with pytest.raises(ValueError, match='torn.pth: expected a checkpoint'):
        load_checkpoint_safely(str(path))
    with pytest.raises(FileNotFoundError, match='none.pth'):
        load_checkpoint_safely(str(tmp_path / 'none.pth'))


def test_a_config_is_laid_out_once(monkeypatch):
    """Oracle: the number of times that yapf is asked, and its own text."""
    format_code, asked = yapf_api.FormatCode, []

    def count(text, **options):
        asked.append(text)
        return format_code(text, **options)

    monkeypatch.setattr(config_module, 'FormatCode', count)
    expected = Config(dict(a=[dict(b=1)])).pretty_text
    compat.format_configs_once()
    compat.format_configs_once()
    asked.clear()
    for _ in range(3):
        assert Config(dict(a=[dict(b=1)])).pretty_text == expected
    assert len(asked) == 1
    # Few are kept, whatever a process goes through.
    for number in range(compat.MOST_TEXTS):
        assert f'a = {number}\n' == Config(dict(a=number)).pretty_text
    assert Config(dict(a=[dict(b=1)])).pretty_text == expected
    assert len(asked) == 1 + compat.MOST_TEXTS + 1
