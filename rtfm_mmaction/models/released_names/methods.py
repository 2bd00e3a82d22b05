"""The methods whose released checkpoints can be read and written."""

from typing import Callable, Dict, NamedTuple, Optional, Tuple

import torch
from torch import Tensor

from . import bn_wvad, mgfn, rtfm, s3r, ur_dmu

State = Dict[str, Tensor]


class ReleasedMethod(NamedTuple):
    """A method's released state dict.

    Attributes:
        title (str): For people.
        config (str): A config that released checkpoints fit, for errors.
        released_name (Callable): Our name -> theirs, or None.
        unused (Callable): Number of channels C -> what their model has beside
            that, zeros of its shapes. It takes part in nothing. By default
            nothing.
        dictionary (str, optional): Our name of what they keep in a file of
            its own, an array (S, C). Defaults to None.
    """

    title: str
    config: str
    released_name: Callable[[str], Optional[str]]
    unused: Callable[[int], State] = lambda channels: {}
    dictionary: Optional[str] = None


def _projections(channels: int) -> State:
    """Modules of S3R that nothing comes out of: a convolution of three taps
    and a group norm each.
    """
    shapes: Dict[str, Tuple[int, ...]] = {
        '0.weight': (channels, channels, 3),
        '0.bias': (channels,),
        '1.weight': (channels,),
        '1.bias': (channels,),
    }
    return {
        f'{module}.{name}': torch.zeros(shape)
        for module in s3r.UNUSED
        for name, shape in shapes.items()
    }


METHODS: Dict[str, ReleasedMethod] = dict(
    rtfm=ReleasedMethod('RTFM', 'rtfm_i3d_ucf', rtfm.released_name),
    ur_dmu=ReleasedMethod('UR-DMU', 'ur_dmu_i3d_ucf', ur_dmu.released_name),
    bn_wvad=ReleasedMethod('BN-WVAD', 'bn_wvad_i3d_xd', bn_wvad.released_name),
    mgfn=ReleasedMethod('MGFN', 'mgfn_i3d_ucf', mgfn.released_name),
    s3r=ReleasedMethod(
        'S3R',
        's3r_i3d_ucf',
        s3r.released_name,
        unused=_projections,
        dictionary='neck.dictionary',
    ),
)
