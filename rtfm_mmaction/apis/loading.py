"""From a config and a checkpoint to a detector that scores.

Shapes: C channels of the features.
"""

from typing import Any, Dict, Mapping, Optional, Tuple, Union

import torch
from mmaction.registry import MODELS
from mmengine.config import Config
from mmengine.registry import init_default_scope

from ..engine.detector_record import (
    DetectorRecord,
    read_record,
    refuse_unknown_types,
)
from ..io.checkpoints import load_checkpoint_safely
from ..models import AnomalyDetector
from .config_names import read_config
from .detector_folder import is_detector_folder, read_detector_folder
from .running import load_config

# Of tensors, by name.
Shapes = Dict[str, Tuple[int, ...]]


def load_detector(
    config: Union[str, Config, None],
    checkpoint: str,
    device: str = 'cpu',
    cfg_options: Optional[dict] = None,
) -> AnomalyDetector:
    """Build a detector, all of its weights out of a checkpoint.

    Args:
        config (str or Config, optional): A training config, by path, shipped
            name or itself; None for what the checkpoint says of its detector,
            see :mod:`rtfm_mmaction.engine.detector_record`.
        checkpoint (str): A file of ``tools/train.py`` or a converter, an
            address that mmengine can fetch, or a folder of ``rtfm fit``.
        device (str): Where it runs. Defaults to 'cpu'.
        cfg_options (dict, optional): Keys of the config to override.

    Returns:
        AnomalyDetector: In evaluation mode; ``trained_on`` is what its
        checkpoint says of the features.

    Raises:
        FileNotFoundError: If one of the files is missing.
        ValueError: If the checkpoint is none of this model, or says nothing
            of its model where that is asked for, or there is no such device.
    """
    if device.startswith('cuda') and not torch.cuda.is_available():
        raise ValueError(
            "device: expected 'cpu', as this machine or its torch"
            f' has no GPU, found {device!r}'
        )
    of_file = config is None
    read = None if config is None else _read(config, cfg_options)
    if is_detector_folder(checkpoint):
        folder = read_detector_folder(checkpoint)
        record = folder.record
        content = load_checkpoint_safely(folder.weights, map_location='cpu')
    else:
        content = load_checkpoint_safely(checkpoint, map_location='cpu')
        record = read_record(content, checkpoint)
    if read is None:
        read = _read(_config_of(record, checkpoint), cfg_options)
    init_default_scope(read.get('default_scope', 'mmaction'))
    state = (
        content.get('state_dict', content)
        if isinstance(content, dict)
        else content
    )
    if not isinstance(state, dict) or not all(
        isinstance(name, str) for name in state
    ):
        raise ValueError(
            f'{checkpoint}: expected weights by name, found a '
            f'{type(state).__name__}'
            + (' of other keys' if isinstance(state, dict) else '')
        )
    model = read.model.to_dict()
    try:
        if model.get('in_channels', 0) is None:
            model['in_channels'] = find_channels(model, state, checkpoint)
        if of_file:
            _refuse_other_sizes(model, state, checkpoint)
        detector = MODELS.build(model)
    except (KeyError, TypeError) as error:
        raise ValueError(
            f'{read.filename}: expected a model that can be '
            f'built, found {error}'
        ) from error
    try:
        detector.load_state_dict(state)
    except RuntimeError as error:
        reason = ' '.join(str(error).split())
        raise ValueError(
            f'{checkpoint}: expected the weights of '
            f'{read.filename}, found others: {reason:.300}'
        ) from error
    detector.trained_on = record.features
    return detector.to(device).eval()


def _read(config: Union[str, Config], cfg_options: Optional[dict]) -> Config:
    """A config of a detector, with its keys looked at."""
    if not isinstance(config, Config):
        config = read_config(config, 'model')
    return load_config(config, cfg_options, fill_channels=False)


def _config_of(record: DetectorRecord, checkpoint: str) -> Config:
    """The config that a checkpoint has of its detector; data, never run."""
    if record.model is None:
        raise ValueError(
            f'{checkpoint}: expected a checkpoint that says which detector it '
            'is of, as rtfm train writes them since version 0.2, found one '
            'that does not; give the config of its training (--config)'
        )
    refuse_unknown_types(record.model, f'{checkpoint}: meta.detector.model')
    # With a text, or mmengine would read the file for one.
    return Config(
        dict(model=record.model), cfg_text='# meta', filename=str(checkpoint)
    )


def _refuse_other_sizes(
    model: Dict[str, Any], state: Mapping[str, Any], checkpoint: str
) -> None:
    """Refuse a config of other sizes than its weights, before it is built."""
    wanted = _shapes(state)
    try:
        fits = _matches(model, model['in_channels'], wanted) == len(wanted)
    except (ValueError, RuntimeError, ArithmeticError):
        fits = False  # sizes that cannot be
    if not fits:
        raise ValueError(
            f'{checkpoint}: expected weights of the detector that its '
            'meta.detector.model describes, found others'
        )


def find_channels(
    model: Dict[str, Any], state: Mapping[str, Any], checkpoint: str
) -> int:
    """Find the C with which a model has the shapes of a checkpoint.

    Layers are asked for nothing: the model is built for each number that is a
    size of some tensor, C being one of them, without memory for its weights.

    Args:
        model (dict): Config of a detector without ``in_channels``.
        state (Mapping): Weights by name.
        checkpoint (str): Where they are from, for messages.

    Returns:
        int: C; where there is none that fits, the one that comes nearest, so
        that loading the weights tells what is wrong.

    Raises:
        ValueError: If several would do, or there are no weights.
    """
    wanted = _shapes(state)
    matches: Dict[int, int] = {}
    reason = 'no weights'
    # Channels are never without any.
    for size in {size for shape in wanted.values() for size in shape} - {0}:
        try:
            matches[size] = _matches(model, size, wanted)
        except (ValueError, RuntimeError, ArithmeticError) as error:
            # One that the model does not take, such as an odd C.
            reason = ' '.join(str(error).split())
    whole = [size for size, match in matches.items() if match == len(wanted)]
    if not matches or len(whole) > 1:
        raise ValueError(
            f'{checkpoint}: expected weights that tell C of the features, '
            f'found {sorted(whole) or reason}; say it by --cfg-options '
            'model.in_channels=C'
        )
    return max(matches, key=lambda size: (matches[size], size))


def _matches(model: Dict[str, Any], channels: int, wanted: Shapes) -> int:
    """Count the tensors that a model has as wanted, less those it has not."""
    with torch.device('meta'):
        built = MODELS.build({**model, 'in_channels': channels})
    shapes = _shapes(built.state_dict())
    common = sum(wanted.get(name) == shape for name, shape in shapes.items())
    return common - len(shapes.keys() ^ wanted.keys())


def _shapes(state: Mapping[str, Any]) -> Shapes:
    """Name -> shape of the tensors among weights."""
    return {
        name: tuple(value.shape)
        for name, value in state.items()
        if isinstance(value, torch.Tensor)
    }
