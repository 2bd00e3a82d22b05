"""Exports of all methods. Oracle: the detector's own scores, which the export
compares the file with at six sizes, to 1e-4.
"""

import numpy as np
import pytest
import torch

from rtfm_mmaction.export import OnnxDetector, export_detector
from rtfm_mmaction.models.long_video import score_in_chunks
from tests.support.small_methods import small_model
from tests.support.streams_alike import assert_streams_alike

METHODS = ('ur_dmu', 'bn_wvad', 'mgfn', 's3r')


@pytest.mark.parametrize(
    'method, suffix',
    [*((method, 'onnx') for method in METHODS), ('s3r', 'pt2')],
)
def test_a_file_says_what_the_detector_says(tmp_path, method, suffix):
    """Sizes are others than those that were compared at. An ONNX file is made of
    torch's program, so that one of these is enough."""
    torch.manual_seed(0)
    model = small_model(method)
    if method == 's3r':
        model.neck.set_dictionary(torch.rand(3, 16))
    path = tmp_path / f'd.{suffix}'
    assert export_detector(model, path) < 1e-4
    x = np.random.default_rng(0).random((70, 4, 16), np.float32)
    expected = score_in_chunks(model, x)
    if suffix == 'onnx':
        exported = OnnxDetector(path)
        assert_streams_alike(exported, model, x[:9], window=4)
        found = exported.score(x)
    else:
        module = torch.export.load(path).module()
        names = ['scores', 'magnitudes', 'crop_scores', 'logits']
        values = module(torch.from_numpy(x))
        found = {
            name: value.detach().numpy()
            for name, value in zip(
                [name for name in names if name in expected], values
            )
        }
    assert found.keys() == expected.keys()
    for name, values in expected.items():
        np.testing.assert_allclose(found[name], values, rtol=1e-4, atol=1e-5)
