"""From a config and a checkpoint to a detector that scores."""

from typing import Optional, Union

import torch
from mmaction.registry import MODELS
from mmengine.config import Config
from mmengine.registry import init_default_scope

from ..io.checkpoints import load_checkpoint_safely
from ..models import AnomalyDetector
from .config_names import read_config
from .running import load_config

# Its columns are the features' channels.
FIRST_LAYER = 'head.classifier.0.weight'


def load_detector(
    config: Union[str, Config],
    checkpoint: str,
    device: str = 'cpu',
    cfg_options: Optional[dict] = None,
) -> AnomalyDetector:
    """Build a detector, all of its weights out of a checkpoint.

    Args:
        config (str or Config): A training config, by path, shipped name or
            itself.
        checkpoint (str): A file of ``tools/train.py`` or a converter, or an
            address that mmengine can fetch.
        device (str): Where it runs. Defaults to 'cpu'.
        cfg_options (dict, optional): Keys of the config to override.

    Returns:
        AnomalyDetector: In evaluation mode.

    Raises:
        FileNotFoundError: If one of the files is missing.
        ValueError: If the checkpoint is none of this model, or there is no
            such device.
    """
    if device.startswith('cuda') and not torch.cuda.is_available():
        raise ValueError(
            "device: expected 'cpu', as this machine or its torch"
            f' has no GPU, found {device!r}'
        )
    if not isinstance(config, Config):
        config = read_config(config, 'model')
    try:
        config = load_config(config, cfg_options, fill_channels=False)
    except KeyError as error:  # of a misspelt key
        raise ValueError(error.args[0]) from error
    init_default_scope(config.get('default_scope', 'mmaction'))
    content = load_checkpoint_safely(checkpoint, map_location='cpu')
    state = (
        content.get('state_dict', content)
        if isinstance(content, dict)
        else content
    )
    if not isinstance(state, dict):
        raise ValueError(
            f'{checkpoint}: expected weights by name, found a '
            f'{type(state).__name__}'
        )
    model = config.model.to_dict()
    if model.get('in_channels', 0) is None and FIRST_LAYER in state:
        model['in_channels'] = state[FIRST_LAYER].shape[1]
    try:
        detector = MODELS.build(model)
    except (KeyError, TypeError) as error:
        raise ValueError(
            f'{config.filename}: expected a model that can be '
            f'built, found {error}'
        ) from error
    try:
        detector.load_state_dict(state)
    except RuntimeError as error:
        reason = ' '.join(str(error).split())
        raise ValueError(
            f'{checkpoint}: expected the weights of '
            f'{config.filename}, found others: {reason:.300}'
        ) from error
    return detector.to(device).eval()
