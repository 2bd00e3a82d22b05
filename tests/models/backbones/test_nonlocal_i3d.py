"""The port of the video-nonlocal-net I3D, converted, against itself."""

import runpy

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from mmaction.registry import MODELS
from mmcv.cnn import NonLocal3d
from mmengine.config import Config
from torch import nn

import rtfm_mmaction.models.backbones.released_nonlocal_resnet3d  # noqa: F401
from rtfm_mmaction.extraction.extractor import FeatureExtractor
from rtfm_mmaction.models.backbones.nonlocal_weights import (
    convert_state,
    rename,
)
from tests.support.helpers import ROOT

STAGES = (3, 4, 6, 3)
# Temporal reach of each block's first convolution, as the release has it.
TEMPORAL = ((1, 1, 1), (1, 0, 1, 0), (1, 0, 1, 0, 1, 0), (0, 1, 0))
# Stage and block that a non-local block follows, where there are some.
NON_LOCAL = ((2, 1), (2, 3), (3, 1), (3, 3), (3, 5))


def port_state(seed=0, non_local=False):
    """Random weights under the names and in the shapes of the port."""
    generator = torch.Generator().manual_seed(seed)
    state = {}

    def conv(name, out, into, *kernel, gain=1):
        scale = gain * (into * torch.tensor(kernel).prod()) ** -0.5
        state[f'{name}.weight'] = scale * torch.randn(
            out, into, *kernel, generator=generator
        )

    def norm(name, width):
        for key, low in (
            ('weight', 0.5),
            ('bias', -0.2),
            ('running_mean', -0.1),
            ('running_var', 0.5),
        ):
            state[f'{name}.{key}'] = low + torch.rand(
                width, generator=generator
            )
        state[f'{name}.num_batches_tracked'] = torch.tensor(3)

    conv('conv1', 64, 3, 5, 7, 7)
    norm('bn1', 64)
    into = 64
    for stage, blocks in enumerate(STAGES, 1):
        width = 32 * 2**stage
        for block in range(blocks):
            name = f'layer{stage}.{block}'
            conv(
                f'{name}.conv1',
                width,
                into,
                1 + 2 * TEMPORAL[stage - 1][block],
                1,
                1,
            )
            conv(f'{name}.conv2', width, width, 1, 3, 3)
            conv(f'{name}.conv3', 4 * width, width, 1, 1, 1)
            for layer, channels in ((1, width), (2, width), (3, 4 * width)):
                norm(f'{name}.bn{layer}', channels)
            if block == 0:
                conv(f'{name}.downsample.0', 4 * width, into, 1, 1, 1)
                norm(f'{name}.downsample.1', 4 * width)
            into = 4 * width
            if non_local and (stage, block) in NON_LOCAL:
                # Small enough for weights that are neither 0 nor 1.
                for layer, gain in (('theta', 0.4), ('phi', 0.4), ('g', 1)):
                    conv(
                        f'{name}.nl.{layer}',
                        into // 2,
                        into,
                        1,
                        1,
                        1,
                        gain=gain,
                    )
                    state[f'{name}.nl.{layer}.bias'] = torch.randn(
                        into // 2, generator=generator
                    )
                conv(f'{name}.nl.out', into, into // 2, 1, 1, 1)
                state[f'{name}.nl.out.bias'] = torch.randn(
                    into, generator=generator
                )
                norm(f'{name}.nl.bn', into)
    state['fc.weight'] = torch.randn(400, 2048, generator=generator)
    state['fc.bias'] = torch.randn(400, generator=generator)
    return state


def port_forward(state, x):
    """The port in test mode, (B, 3, L, H, W) -> (B, 2048, …), step by step."""

    def norm(x, name):
        return F.batch_norm(
            x,
            state[f'{name}.running_mean'],
            state[f'{name}.running_var'],
            state[f'{name}.weight'],
            state[f'{name}.bias'],
        )

    def conv(x, name, stride=1, padding=0):
        return F.conv3d(
            x,
            state[f'{name}.weight'],
            state.get(f'{name}.bias'),
            stride,
            padding,
        )

    def non_local(x, name):
        pooled = F.max_pool3d(x, (1, 2, 2))
        theta = conv(x, f'{name}.theta').flatten(2)
        phi = conv(pooled, f'{name}.phi').flatten(2)
        g = conv(pooled, f'{name}.g').flatten(2)
        products = torch.einsum('bci,bcj->bij', theta, phi)
        weights = (products / theta.shape[1] ** 0.5).softmax(2)
        y = torch.einsum('bij,bcj->bci', weights, g)
        y = y.reshape(*theta.shape[:2], *x.shape[2:])
        return x + norm(conv(y, f'{name}.out'), f'{name}.bn')

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
            if f'{name}.nl.theta.weight' in state:
                x = non_local(x, f'{name}.nl')
        if stage == 1:
            x = F.max_pool3d(x, (2, 1, 1), (2, 1, 1))
    return x


def run_tool(*args):
    runpy.run_path(str(ROOT / 'tools/convert/i3d_nonlocal.py'))['main'](
        [str(arg) for arg in args]
    )


def convert(root, state):
    """A file of the port, and the same through the tool."""
    root.mkdir(exist_ok=True)
    torch.save(state, root / 'port.pth')
    run_tool(root / 'port.pth', root / 'ours.pth')
    return root, state


@pytest.fixture(scope='module')
def converted(module_path):
    """Without non-local blocks."""
    return convert(module_path / 'port', port_state())


@pytest.fixture(scope='module')
def converted_nl(module_path):
    """With non-local blocks."""
    return convert(module_path / 'port-nl', port_state(non_local=True))


def load(root, kind, name='i3d-r50-released'):
    config = Config.fromfile(
        ROOT / f'configs/features/{name}_kinetics400_10crop.py'
    )
    config.model.init_cfg.checkpoint = str(root / 'ours.pth')
    if kind != config.model.type:
        config.model = dict(
            type=kind,
            depth=50,
            pretrained=None,
            pretrained2d=False,
            conv1_kernel=(5, 7, 7),
            conv1_stride_t=2,
            pool1_stride_t=2,
            inflate=TEMPORAL,
            init_cfg=config.model.init_cfg,
        )
    return FeatureExtractor(config.to_dict()['model'], **config.extractor)


def test_released_network_gives_the_features_of_the_port(converted):
    """Oracle: :func:`port_forward`. mmaction2's own stem pools otherwise."""
    root, state = converted
    clip = 2 * torch.rand(1, 3, 16, 96, 96) - 1
    with torch.no_grad():
        expected = port_forward(state, clip).mean((2, 3, 4))
        found, other = (
            load(root, kind).network.network(clip).mean((2, 3, 4))
            for kind in ('ReleasedResNet3d', 'ResNet3d')
        )
    assert expected.std() > 0.01
    assert (found - expected).norm() < 1e-5 * expected.norm()
    assert (other - expected).norm() > 0.02 * expected.norm()


def test_non_local_blocks_give_the_features_of_the_port(converted_nl):
    """Oracle: :func:`port_forward`. Neither without the blocks nor with the
    pooling behind phi and g, as mmaction2 has it."""
    root, state = converted_nl
    clip = 2 * torch.rand(1, 3, 16, 96, 96) - 1
    plain = {
        name: tensor for name, tensor in state.items() if '.nl.' not in name
    }
    network = load(
        root, 'ReleasedNonLocalResNet3d', 'i3d-r50-nl-released'
    ).network.network
    with torch.no_grad():
        expected = port_forward(state, clip).mean((2, 3, 4))
        others = [port_forward(plain, clip).mean((2, 3, 4))]
        found = network(clip).mean((2, 3, 4))
        for module in network.modules():
            if isinstance(module, NonLocal3d):
                module.phi = nn.Sequential(*module.phi)
                module.g = nn.Sequential(*module.g)
        others.append(network(clip).mean((2, 3, 4)))
    assert (found - expected).norm() < 1e-5 * expected.norm()
    for other in others:
        assert (other - expected).norm() > 0.01 * expected.norm()


def test_crops_and_numbers_are_those_of_the_release(converted):
    """10 crops of 340x256 frames, pixel * 2 / 255 - 1."""
    extractor = load(converted[0], 'ReleasedResNet3d')
    assert extractor.size == (340, 256) and len(extractor.grid) == 10
    # Rows 16 to 240, columns 58 to 282 in the centre; then mirrored ones.
    assert extractor.grid[2] == (16, 58, False)
    assert [crop[:2] for crop in extractor.grid[5:]] == [
        crop[:2] for crop in extractor.grid[:5]
    ]
    network = extractor.network
    assert np.allclose((255 - network.mean) / network.std, 1)


def test_there_and_back_again(converted, tmp_path):
    """Every tensor, the classifier's too, under its name."""
    root, state = converted
    run_tool(root / 'ours.pth', tmp_path / 'back.pth', '--reverse')
    back = torch.load(tmp_path / 'back.pth', weights_only=True)
    assert back.keys() == state.keys()
    assert all(back[name].equal(state[name]) for name in state)


def test_non_local_blocks_there_and_back_again(converted_nl, tmp_path):
    """All but ``out``'s bias, which went into the running mean: oracle: the
    difference of the two, by hand; from then on nothing changes."""
    root, state = converted_nl
    run_tool(root / 'ours.pth', tmp_path / 'back.pth', '--reverse')
    back = torch.load(tmp_path / 'back.pth', weights_only=True)
    assert back.keys() == state.keys()
    for name, tensor in state.items():
        if name.endswith('nl.out.bias'):
            assert not back[name].any() and tensor.any()
            tensor = torch.zeros_like(tensor)
        elif name.endswith('nl.bn.running_mean'):
            tensor = (
                tensor - state[name.replace('bn.running_mean', 'out.bias')]
            )
        assert back[name].equal(tensor)
    run_tool(tmp_path / 'back.pth', tmp_path / 'again.pth')
    again, ours = (
        torch.load(path, weights_only=True)['state_dict']
        for path in (tmp_path / 'again.pth', root / 'ours.pth')
    )
    assert again.keys() == ours.keys()
    assert all(again[name].equal(ours[name]) for name in ours)


def recognizer_of(config):
    """mmaction2's own, nothing downloaded."""
    model = Config.fromstring(f"_base_ = 'mmaction::{config}'", '.py').model
    model.backbone.update(pretrained=None, pretrained2d=False)
    return MODELS.build(model)


NL = (
    'recognition/i3d/i3d_imagenet-pretrained-r50-nl-{}_'
    '8xb8-32x2x1-100e_kinetics400-rgb.py'
)


@pytest.mark.parametrize(
    'kind, config',
    [
        ('converted', '_base_/models/i3d_r50.py'),
        ('converted_nl', NL.format('embedded-gaussian')),
    ],
)
def test_names_fill_a_recognizer_of_mmaction2(kind, config, request):
    """Oracle: the parameters of mmaction2's own config of I3D ResNet-50."""
    recognizer = recognizer_of(config)
    state = convert_state(request.getfixturevalue(kind)[1], 'port')
    assert set(state) == set(recognizer.state_dict())
    recognizer.load_state_dict(state)


@pytest.mark.parametrize(
    'port, ours',
    [
        ('conv1.weight', 'backbone.conv1.conv.weight'),
        ('bn1.running_var', 'backbone.conv1.bn.running_var'),
        ('layer3.5.conv2.weight', 'backbone.layer3.5.conv2.conv.weight'),
        ('layer2.0.downsample.1.bias', 'backbone.layer2.0.downsample.bn.bias'),
        ('fc.bias', 'cls_head.fc_cls.bias'),
        (
            'layer2.1.nl.theta.weight',
            'backbone.layer2.1.non_local_block.theta.conv.weight',
        ),
        (
            'layer3.5.nl.phi.bias',
            'backbone.layer3.5.non_local_block.phi.0.conv.bias',
        ),
        (
            'layer2.3.nl.g.weight',
            'backbone.layer2.3.non_local_block.g.0.conv.weight',
        ),
        (
            'layer3.1.nl.out.weight',
            'backbone.layer3.1.non_local_block.conv_out.conv.weight',
        ),
        (
            'layer3.1.nl.bn.running_var',
            'backbone.layer3.1.non_local_block.conv_out.bn.running_var',
        ),
        ('layer2.1.nl.theta.0.weight', None),
        ('layer5.0.conv1.weight', None),
    ],
)
def test_names(port, ours):
    """Oracle: by hand, from the description of both."""
    assert rename(port) == ours
    if ours:
        assert rename(ours, reverse=True) == port


@pytest.mark.parametrize(
    'change, message',
    [
        (lambda s: s.pop('conv1.weight'), r'conv1\.weight: .* found none'),
        (
            lambda s: s.update({'conv1.weight': torch.zeros(64, 3, 7, 7)}),
            r'found \(64, 3, 7, 7\)',
        ),
        (
            lambda s: s.update({'layer2.1.nl.g.weight': torch.zeros(1)}),
            r'layer2\.1\.nl: expected .* found none of nl\.theta\.weight, .*'
            r'nl\.bn\.running_var',
        ),
        (
            lambda s: s.update({'layer2.1.se.weight': torch.zeros(1)}),
            r"sub-sampled, .* found 'layer2\.1\.se\.weight'",
        ),
    ],
)
def test_other_networks_are_told(converted, tmp_path, change, message):
    """A file that is no I3D of the release; nothing is written."""
    state = dict(converted[1])
    change(state)
    torch.save(state, tmp_path / 'other.pth')
    with pytest.raises(SystemExit, match=rf'other\.pth: .*{message}'):
        run_tool(tmp_path / 'other.pth', tmp_path / 'out.pth')
    assert not (tmp_path / 'out.pth').exists()


def test_non_local_blocks_that_the_port_has_not():
    """mmaction2's Gaussian has no theta and phi, and its blocks need not be
    sub-sampled: told, and not made into something else."""
    state = recognizer_of(NL.format('gaussian')).state_dict()
    with pytest.raises(
        ValueError,
        match=r'gaussian: layer2\.1\.nl: expected '
        r'.* found none of nl\.theta\.weight',
    ):
        convert_state(state, 'gaussian', reverse=True)
    state = {
        name.replace('.g.0.', '.g.'): tensor for name, tensor in state.items()
    }
    with pytest.raises(ValueError, match=r'sub-sampled, .* found .*k\.g\.'):
        convert_state(state, 'whole', reverse=True)
