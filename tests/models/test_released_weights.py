"""Names of five releases, against their pages' tables and by round trips."""

import numpy as np
import pytest
import torch
from mmaction.registry import MODELS
from mmengine.config import Config

from rtfm_mmaction.models.released_names.methods import METHODS
from rtfm_mmaction.models.released_weights import (
    convert_released,
    convert_state,
    restore_released,
)
from tests.support.helpers import ROOT
from tests.support.peers import draw_parameter
from tests.support.small_methods import small_model

# Of the pages: released shapes of one tensor of each kind, the number of
# entries where it is told, and of parameters (no buffers).
PUBLISHED = dict(
    ur_dmu=(
        {
            'embedding.conv_1.0.weight': (512, 1024, 3),
            'selfatt.layers.1.0.fn.to_qkv.weight': (2048, 512),
            'selfatt.layers.0.0.fn.to_out.0.weight': (512, 1024),
            'selfatt.layers.1.1.fn.net.3.weight': (512, 512),
            'Amemory.memory_block': (60, 512),
            'cls_head.mlp.0.weight': (128, 1024),
        },
        34,
        6_492_929,
    ),
    bn_wvad=(
        {
            'normal_head.conv1.weight': (32, 512, 1),
            'normal_head.bn2.running_var': (16,),
            'normal_head.conv3.weight': (1, 16, 1),
            'embedding.conv_1.0.weight': (512, 1024, 3),
            'selfatt.layers.0.1.norm.weight': (512,),
        },
        None,
        5_791_905,
    ),
    mgfn=(
        {
            'to_tokens.weight': (64, 2048, 3),
            'to_mag.weight': (64, 1, 3),
            'stages.0.0.layers.2.1.norm.g': (1, 64, 1),
            'stages.1.0.layers.0.1.rel_pos.weight': (2, 1, 5),
            'stages.2.0.layers.1.2.4.weight': (1024, 4096, 1),
            'stages.1.1.1.weight': (1024, 128, 1),
            'fc.weight': (1, 1024),
        },
        145,
        28_652_773,
    ),
    s3r=(
        {
            'video_embedding.0.conv_4.0.weight': (512, 2048, 1),
            'macro_embedding.0.non_local.alter.1.running_var': (512,),
            'en_normal.en_normal_module.value_embedding.weight': (2048, 2048),
            'de_normal.channel_attention.channel_gate.mlp.1.weight': (
                128,
                2048,
            ),
            'video_classifier.3.weight': (128, 512),
            'macro_projection.0.weight': (2048, 2048, 3),
            'video_projection.1.bias': (2048,),
        },
        88,
        81_436_802,
    ),
)


def released_state(method, model):
    """Numbers by a name's rule, under the released names."""
    names = map(METHODS[method].released_name, model.state_dict())
    shapes = [tensor.shape for tensor in model.state_dict().values()]
    state = {
        name: draw_parameter(name, shape)
        for name, shape in zip(names, shapes)
        if name is not None
    }
    channels = model.neck.in_channels
    for name, tensor in METHODS[method].unused(channels).items():
        state[name] = draw_parameter(name, tensor.shape)
    return state


@pytest.mark.parametrize('method', PUBLISHED)
def test_published_shapes_fit_the_configs(method):
    """Oracle: the pages' tables, their counts of entries and parameters. On
    torch's device without memory."""
    shapes, entries, numbers = PUBLISHED[method]
    file = ROOT / f'configs/_base_/models/{method}.py'
    config = Config.fromfile(file).model
    with torch.device('meta'):
        model = MODELS.build(config)
        state = dict(METHODS[method].unused(config.in_channels))
    for ours, tensor in model.state_dict().items():
        theirs = METHODS[method].released_name(ours)
        if theirs is not None:
            state[theirs] = tensor
    found = {name: tuple(state[name].shape) for name in shapes}
    assert found == shapes
    assert entries in (None, len(state))
    buffers = ('running_mean', 'running_var', 'num_batches_tracked')
    assert numbers == sum(
        tensor.numel()
        for name, tensor in state.items()
        if not name.endswith(buffers)
    )


@pytest.mark.parametrize('method', METHODS)
@torch.no_grad()
def test_round_trip_is_exact(tmp_path, method):
    """There and back: the same names and numbers, also what a release does
    not use; between them every number has arrived."""
    model = small_model(method)
    state = released_state(method, model)
    released, ours = tmp_path / 'released.pkl', tmp_path / 'ours.pth'
    torch.save({f'module.{name}': state[name] for name in state}, released)
    dictionary = back = None
    if method == 's3r':
        dictionary, back = tmp_path / 'rows.npy', tmp_path / 'back.npy'
        np.save(dictionary, np.random.default_rng(0).random((3, 16), 'f4'))
    convert_released(METHODS[method], released, ours, model, dictionary)
    again = tmp_path / 'again.pkl'
    restore_released(METHODS[method], ours, again, model, back)
    found = torch.load(again, weights_only=True)
    assert found.keys() == state.keys()
    assert all(found[name].equal(state[name]) for name in state)
    if back is not None:
        assert np.load(back).tobytes() == np.load(dictionary).tobytes()
    checkpoint = torch.load(ours, weights_only=True)['state_dict']
    model.load_state_dict(checkpoint)
    x = torch.rand(1, 2, 5, 16)
    assert torch.isfinite(model.head.predict(model.neck(x))['scores']).all()


@pytest.mark.parametrize('method', METHODS)
def test_strange_and_missing_names_are_told(method):
    """Each by its released name; nothing is guessed."""
    model = small_model(method)
    state = released_state(method, model)
    name = next(iter(state))

    def told(changed, message):
        with pytest.raises(ValueError, match=message):
            convert_state(METHODS[method], changed, model, 'a.pkl')

    told({**state, 'ema.x': state[name]}, r'names such as .*, found ema\.x$')
    told({**state, 'epoch': 3}, 'found epoch$')
    told({**state, f'module.{name}': state[name]}, 'each parameter once')
    without = {key: state[key] for key in state if key != name}
    told(without, f'^a.pkl: .* released .*, found none of {name}$')
    other = {**state, name: torch.zeros(3, 3, 3, 3)}
    told(other, rf'^a.pkl: {name}: .*found a tensor of shape \(3, 3, 3, 3\)$')
    told({**state, name: 'x'}, f'^a.pkl: {name}: .*found a str$')


def test_a_config_of_another_method_is_told():
    """The model has what no such release has."""
    model = small_model('ur_dmu')
    with pytest.raises(
        ValueError,
        match=r'^a\.pkl: expected a config of BN-WVAD as it was released, '
        r'such as bn_wvad_i3d_xd, found .* model has head\.abnormal_memory',
    ):
        convert_state(METHODS['bn_wvad'], {}, model, 'a.pkl')


def test_a_trained_detector_goes_to_the_authors_program(tmp_path):
    """Without what their program does not use, zeros take its place."""
    model = small_model('s3r')
    model.neck.set_dictionary(torch.rand(3, 16))
    torch.save(dict(state_dict=model.state_dict()), tmp_path / 'ours.pth')
    state = restore_released(
        METHODS['s3r'], tmp_path / 'ours.pth', tmp_path / 'theirs.pkl', model
    )
    assert len(state) == 88
    assert state['video_projection.0.weight'].shape == (16, 16, 3)
    assert not state['video_projection.0.weight'].any()
    convert_state(METHODS['s3r'], state, model, 'theirs.pkl')


@pytest.mark.parametrize(
    'method, dictionary, message',
    [
        ('s3r', None, 'expected S3R.s dictionary, .* as --dictionary'),
        ('s3r', (2, 16), r'rows\.npy: .* \(3, 16\), found .* \(2, 16\)'),
        ('mgfn', (3, 16), '--dictionary: expected none, since MGFN has no'),
    ],
)
def test_dictionaries_are_where_they_belong(
    tmp_path, method, dictionary, message
):
    """A sentence, and nothing is written."""
    model = small_model(method)
    path = tmp_path / 'rows.npy'
    np.save(path, np.ones(dictionary or (1, 1), np.float32))
    torch.save(released_state(method, model), tmp_path / 'a.pkl')
    with pytest.raises(ValueError, match=message):
        convert_released(
            METHODS[method],
            tmp_path / 'a.pkl',
            tmp_path / 'out.pth',
            model,
            dictionary and path,
        )
    assert not (tmp_path / 'out.pth').exists()
