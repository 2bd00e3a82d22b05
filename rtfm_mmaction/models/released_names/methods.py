"""The methods whose released checkpoints can be read and written."""

from typing import Callable, Dict, NamedTuple, Optional, Tuple

import torch
from torch import Tensor

from . import bn_wvad, mgfn, rtfm, s3r, ur_dmu
from .renaming import Rules, rename

State = Dict[str, Tensor]


class ReleasedMethod(NamedTuple):
    """A method's released state dict.

    Attributes:
        title (str): For people.
        config (str): A config that released checkpoints fit, for errors.
        rules (Sequence[tuple[str, str]]): From our modules to theirs, see
            :func:`~rtfm_mmaction.models.released_names.renaming.rename`.
        unused (Callable): Number of channels C -> what their model has beside
            that, zeros of its shapes. It takes part in nothing. By default
            nothing.
        dictionary (str, optional): Our name of what they keep in a file of
            its own, an array (S, C). Defaults to None.
    """

    title: str
    config: str
    rules: Rules
    unused: Callable[[int], State] = lambda channels: {}
    dictionary: Optional[str] = None

    def released_name(self, ours: str) -> Optional[str]:
        """Tell how the authors' program names a parameter or buffer of ours.

        Args:
            ours (str): Name in the state dict of our detector.

        Returns:
            str or None: Name in the released state dict; None where that has
            none.

        Examples:
            >>> METHODS['rtfm'].released_name('neck.parts.1.project.1.bias')
            'Aggregate.non_local.W.1.bias'
            >>> METHODS['ur_dmu'].released_name('neck.layers.1.attention.out')
            'selfatt.layers.1.0.fn.to_out.0'
            >>> METHODS['bn_wvad'].released_name('head.norms.1.running_mean')
            'normal_head.bn2.running_mean'
            >>> METHODS['mgfn'].released_name(
            ...     'neck.stages.1.0.attend.norm.0.running_mean'
            ... )
            'stages.1.0.layers.0.1.norm.running_mean'
            >>> METHODS['s3r'].released_name(
            ...     'neck.rebuilt.attention.project.1.running_var'
            ... )
            'macro_embedding.0.non_local.alter.1.running_var'
            >>> METHODS['s3r'].released_name('neck.dictionary') is None
            True
            >>> METHODS['ur_dmu'].released_name(
            ...     'data_preprocessor.feature_mean'
            ... ) is None
            True
        """
        return rename(ours, self.rules)


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
    rtfm=ReleasedMethod('RTFM', 'rtfm_i3d_ucf', rtfm.RULES),
    ur_dmu=ReleasedMethod('UR-DMU', 'ur_dmu_i3d_ucf', ur_dmu.RULES),
    bn_wvad=ReleasedMethod('BN-WVAD', 'bn_wvad_i3d_xd', bn_wvad.RULES),
    mgfn=ReleasedMethod('MGFN', 'mgfn_i3d_ucf', mgfn.RULES),
    s3r=ReleasedMethod(
        'S3R',
        's3r_i3d_ucf',
        s3r.RULES,
        unused=_projections,
        dictionary='neck.dictionary',
    ),
)
