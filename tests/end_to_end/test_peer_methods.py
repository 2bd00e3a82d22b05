"""Other methods' detectors go from training to scores, by the same tools."""

import json

import numpy as np
import pytest

from rtfm_mmaction.cli import dictionary, infer, train
from rtfm_mmaction.cli import test as testing
from rtfm_mmaction.evaluation.predictions import read_predictions
from tests.support.small_data import make_data, small_config

# Config of Ped2, and what makes its network tiny.
TINY_TRANSFORMER = dict(
    model__neck=dict(
        embed_channels=32, num_layers=1, num_heads=2, head_channels=8
    ),
    model__head__in_channels=32,
)
TINY = dict(
    mgfn=dict(
        model__neck__widths=(8, 16, 16),
        model__neck__head_channels=8,
        model__neck__depths=(1, 1, 1),
        model__head__in_channels=16,
    ),
    s3r=dict(),
    ur_dmu=TINY_TRANSFORMER,
    bn_wvad=TINY_TRANSFORMER,
)


@pytest.mark.parametrize('method', TINY)
def test_train_test_and_infer(method, tmp_path):
    """Oracle: the scores of a file by infer.py are those that were tested;
    of a checkpoint alone, in another folder than that of the data."""
    make_data(tmp_path)
    config = small_config(
        tmp_path, f'{method}_i3d_ped2', **TINY[method], train_cfg__max_iters=3
    )
    if method == 's3r':
        file = tmp_path / 's3r.npy'
        config.model.neck.dictionary = str(file)
    config.dump(tmp_path / 'config.py')
    if method == 's3r':
        with pytest.raises(SystemExit, match='found no file; rtfm dictionary'):
            train.main([str(tmp_path / 'config.py')])
        dictionary.main([str(tmp_path / 'config.py')])
    train.main([str(tmp_path / 'config.py'), '--seed', '1'])
    checkpoint = str(tmp_path / 'work/iter_3.pth')
    figures = testing.main(
        [str(tmp_path / 'config.py'), checkpoint]
        + ['--dump', str(tmp_path / 'p.json'), '--work-dir', str(tmp_path)]
    )
    assert 0 <= figures['anomaly/AUC'] <= 1
    _, _, (tested, *_) = read_predictions(tmp_path / 'p.json')
    features = tmp_path / 'features' / f'{tested["video"]}.npy'
    if method == 's3r':
        file.unlink()
    moved = features.rename(tmp_path / features.name)
    infer.main(
        [str(moved), '--checkpoint', checkpoint]
        + ['--out', str(tmp_path / 'found')]
    )
    found = (tmp_path / 'found' / f'{tested["video"]}.json').read_text()
    np.testing.assert_allclose(
        json.loads(found)['scores'], tested['scores'], atol=1e-6
    )
