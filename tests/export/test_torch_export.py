"""Files of torch.export, against the models themselves."""

import json

import numpy as np
import pytest
import torch

from rtfm_mmaction.export import export_backbone, export_detector
from rtfm_mmaction.extraction import build_extractor
from tests.support.random_detectors import CHANNELS, build, features, offline
from tests.support.tiny import make_weights, tiny_config


def load(path):
    """The program and what the file says of itself."""
    extra = dict(rtfm_mmaction='')
    program = torch.export.load(path, extra_files=extra)
    return program.module(), json.loads(extra['rtfm_mmaction'])


@pytest.mark.parametrize('form', ['instances', 'no_neck'])
def test_a_detector_says_the_same(form, tmp_path):
    """Oracle: the model's own test step, the whole video at once."""
    detector = build(form)
    export_detector(detector, tmp_path / 'd.pt2')
    module, facts = load(tmp_path / 'd.pt2')
    assert (facts['kind'], facts['in_channels']) == ('detector', CHANNELS)
    assert facts['outputs'] == [*offline(detector, features(1))]
    for length in (1, 2, 3, 8, 9, 31, 64, 65, 100, 500):
        for crops in (1, 5, 10):
            rows = features(length, crops, seed=length)
            expected = offline(detector, rows)
            found = module(torch.from_numpy(rows))
            for output, value in zip(found, expected.values()):
                assert output.shape == value.shape
                np.testing.assert_allclose(
                    output.detach(), value, atol=1e-4, rtol=0
                )


def test_a_backbone_says_the_same(tmp_path):
    """Oracle: the extractor's network; the file has no clips in it."""
    extractor = build_extractor(tiny_config(make_weights(tmp_path / 'w.pth')))
    export_backbone(extractor, tmp_path / 'b.pt2')
    module, facts = load(tmp_path / 'b.pt2')
    assert facts['kind'] == 'backbone'
    assert facts['extractor']['crops'] == dict(layout='five', size=32)
    for count in (1, 2, 7):
        clips = np.random.default_rng(count).integers(
            256, size=(count, 16, 32, 32, 3), dtype=np.uint8
        )
        np.testing.assert_allclose(
            module(torch.from_numpy(clips)).detach(),
            extractor.network(list(clips)),
            atol=1e-5,
        )
    weights = (tmp_path / 'w.pth').stat().st_size
    clip = clips[0].nbytes
    assert (tmp_path / 'b.pt2').stat().st_size < weights + clip
