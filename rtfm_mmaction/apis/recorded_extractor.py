"""The extractor that a detector's features were made with.

A checkpoint says with which settings its features were made. That is data of
whoever made the file: backbones are built by registered names alone, and
weights are looked for among the shipped configs and on this machine.
"""

import os
from pathlib import Path
from typing import Any, Dict, NamedTuple

from ..datasets.feature_record import FeatureRecord, differences
from ..engine.detector_record import refuse_unknown_types
from ..extraction.clip_extractor import ARGUMENTS, plain
from .config_names import read_config, shipped_names

RANDOM = 'random weights'


class RecordedExtractor(NamedTuple):
    """What builds an extractor.

    Attributes:
        name (str): For messages.
        config (dict): For ``build_extractor``.
        random (bool): Whether its weights are random ones.
    """

    name: str
    config: Dict[str, Any]
    random: bool


def recorded_extractor(
    trained_on: FeatureRecord, checkpoint: str
) -> RecordedExtractor:
    """Find the extractor that features were made with.

    Args:
        trained_on (FeatureRecord): Of a checkpoint.
        checkpoint (str): Its name, for messages.

    Returns:
        RecordedExtractor: Of a shipped config with the same settings, the one
        with weights of the same name if there is such; else of the settings
        themselves, where the weights' file is on this machine.

    Raises:
        ValueError: If it cannot be found; says what is known of it.
    """
    if trained_on.settings is None:
        raise ValueError(
            f'{checkpoint}: expected the extractor of its features, which it '
            'does not say, as the features had no side-cars of rtfm extract; '
            'name it (--extractor)'
        )
    settings: Dict[str, Any] = trained_on.settings
    weights = trained_on.weights or {}
    file = str(weights.get('file', ''))
    random = file.startswith(RANDOM)
    if weights.get('kept'):
        kept = dict(weights, checkpoint=weights['kept'])
        return RecordedExtractor(
            f'the extractor of {checkpoint}',
            _config_of(settings, kept, checkpoint),
            False,
        )
    same: Dict[str, Dict[str, Any]] = {}
    for name in shipped_names('features'):
        config = read_config(name).to_dict()
        if not differences(
            dict(settings_of(config), weights_sha256=None),
            dict(settings, weights_sha256=None),
        ):
            same[name] = config
    for name, config in same.items():
        source = str(config['model']['init_cfg']['checkpoint'])
        if random or source.rpartition('/')[2] == file:
            return RecordedExtractor(name, config, random)
    if random or _is_local(weights.get('checkpoint')):
        return RecordedExtractor(
            f'the extractor of {checkpoint}',
            _config_of(settings, weights, checkpoint),
            random,
        )
    raise ValueError(
        f'{checkpoint}: expected the extractor that its features were made '
        f'with, {_described(settings, file)}, found no shipped config of such '
        'and no such weights on this machine; name it (--extractor)'
    )


def settings_of(config: Dict[str, Any]) -> Dict[str, Any]:
    """Settings that a config of ``configs/features`` states.

    Args:
        config (dict): With ``model`` and ``extractor``.

    Returns:
        dict: As in side-cars, without weights and dtype.
    """
    backbone = dict(config['model'])
    backbone.pop('init_cfg', None)
    stated = {
        key: config['extractor'][key]
        for key in ARGUMENTS
        if key in config['extractor']
    }
    return plain(dict(backbone=backbone, **stated))


def _is_local(source: Any) -> bool:
    return (
        isinstance(source, str)
        and '://' not in source
        and os.path.isfile(source)
    )


def _config_of(
    settings: Dict[str, Any], weights: Dict[str, Any], checkpoint: str
) -> Dict[str, Any]:
    where = f'{checkpoint}: meta.detector.features.settings'
    backbone = settings.get('backbone')
    if not isinstance(backbone, dict):
        raise ValueError(
            f'{where}: expected the config of a backbone, found {backbone!r}'
        )
    refuse_unknown_types(backbone, where)
    source: Dict[str, Any] = {
        key: weights[key] for key in ('checkpoint', 'prefix') if key in weights
    }
    return dict(
        model=dict(backbone, init_cfg=dict(type='Pretrained', **source)),
        extractor={key: settings[key] for key in ARGUMENTS if key in settings},
    )


def _described(settings: Dict[str, Any], file: str) -> str:
    backbone = settings.get('backbone')
    kind = backbone.get('type') if isinstance(backbone, dict) else None
    return f'a {kind} by {Path(file).name} with crops {settings.get("crops")}'
