"""Other methods' detectors go from training to scores, by the same tools."""

import json

import numpy as np
import pytest

from rtfm_mmaction.cli import dictionary, infer, train
from rtfm_mmaction.cli import test as testing
from rtfm_mmaction.evaluation.predictions import read_predictions
from tests.support.small_data import make_data, small_config
from tests.support.small_methods import small_keys


@pytest.mark.parametrize('method', ['mgfn', 's3r', 'ur_dmu', 'bn_wvad'])
def test_train_test_and_infer(method, tmp_path):
    """Oracle: the scores of a file by infer.py are those that were tested;
    of a checkpoint alone, in another folder than that of the data."""
    make_data(tmp_path)
    config = small_config(
        tmp_path,
        f'{method}_i3d_ped2',
        train_cfg__max_iters=3,
        **small_keys(method),
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
