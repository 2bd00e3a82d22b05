"""S3R's checkpoint and dictionary through the tool, there and back."""

import runpy

import numpy as np
import pytest
import torch

from rtfm_mmaction.io.checkpoints import load_checkpoint_safely
from rtfm_mmaction.models.released_names.methods import METHODS
from tests.support.helpers import ROOT
from tests.support.small_data import small_config
from tests.support.small_methods import small_model


def convert(*args):
    main = runpy.run_path(str(ROOT / 'tools/convert/released.py'))['main']
    main([str(arg) for arg in args])


def test_a_dictionary_comes_and_goes(tmp_path, capsys):
    """The checkpoint scores alone; both files come back as they were."""
    config, out = tmp_path / 'config.py', tmp_path / 'ours.pth'
    small_config(
        tmp_path,
        's3r_i3d_ped2',
        model__in_channels=16,
        model__neck__dictionary=None,
        model__neck__num_rows=3,
    ).dump(config)
    model = small_model('s3r')
    torch.manual_seed(0)
    state = {
        METHODS['s3r'].released_name(name): torch.rand(tensor.shape)
        if tensor.is_floating_point()
        else tensor
        for name, tensor in model.state_dict().items()
        if name != 'neck.dictionary'
    }
    state.update(METHODS['s3r'].unused(16))
    torch.save(state, tmp_path / 'released.pth')
    rows = np.random.default_rng(0).random((3, 16), np.float32)
    np.save(tmp_path / 'rows.npy', rows)
    common = ('--config', config, '--dictionary')
    released = tmp_path / 'released.pth'
    convert('s3r', released, out, *common, tmp_path / 'rows.npy')
    assert '81 tensors' in capsys.readouterr().out  # 88 - 8 + the dictionary
    detector = small_model('s3r')
    detector.load_state_dict(load_checkpoint_safely(str(out))['state_dict'])
    assert detector.neck.has_dictionary
    again, back = tmp_path / 'again.pth', tmp_path / 'back.npy'
    convert('s3r', out, again, *common, back, '--reverse')
    found = torch.load(again, weights_only=True)
    assert all(found[name].equal(state[name]) for name in state)
    assert found.keys() == state.keys() and np.array_equal(np.load(back), rows)
    with pytest.raises(SystemExit, match='released RTFM|config of RTFM'):
        convert('rtfm', released, tmp_path / 'x.pth', *common[:2])
    with pytest.raises(SystemExit):
        convert('tsn', released, tmp_path / 'x.pth', *common[:2])
    assert 'ur_dmu' in capsys.readouterr().err
