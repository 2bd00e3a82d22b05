"""One trained model of many, and how they become one detector.

Shapes: H models, C channels.
"""

from typing import Any, Dict, List, NamedTuple, Optional, Sequence

import torch
from mmaction.registry import MODELS
from torch import Tensor

from ...models import AnomalyDetector

State = Dict[str, Tensor]


class Branch(NamedTuple):
    """A neck and the standardisation before it.

    Attributes:
        name (str): Models of one name share it.
        neck (dict): Its config.
        state (dict[str, Tensor]): Its weights.
        mean (Tensor): (C,), subtracted from features.
        std (Tensor): (C,) > 0, divided by after that.
        width (int, optional): Channels of its output. Defaults to None: C.
    """

    name: str
    neck: dict
    state: State
    mean: Tensor
    std: Tensor
    width: Optional[int] = None


class Member(NamedTuple):
    """One model.

    Attributes:
        branch (Branch): What comes before the head.
        head (dict): Its config.
        state (dict[str, Tensor]): Its weights.
    """

    branch: Branch
    head: dict
    state: State


class Scaled(NamedTuple):
    """A model with what puts its logits on the scale of others.

    Attributes:
        member (Member): The model.
        center (float): Median of its logits of normal snippets that it did
            not learn from.
        spread (float): Their deviation, > 0.
        weight (float): Its share of the mean.
    """

    member: Member
    center: float = 0.0
    spread: float = 1.0
    weight: float = 1.0


class Assembled(NamedTuple):
    """A detector and what it can be built by.

    Attributes:
        detector (AnomalyDetector): In evaluation mode.
        config (dict): Of plain values.
    """

    detector: AnomalyDetector
    config: Dict[str, Any]


def assemble(
    parts: Sequence[Scaled],
    in_channels: int,
    crop_mode: str,
    offset: float = 0.0,
) -> Assembled:
    """Make one detector of several models: the mean of their logits.

    Args:
        parts (Sequence[Scaled]): H models, at least one.
        in_channels (int): C.
        crop_mode (str): 'average' or 'instance', of all heads.
        offset (float): Subtracted from the mean, so that it scores 0.5.
            Defaults to 0.

    Returns:
        Assembled: The detector and its config.
    """
    branches: Dict[str, Branch] = {}
    for part in parts:
        branches.setdefault(part.member.branch.name, part.member.branch)
    order = list(branches)
    config = detector_config(
        [branch.neck for branch in branches.values()],
        [
            dict(part.member.head, branch=order.index(part.member.branch.name))
            for part in parts
        ],
        in_channels,
        crop_mode,
        [branch.width or in_channels for branch in branches.values()],
    )
    detector = MODELS.build(config)
    neck, head = detector.neck, detector.head
    for row, branch in enumerate(branches.values()):
        neck.necks[row].load_state_dict(branch.state)
        neck.mean[row], neck.std[row] = branch.mean, branch.std
    for row, part in enumerate(parts):
        head.heads[row].load_state_dict(part.member.state)
        head.center[row], head.spread[row] = part.center, part.spread
        head.weight[row] = part.weight
    head.offset.fill_(offset)
    return Assembled(detector.eval(), config)


def detector_config(
    necks: List[dict],
    heads: List[dict],
    in_channels: int,
    crop_mode: str,
    widths: Sequence[int] = (),
) -> dict:
    """Write the config of a detector that is the mean of several models.

    Args:
        necks (list[dict]): Configs of necks.
        heads (list[dict]): Configs of heads, each with its ``branch``.
        in_channels (int): C.
        crop_mode (str): 'average' or 'instance'.
        widths (Sequence[int]): Channels of the necks' outputs. Defaults to C
            of all.

    Returns:
        dict: Of plain values.

    Examples:
        >>> detector_config([dict(type='IdentityNeck')],
        ...     [dict(type='LinearSVMHead', branch=0)], 4, 'average')['type']
        'AnomalyDetector'
    """
    head: Dict[str, Any] = dict(
        type='ParallelHead', heads=heads, crop_mode=crop_mode
    )
    if set(widths) - {in_channels}:
        head['widths'] = list(widths)
    return dict(
        type='AnomalyDetector',
        in_channels=in_channels,
        neck=dict(type='ParallelNeck', necks=necks),
        head=head,
    )


def member_of_detector(
    detector: AnomalyDetector, config: dict, name: str
) -> Member:
    """Take a trained detector apart.

    Args:
        detector (AnomalyDetector): On features.
        config (dict): Its own, with ``neck`` and ``head``.
        name (str): Of its branch, which no other detector has.

    Returns:
        Member: With weights on the CPU.
    """
    preprocessor = detector.data_preprocessor
    mean = torch.zeros(detector.in_channels)
    std = torch.ones(detector.in_channels)
    if preprocessor.standardize:
        mean, std = preprocessor.feature_mean, preprocessor.feature_std
    state = _on_cpu(detector.neck.state_dict())
    # A file that its training read; what was in it is in the state.
    neck = {key: v for key, v in config['neck'].items() if key != 'dictionary'}
    return Member(
        Branch(name, neck, state, mean.cpu(), std.cpu(), _width(detector)),
        config['head'],
        _on_cpu(detector.head.state_dict()),
    )


@torch.no_grad()
def _width(detector: AnomalyDetector) -> int:
    """D, as one snippet shows it."""
    x = torch.zeros(1, 1, 1, detector.in_channels)
    device = detector.data_preprocessor.device
    return detector.eval().neck(x.to(device)).shape[-1]


def _on_cpu(state: State) -> State:
    return {key: value.detach().cpu() for key, value in state.items()}
