"""Weights and inputs that the oracles of other methods' programs are drawn by.

``../shared/peers/NAME_oracle.npz`` holds what the authors' programs give for
weights and inputs that follow from names alone; so do the small tables of
expected numbers in tests.
"""

import zlib

import numpy as np
import torch
from mmaction.registry import MODELS
from mmengine.config import Config

from rtfm_mmaction.models.released_names.methods import METHODS
from tests.support.helpers import ROOT, SHARED


def oracle(method):
    """What the authors' program gives, by the names of the method's page."""
    return np.load(SHARED / f'peers/{method}_oracle.npz')


def draw(name, shape):
    """Standard normal numbers (float64) that follow from a name."""
    seed = zlib.crc32(name.encode())
    return np.random.RandomState(seed).standard_normal(tuple(shape))


def draw_parameter(name, shape):
    """A parameter or buffer of a released state dict, float32."""
    z = draw(name, shape)
    if name.endswith('.num_batches_tracked'):
        z = np.zeros(shape, np.int64)
        return torch.from_numpy(z)
    if name.endswith('.running_var'):
        z = np.abs(z) + 0.5
    elif name.endswith('.weight') and len(shape) > 1:
        z = z / np.sqrt(np.prod(shape[1:]))
    elif not name.endswith(('.weight', '.g')):
        z = 0.2 * z
    return torch.from_numpy(np.asarray(z, np.float32))


def drawn_model(method, *dropouts, rule=draw_parameter):
    """Build a method's detector with the oracle's weights.

    Args:
        method (str): Such as 'mgfn', of ``configs/_base_/models``.
        *dropouts (str): Keys of the model's config that become 0.
        rule (Callable): Released name and shape -> numbers. Defaults to
            :func:`draw_parameter`.

    Returns:
        AnomalyDetector: In training mode. What has no released name is left
        as it starts.
    """
    config = Config.fromfile(ROOT / f'configs/_base_/models/{method}.py')
    config.merge_from_dict({f'model.{key}': 0.0 for key in dropouts})
    model = MODELS.build(dict(config.model, _scope_='mmaction'))
    for name, tensor in model.state_dict().items():
        theirs = METHODS[method].released_name(name)
        if theirs is not None:
            tensor.copy_(rule(theirs, tensor.shape))
    return model


def draw_features(name, shape):
    """Features (B, N, T, C) of a case such as ``mgfn/eval_a``, float32."""
    z = np.abs(draw(name, shape)) * 0.5
    z = z * np.exp(draw(f'{name}/scale', (*shape[:-1], 1)))
    return torch.from_numpy(z.astype(np.float32))


def expected(method, table):
    """The oracle, or a test's table of its numbers where it is not there.

    Args:
        method (str): Such as 'mgfn'.
        table (dict): Key of the oracle -> numbers of it, rounded to eight
            digits.

    Returns:
        Mapping: Key -> numbers.
    """
    if not (SHARED / f'peers/{method}_oracle.npz').exists():
        return table
    found = oracle(method)
    for key, numbers in table.items():
        assert np.allclose(found[key], numbers, rtol=0, atol=1e-8), key
    return found


def draw_embedded_parameter(name, shape):
    """A parameter or buffer by the rule of UR-DMU and BN-WVAD, float32."""
    z = draw(name, shape)
    if name.endswith('.num_batches_tracked'):
        return torch.from_numpy(np.zeros(shape, np.int64))
    if name.endswith('.running_var'):
        z = np.abs(z) + 0.5
    elif name.endswith('.memory_block'):
        z = 0.25 * z
    elif len(shape) > 1:
        z = z / np.sqrt(np.prod(shape[1:]))
    else:
        z = 0.1 * z + name.endswith('.weight')
    return torch.from_numpy(np.asarray(z, np.float32))


def draw_halves(name, shape):
    """Features (B, N, T, C) of UR-DMU's and BN-WVAD's cases, and labels.

    The first half of the videos is normal. A shape without N has one crop.
    """
    scales = np.resize([1.4, 0.8, 1.0, 1.6], shape[0])
    x = np.abs(draw(name, shape)) * scales.reshape(-1, *[1] * (len(shape) - 1))
    x = torch.from_numpy(x.astype(np.float32))
    labels = torch.arange(len(x)) >= len(x) // 2
    return x if x.ndim == 4 else x[:, None], labels.long()
