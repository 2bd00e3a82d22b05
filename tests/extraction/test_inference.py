"""A backbone made ready: the same numbers, faster."""

import copy

import numpy as np
import pytest
import torch
from mmaction.registry import MODELS
from torch import nn

from rtfm_mmaction.extraction.inference import InferenceNetwork

CLIPS = list(
    np.random.default_rng(0).integers(0, 256, (3, 8, 40, 40, 3), np.uint8)
)
PIXELS = ([100.0, 110, 120], [50.0, 60, 70])


class Shared(nn.Module):
    """Norms that do not follow the convolution that they stand behind."""

    def __init__(self):
        super().__init__()
        self.conv = nn.Conv3d(3, 4, 3)
        self.norm = nn.BatchNorm3d(4)

    def forward(self, inputs):
        outputs = self.conv(inputs)
        return outputs + self.norm(outputs.relu())


NETWORKS = dict(
    plain=lambda: nn.Sequential(
        nn.Conv3d(3, 5, 3, bias=False),
        nn.BatchNorm3d(5),
        nn.ReLU(),
        nn.Conv3d(5, 4, 1),
        nn.BatchNorm3d(4, affine=False),
    ),
    shared=Shared,
    inception=lambda: MODELS.build(dict(type='InceptionI3D')),
    resnet=lambda: MODELS.build(
        dict(
            type='ResNet3d',
            depth=18,
            pretrained=None,
            pretrained2d=False,
            inflate=(1, 1, 1, 1),
        )
    ),
    frames=lambda: MODELS.build(
        dict(
            type='FrameAverage',
            backbone=dict(type='ResNet', depth=18, pretrained=None),
        )
    ),
)


def made(name):
    """A network whose norms do something."""
    torch.manual_seed(0)
    network = NETWORKS[name]()
    network.eval()
    for module in network.modules():
        if isinstance(module, nn.modules.batchnorm._BatchNorm):
            module.running_mean.uniform_(-0.1, 0.1)
            module.running_var.uniform_(0.5, 2)
    return network


def step_by_step(network, clips):
    mean, std = map(np.array, PIXELS)
    rows = []
    for clip in clips:
        pixels = torch.from_numpy((clip - mean) / std).float()
        with torch.no_grad():
            output = network(pixels.permute(3, 0, 1, 2)[None])
        rows.append(output.flatten(2).mean(2)[0].numpy())
    return np.stack(rows)


def distance(found, expected):
    return np.linalg.norm(found - expected) / np.linalg.norm(expected)


@pytest.mark.parametrize('name', NETWORKS)
def test_same_features(name):
    """Oracle: the network itself in float32, one clip at a time: 1e-5 with
    folded norms, a percent in bfloat16. Norms are folded where they can."""
    network = made(name)
    expected = step_by_step(copy.deepcopy(network), CLIPS)
    fine = InferenceNetwork(copy.deepcopy(network), *PIXELS)
    assert distance(fine(CLIPS), expected) < 1e-5
    assert distance(fine(CLIPS[:1]), expected[:1]) < 1e-5
    kept = [
        type(module).__name__
        for module in fine.network.modules()
        if isinstance(module, nn.modules.batchnorm._BatchNorm)
    ]
    assert kept == (['BatchNorm3d'] if name == 'shared' else [])
    coarse = InferenceNetwork(network, *PIXELS, dtype='bf16')(CLIPS)
    assert coarse.dtype == np.float32
    assert 1e-5 < distance(coarse, expected) < 0.02


def test_compiled(monkeypatch):
    """Passes keep the size of the first one, which was translated.

    Oracle: the network as it is; torch.compile is told to run what it
    translates with plain torch, as a compiler may be missing here.
    """
    compiled, shapes = torch.compile, []

    def traced(network, **kwargs):
        return compiled(network, backend='eager', **kwargs)

    monkeypatch.setattr(torch, 'compile', traced)
    network = made('plain')
    expected = step_by_step(copy.deepcopy(network), CLIPS)
    found = InferenceNetwork(network, *PIXELS, compiled=True)
    assert distance(found(CLIPS), expected) < 1e-5
    found.network.register_forward_hook(
        lambda module, inputs, output: shapes.append(len(inputs[0]))
    )
    assert distance(found(CLIPS[:2]), expected[:2]) < 1e-5
    assert shapes == [3]


def test_broken_weights_come_through():
    """Features of a network with NaN are NaN, not an endless search."""
    network = made('plain')
    network[0].weight.data[0] = float('nan')
    assert np.isnan(InferenceNetwork(network, *PIXELS)(CLIPS)).any()


@pytest.mark.parametrize('name', ['inception', 'frames'])
def test_features_are_the_mean_of_the_maps(name):
    """Oracle: numpy's mean over time and place, and the shapes; an image
    network that averages over time has one step left."""
    network = InferenceNetwork(made(name), *PIXELS)
    maps = network.maps(CLIPS)
    assert (
        maps.shape
        == dict(inception=(3, 1024, 1, 2, 2), frames=(3, 512, 1, 2, 2))[name]
    )
    np.testing.assert_allclose(
        maps.mean((2, 3, 4)), network(CLIPS), rtol=1e-5, atol=1e-6
    )


def test_without_rows_and_columns_there_is_no_map():
    """Oracle: the error names the network and the shape that it gives."""
    network = nn.Sequential(nn.AdaptiveAvgPool3d(1), nn.Flatten())
    with pytest.raises(
        ValueError,
        match=r'Sequential: expected an output of '
        r'\(B, C, t, h, w\), .* found one of shape \(3, 3\)',
    ):
        InferenceNetwork(network, *PIXELS).maps(CLIPS)
