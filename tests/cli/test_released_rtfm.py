"""Released RTFM checkpoints, against the released form written out."""

import os
import pickle
import runpy

import pytest
import torch
import torch.nn.functional as F
from mmaction.registry import MODELS
from mmengine.config import Config

from rtfm_mmaction.io.checkpoints import load_checkpoint_safely
from tests.support.helpers import ROOT
from tests.support.small_data import make_data, small_config

C = 32


def released_state(channels=C, seed=0):
    """Random values under the names of the release, with its shapes."""
    generator = torch.Generator().manual_seed(seed)

    def rand(*shape):
        return torch.randn(*shape, generator=generator) / shape[-1] ** 0.5

    quarter, eighth = channels // 4, channels // 8
    state = {}

    def norm(name, width):
        for key in ('weight', 'bias', 'running_mean'):
            state[f'{name}.{key}'] = rand(width)
        state[f'{name}.running_var'] = rand(width).square() + 0.5
        state[f'{name}.num_batches_tracked'] = torch.tensor(7)

    for branch in (1, 2, 3):
        state[f'Aggregate.conv_{branch}.0.weight'] = rand(quarter, channels, 3)
        state[f'Aggregate.conv_{branch}.0.bias'] = rand(quarter)
        norm(f'Aggregate.conv_{branch}.2', quarter)
    state['Aggregate.conv_4.0.weight'] = rand(quarter, channels, 1)
    for part in ('g', 'theta', 'phi'):
        state[f'Aggregate.non_local.{part}.weight'] = rand(eighth, quarter, 1)
        state[f'Aggregate.non_local.{part}.bias'] = rand(eighth)
    state['Aggregate.non_local.W.0.weight'] = rand(quarter, eighth, 1)
    state['Aggregate.non_local.W.0.bias'] = rand(quarter)
    norm('Aggregate.non_local.W.1', quarter)
    state['Aggregate.conv_5.0.weight'] = rand(channels, channels, 3)
    norm('Aggregate.conv_5.2', channels)
    for layer, (rows, columns) in enumerate(
        ((512, channels), (128, 512), (1, 128)), 1
    ):
        state[f'fc{layer}.weight'] = rand(rows, columns)
        state[f'fc{layer}.bias'] = rand(rows)
    return state


def released_forward(state, features):
    """The released form in test mode, step by step as rtfm.md tells it.

    Args:
        state (dict): Name of the release -> tensor.
        features (Tensor): One video, (N, T, C).

    Returns:
        tuple[Tensor, Tensor]: Scores and magnitudes, (T,) each.
    """

    def conv(x, name, **kwargs):
        return F.conv1d(
            x, state[f'{name}.weight'], state.get(f'{name}.bias'), **kwargs
        )

    def norm(x, name):
        return F.batch_norm(
            x,
            state[f'{name}.running_mean'],
            state[f'{name}.running_var'],
            state[f'{name}.weight'],
            state[f'{name}.bias'],
        )

    # 1. Each crop is a sequence of its own, channels before time.
    x = features.permute(0, 2, 1)
    # 2. Three branches: convolution, ReLU, batch normalisation.
    parts = [
        norm(
            F.relu(
                conv(
                    x,
                    f'Aggregate.conv_{branch}.0',
                    dilation=dilation,
                    padding=dilation,
                )
            ),
            f'Aggregate.conv_{branch}.2',
        )
        for branch, dilation in ((1, 1), (2, 2), (3, 4))
    ]
    # 3. Reduce, then a non-local block of dot products divided by T.
    reduced = F.relu(conv(x, 'Aggregate.conv_4.0'))
    theta, phi, g = (
        conv(reduced, f'Aggregate.non_local.{part}')
        for part in ('theta', 'phi', 'g')
    )
    attention = theta.transpose(1, 2) @ phi / x.shape[2]
    y = (attention @ g.transpose(1, 2)).transpose(1, 2)
    y = norm(conv(y, 'Aggregate.non_local.W.0'), 'Aggregate.non_local.W.1')
    # 4. Concatenate, fuse with three taps, add the features.
    fused = conv(
        torch.cat([*parts, y + reduced], dim=1),
        'Aggregate.conv_5.0',
        padding=1,
    )
    x = (norm(F.relu(fused), 'Aggregate.conv_5.2') + x).permute(0, 2, 1)
    # 5. Classifier; scores and norms are averaged over crops.
    hidden = F.relu(F.linear(x, state['fc1.weight'], state['fc1.bias']))
    hidden = F.relu(F.linear(hidden, state['fc2.weight'], state['fc2.bias']))
    scores = torch.sigmoid(
        F.linear(hidden, state['fc3.weight'], state['fc3.bias'])
    )
    return scores[..., 0].mean(0), x.norm(dim=2).mean(0)


def write_config(root, **options):
    path = root / 'config.py'
    small_config(root, model__in_channels=C, **options).dump(path)
    return path


def convert(root, state, name='released.pkl', **options):
    """Save, convert through the tool; returns config and checkpoint."""
    torch.save(state, root / name)
    config, out = write_config(root, **options), root / 'out.pth'
    main = runpy.run_path(str(ROOT / 'tools/convert/released.py'))['main']
    main(['rtfm', str(root / name), str(out), '--config', str(config)])
    return config, out


@pytest.fixture(scope='module')
def model(tmp_path_factory):
    """A detector with a converted checkpoint, and the released state."""
    state = released_state()
    config, out = convert(tmp_path_factory.mktemp('released'), state)
    model = MODELS.build(Config.fromfile(config).model).eval()
    model.load_state_dict(load_checkpoint_safely(out)['state_dict'])
    return model, state


@pytest.mark.parametrize(
    'crops, length',
    [
        (10, 1),
        (1, 2),
        (5, 3),
        (1, 7),
        (5, 31),
        (10, 32),
        (1, 33),
        (5, 100),
        (10, 200),
    ],
)
def test_scores_and_magnitudes_are_those_of_the_release(model, crops, length):
    """Oracle: :func:`released_forward`, to 1e-5. T below K and the reach, and
    on both sides of D, where attention is computed in another order; crops
    are sequences of their own, so that any number goes with any T."""
    detector, state = model
    features = torch.rand(crops, length, C)
    with torch.no_grad():
        found = detector.head.predict(detector.neck(features[None]))
        scores, magnitudes = released_forward(state, features)
    assert torch.allclose(found['scores'][0], scores, atol=1e-5)
    assert torch.allclose(
        found['magnitudes'][0], magnitudes, atol=1e-5, rtol=1e-5
    )
    assert length < 3 or scores.std() > 1e-3


def test_converted_checkpoint_is_tested(tmp_path):
    """tools/test.py gives the figures of the scores of the release."""
    make_data(tmp_path, channels=C)
    state = {f'module.{k}': v for k, v in released_state().items()}
    config, out = convert(tmp_path, dict(state_dict=state))
    main = runpy.run_path(str(ROOT / 'tools/test.py'))['main']
    figures = main([str(config), str(out), '--work-dir', str(tmp_path)])
    assert 0 <= figures['anomaly/AUC'] <= 1


def test_old_files_without_counts_of_batches(tmp_path):
    """The counts are filled up; all else is as it was."""
    state = released_state()
    without = {k: v for k, v in state.items() if 'num_batches' not in k}
    full = load_checkpoint_safely(convert(tmp_path, state)[1])['state_dict']
    found = load_checkpoint_safely(convert(tmp_path, without)[1])['state_dict']
    assert found.keys() == full.keys()
    assert all(
        found[key].equal(full[key]) or key.endswith('tracked') for key in full
    )


class Unpickled:
    """Notes when it is unpickled, as an attacker's class could do worse."""

    def __reduce__(self):
        return (os.mkdir, ('unpickled',))


@pytest.mark.parametrize(
    'change, message',
    [
        (
            lambda s: s.pop('fc2.bias'),
            'released RTFM, found none of fc2.bias',
        ),
        (
            lambda s: s.update({'fc1.weight': torch.zeros(512, 64)}),
            r'fc1\.weight: .*\(512, 32\).* found a tensor of shape \(512, 64\)',
        ),
        (
            lambda s: s.update({'layer1.0.conv1.weight': torch.zeros(1)}),
            r'names such as Aggregate\.conv_1.*layer1\.0\.conv1\.weight',
        ),
        (lambda s: s.update(epoch=3), 'names such as .*found epoch'),
    ],
)
def test_other_state_dicts_are_told(tmp_path, change, message):
    """The name of the release, what was found, what was expected."""
    state = released_state()
    change(state)
    with pytest.raises(SystemExit, match=rf'released\.pkl: .*{message}'):
        convert(tmp_path, state)
    assert not (tmp_path / 'out.pth').exists()


def test_the_papers_form_has_no_place_for_the_fusion(tmp_path):
    """The released network has a convolution that the paper's has not."""
    with pytest.raises(
        SystemExit,
        match=r'found Aggregate\.conv_5\.0\.weight, .* and 2 more',
    ):
        convert(tmp_path, released_state(), model__neck__with_fusion=False)


def test_nothing_of_the_file_is_run(tmp_path, monkeypatch):
    """A pickle that would make a folder, plain and in torch's archive."""
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit, match='cannot be read safely'):
        convert(tmp_path, {'fc1.weight': Unpickled()})
    (tmp_path / 'plain.pkl').write_bytes(pickle.dumps(Unpickled()))
    main = runpy.run_path(str(ROOT / 'tools/convert/released.py'))['main']
    with pytest.raises(SystemExit, match='cannot be read safely'):
        main(
            [
                *('rtfm', 'plain.pkl', 'out.pth'),
                *('--config', str(write_config(tmp_path))),
            ]
        )
    assert not (tmp_path / 'unpickled').exists()
    assert not (tmp_path / 'out.pth').exists()
