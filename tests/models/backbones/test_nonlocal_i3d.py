"""The port of the video-nonlocal-net I3D, converted, against itself."""
import runpy

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from mmaction.registry import MODELS
from mmengine.config import Config

import rtfm_mmaction.models.backbones.released_resnet3d  # noqa: F401
from rtfm_mmaction.features.extractor import FeatureExtractor
from rtfm_mmaction.models.backbones.nonlocal_weights import (convert_state,
                                                             rename)
from tests.helpers import ROOT

STAGES = (3, 4, 6, 3)
# Temporal reach of each block's first convolution, as the release has it.
TEMPORAL = ((1, 1, 1), (1, 0, 1, 0), (1, 0, 1, 0, 1, 0), (0, 1, 0))


def port_state(seed=0):
    """Random weights under the names and in the shapes of the port."""
    generator = torch.Generator().manual_seed(seed)
    state = {}

    def conv(name, out, into, *kernel):
        scale = (into * torch.tensor(kernel).prod())**-0.5
        state[f'{name}.weight'] = scale * torch.randn(
            out, into, *kernel, generator=generator)

    def norm(name, width):
        for key, low in (('weight', 0.5), ('bias', -0.2),
                         ('running_mean', -0.1), ('running_var', 0.5)):
            state[f'{name}.{key}'] = low + torch.rand(
                width, generator=generator)
        state[f'{name}.num_batches_tracked'] = torch.tensor(3)

    conv('conv1', 64, 3, 5, 7, 7)
    norm('bn1', 64)
    into = 64
    for stage, blocks in enumerate(STAGES, 1):
        width = 32 * 2**stage
        for block in range(blocks):
            name = f'layer{stage}.{block}'
            conv(f'{name}.conv1', width, into,
                 1 + 2 * TEMPORAL[stage - 1][block], 1, 1)
            conv(f'{name}.conv2', width, width, 1, 3, 3)
            conv(f'{name}.conv3', 4 * width, width, 1, 1, 1)
            for layer, channels in ((1, width), (2, width), (3, 4 * width)):
                norm(f'{name}.bn{layer}', channels)
            if block == 0:
                conv(f'{name}.downsample.0', 4 * width, into, 1, 1, 1)
                norm(f'{name}.downsample.1', 4 * width)
            into = 4 * width
    state['fc.weight'] = torch.randn(400, 2048, generator=generator)
    state['fc.bias'] = torch.randn(400, generator=generator)
    return state


def port_forward(state, x):
    """The port in test mode, (B, 3, L, H, W) -> (B, 2048, …), step by step."""

    def norm(x, name):
        return F.batch_norm(x, state[f'{name}.running_mean'],
                            state[f'{name}.running_var'],
                            state[f'{name}.weight'], state[f'{name}.bias'])

    def conv(x, name, stride=1, padding=0):
        return F.conv3d(x, state[f'{name}.weight'], None, stride, padding)

    x = F.relu(norm(conv(x, 'conv1', (2, 2, 2), (2, 3, 3)), 'bn1'))
    x = F.max_pool3d(x, (2, 3, 3), (2, 2, 2))
    for stage, blocks in enumerate(STAGES, 1):
        for block in range(blocks):
            name = f'layer{stage}.{block}'
            stride = 2 if stage > 1 and block == 0 else 1
            reach = TEMPORAL[stage - 1][block]
            y = conv(x, f'{name}.conv1', padding=(reach, 0, 0))
            y = F.relu(norm(y, f'{name}.bn1'))
            y = conv(y, f'{name}.conv2', (1, stride, stride), (0, 1, 1))
            y = F.relu(norm(y, f'{name}.bn2'))
            y = norm(conv(y, f'{name}.conv3'), f'{name}.bn3')
            if block == 0:
                x = conv(x, f'{name}.downsample.0', (1, stride, stride))
                x = norm(x, f'{name}.downsample.1')
            x = F.relu(x + y)
        if stage == 1:
            x = F.max_pool3d(x, (2, 1, 1), (2, 1, 1))
    return x


def run_tool(*args):
    runpy.run_path(
        str(ROOT / 'tools/convert/i3d_nonlocal.py'))['main'](
            [str(arg) for arg in args])


@pytest.fixture(scope='module')
def converted(tmp_path_factory):
    """A file of the port and the same through the tool."""
    root = tmp_path_factory.mktemp('port')
    state = port_state()
    torch.save(state, root / 'port.pth')
    run_tool(root / 'port.pth', root / 'ours.pth')
    return root, state


def load(root, kind):
    config = Config.fromfile(
        ROOT / 'configs/features/i3d-r50-released_kinetics400_10crop.py')
    config.model.init_cfg.checkpoint = str(root / 'ours.pth')
    if kind != config.model.type:
        config.model = dict(
            type=kind, depth=50, pretrained=None, pretrained2d=False,
            conv1_kernel=(5, 7, 7), conv1_stride_t=2, pool1_stride_t=2,
            inflate=TEMPORAL, init_cfg=config.model.init_cfg)
    return FeatureExtractor(config.to_dict()['model'], **config.extractor)


def test_released_network_gives_the_features_of_the_port(converted):
    """Oracle: :func:`port_forward`. mmaction2's own stem pools otherwise."""
    root, state = converted
    clip = 2 * torch.rand(1, 3, 16, 96, 96) - 1
    with torch.no_grad():
        expected = port_forward(state, clip).mean((2, 3, 4))
        found, other = (
            load(root, kind).model(clip).mean((2, 3, 4))
            for kind in ('ReleasedResNet3d', 'ResNet3d'))
    assert expected.std() > 0.01
    assert (found - expected).norm() < 1e-5 * expected.norm()
    assert (other - expected).norm() > 0.02 * expected.norm()


def test_crops_and_numbers_are_those_of_the_release(converted):
    """10 crops of 340x256 frames, pixel * 2 / 255 - 1."""
    extractor = load(converted[0], 'ReleasedResNet3d')
    assert extractor.size == (340, 256) and len(extractor.grid) == 10
    # Rows 16 to 240, columns 58 to 282 in the centre; then mirrored ones.
    assert extractor.grid[2] == (16, 58, False)
    assert [crop[:2] for crop in extractor.grid[5:]] == [
        crop[:2] for crop in extractor.grid[:5]]
    assert np.allclose((255 - extractor.mean) / extractor.std, 1)


def test_there_and_back_again(converted, tmp_path):
    """Every tensor, the classifier's too, under its name."""
    root, state = converted
    run_tool(root / 'ours.pth', tmp_path / 'back.pth', '--reverse')
    back = torch.load(tmp_path / 'back.pth', weights_only=True)
    assert back.keys() == state.keys()
    assert all(back[name].equal(state[name]) for name in state)


def test_names_fill_a_recognizer_of_mmaction2(converted):
    """Oracle: the parameters of mmaction2's own config of I3D ResNet-50."""
    model = Config.fromstring(
        "_base_ = 'mmaction::_base_/models/i3d_r50.py'", '.py').model
    model.backbone.update(pretrained=None, pretrained2d=False)
    recognizer = MODELS.build(model)
    state = convert_state(converted[1], 'port')
    assert set(state) == set(recognizer.state_dict())
    recognizer.load_state_dict(state)


@pytest.mark.parametrize('port, ours', [
    ('conv1.weight', 'backbone.conv1.conv.weight'),
    ('bn1.running_var', 'backbone.conv1.bn.running_var'),
    ('layer3.5.conv2.weight', 'backbone.layer3.5.conv2.conv.weight'),
    ('layer2.0.downsample.1.bias', 'backbone.layer2.0.downsample.bn.bias'),
    ('fc.bias', 'cls_head.fc_cls.bias'),
    ('layer2.1.nl.theta.weight', None),
    ('layer5.0.conv1.weight', None),
])
def test_names(port, ours):
    """Oracle: by hand, from the description of both."""
    assert rename(port) == ours
    if ours:
        assert rename(ours, reverse=True) == port


@pytest.mark.parametrize('change, message', [
    (lambda s: s.pop('conv1.weight'), r'conv1\.weight: .* found none'),
    (lambda s: s.update({'conv1.weight': torch.zeros(64, 3, 7, 7)}),
     r'found \(64, 3, 7, 7\)'),
    (lambda s: s.update({'layer2.1.nl.g.weight': torch.zeros(1)}),
     r"without non-local blocks, found 'layer2\.1\.nl\.g\.weight'"),
])
def test_other_networks_are_told(converted, tmp_path, change, message):
    """A file that is no plain I3D of the release; nothing is written."""
    state = dict(converted[1])
    change(state)
    torch.save(state, tmp_path / 'other.pth')
    with pytest.raises(SystemExit, match=rf'other\.pth: .*{message}'):
        run_tool(tmp_path / 'other.pth', tmp_path / 'out.pth')
    assert not (tmp_path / 'out.pth').exists()
