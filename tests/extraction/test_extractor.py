"""From a video to its array, with a tiny network."""

import tracemalloc

import cv2
import decord
import numpy as np
import pytest
import torch
from mmaction.registry import MODELS

from rtfm_mmaction.extraction import build_extractor
from tests.support.tiny import (
    TinyBackbone,
    make_video,
    make_weights,
    tiny_config,
)


@pytest.fixture(scope='module')
def made(module_path):
    return (
        make_video(module_path / 'a.mp4', 50),
        make_weights(module_path / 'w.pth'),
    )


@pytest.fixture
def extract(made):

    def run(device='cpu', dtype='fp32', batch_size=8, **changes):
        extractor = build_extractor(
            tiny_config(made[1], **changes), device, dtype, batch_size
        )
        return extractor.extract(made[0])

    return run


def test_features_step_by_step(made, extract):
    """Oracle: each step in plain numpy and torch, one clip at a time: decord's
    frames, resize, the slices of five crops of 32 in 56x40, mirrored ones
    behind, (pixel - mean) / std per channel, network, mean."""
    mean, std = np.array([100.0, 110, 120]), np.array([50.0, 60, 70])
    frames = decord.VideoReader(str(made[0]))[:].asnumpy()
    frames = np.stack([cv2.resize(frame, (56, 40)) for frame in frames])
    network = TinyBackbone()
    network.load_state_dict(torch.load(made[1])['state_dict'])
    expected = np.zeros((3, 10, 4))
    for t in range(3):
        snippet = frames[16 * t : 16 * t + 16]
        for n in range(10):
            image = np.flip(snippet, 2) if n > 4 else snippet
            top, left = [(0, 0), (0, 24), (4, 12), (8, 0), (8, 24)][n % 5]
            clip = (image[:, top : top + 32, left : left + 32] - mean) / std
            clip = torch.from_numpy(clip.transpose(3, 0, 1, 2)[None]).float()
            expected[t, n] = network(clip).mean((0, 2, 3, 4)).detach()
    found = extract(
        mean=list(mean), std=list(std), crops=dict(layout='ten', size=32)
    )
    assert found.shape == (3, 10, 4) and found.dtype == np.float32
    # Two decoders may round a level of 255 apart.
    np.testing.assert_allclose(found, expected, atol=1e-4)
    assert np.abs(expected[0, 0] - expected[0, 5]).max() > 1e-3


@pytest.mark.parametrize('batch_size', [None, 1, 4, 100])
def test_batch_size_changes_nothing(extract, batch_size):
    """Oracle: batches of 8, on 15 clips, which the sizes divide each in its
    own way."""
    np.testing.assert_allclose(
        extract(batch_size=batch_size), extract(), atol=1e-6
    )


def test_tail_and_snippet_length(extract):
    """Oracle: 50 frames by hand; a whole snippet does not depend on what
    follows it."""
    padded = extract(tail='pad')
    assert padded.shape == (4, 5, 4)
    np.testing.assert_allclose(padded[:3], extract(), atol=1e-6)
    assert extract(snippet_len=10).shape == (5, 5, 4)


def test_bf16(extract):
    """Oracle: bf16 keeps 8 bits, so features agree to about a percent and
    are not equal; the array stays float32."""
    fine, coarse = extract(), extract(dtype='bf16')
    assert coarse.dtype == np.float32
    assert (fine != coarse).any()
    np.testing.assert_allclose(coarse, fine, atol=0.03)


def test_backbones_of_mmaction(made):
    """Oracle: the channels that mmaction2's ResNet3d states for depth 18."""
    config = dict(
        type='ResNet3d',
        depth=18,
        pretrained=None,
        pretrained2d=False,
        inflate=(1, 1, 1, 1),
    )
    weights = made[1].with_name('resnet.pth')
    network = MODELS.build(config)
    torch.save(
        {
            f'backbone.{name}': value
            for name, value in network.state_dict().items()
        },
        weights,
    )
    config['init_cfg'] = dict(
        type='Pretrained', checkpoint=str(weights), prefix='backbone.'
    )
    extractor = tiny_config(
        weights, resize=(32, 32), crops=dict(layout='whole', size=32)
    )
    extractor = build_extractor(dict(extractor, model=config))
    features = extractor.extract(made[0])
    assert features.shape == (3, 1, network.feat_dim)


def test_memory_does_not_grow_with_the_video(tmp_path, made):
    """Oracle: the peak of what numpy allocates is a small share of the
    resized frames of a long video. How far the reading thread is ahead
    differs from run to run, so two peaks are not compared."""
    frames = 1600
    path = make_video(tmp_path / 'long.mp4', frames)
    extractor = build_extractor(
        tiny_config(made[1], resize=(96, 68)), batch_size=2
    )
    tracemalloc.start()
    features = extractor.extract(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(features) == frames // 16
    one_snippet = 16 * 96 * 68 * 3
    assert one_snippet < peak < 15 * one_snippet


def replaced(config, **changes):
    return dict(config, extractor=dict(config['extractor'], **changes))


def test_bad_configs_are_told(made, tmp_path):
    """Oracle: one error, with the file or key, what was found and what was
    expected."""
    config = tiny_config(made[1])
    for changed, message in (
        (dict(model=config['model']), 'expected the key extractor, found'),
        (replaced(config, tail='keep'), "expected 'drop' or 'pad', found 'k"),
        (replaced(config, interpolation='x'), "interpolation: .*found 'x'"),
        (replaced(config, snippet_len=0), 'expected 1 or more, found 2, 0'),
        (replaced(config, colour=1), 'unexpected keyword .*colour'),
        (replaced(config, crops=dict(layout='five')), "extractor: 'size'"),
        (dict(config, model=dict(type='TinyBackbone')), 'found None; feat'),
        (
            dict(config, model=dict(config['model'], type='NoSuchThing')),
            'NoSuchThing is not in',
        ),
    ):
        with pytest.raises(ValueError, match=message):
            build_extractor(changed)
    with pytest.raises(ValueError, match="fp32.*found 'fp8'"):
        build_extractor(config, dtype='fp8')


def test_weights_are_all_loaded_or_none(made, tmp_path):
    """Oracle: mmengine would only warn. A missing file names the command that
    makes it; a file that lacks a tensor, has another shape or another prefix
    names the file and the tensor."""
    config = replaced(tiny_config(tmp_path / 'none.pth'), weights_command='mk')
    with pytest.raises(FileNotFoundError, match='none.pth: .*makes it: mk'):
        build_extractor(config)
    state = TinyBackbone().state_dict()
    for name, changed in (
        ('lacking', {'conv.weight': state['conv.weight']}),
        ('shape', dict(state, **{'conv.bias': torch.zeros(5)})),
        ('prefix', {f'backbone.{key}': state[key] for key in state}),
    ):
        path = tmp_path / f'{name}.pth'
        torch.save(dict(state_dict=changed), path)
        with pytest.raises(ValueError, match=f'{name}.pth: .* conv.* first'):
            build_extractor(tiny_config(path))


def test_output_that_is_no_array_is_told(made, monkeypatch):
    """Oracle: one error with the network's name."""
    monkeypatch.setattr(TinyBackbone, 'forward', lambda self, x: (x, x))
    extractor = build_extractor(tiny_config(made[1]))
    with pytest.raises(ValueError, match='TinyBackbone: .*found tuple'):
        extractor.extract(made[0])
