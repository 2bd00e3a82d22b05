"""What a checkpoint says of its detector, beside the weights.

Under ``meta['detector']``, as plain values: ``model``, the config of the
detector with its C, and ``features``, a
:class:`~rtfm_mmaction.datasets.feature_record.FeatureRecord`, null where the
detector has a backbone of its own. It is data: nothing in it is ever run, and
:func:`refuse_unknown_types` looks at it before anything is built by it.
"""

import json
from typing import Any, Dict, NamedTuple, Optional

from mmaction.registry import MODELS
from mmengine.config import Config

from ..datasets.feature_record import FeatureRecord

KEY = 'detector'


class DetectorRecord(NamedTuple):
    """A detector's config and features; None of what is not known.

    Attributes:
        model (dict, optional): Config of the detector, of plain values.
        features (FeatureRecord, optional): What it was trained on.
    """

    model: Optional[Dict[str, Any]] = None
    features: Optional[FeatureRecord] = None

    def to_dict(self) -> Dict[str, Any]:
        """Turn it into plain values for a checkpoint."""
        features = self.features and self.features.to_dict()
        return json.loads(
            json.dumps(dict(model=self.model, features=features))
        )

    @classmethod
    def of(cls, content: Any) -> 'DetectorRecord':
        """Read what :meth:`to_dict` gives.

        Args:
            content (Any): Out of a file, of whoever made it.

        Raises:
            LookupError, TypeError, ValueError: If it is something else.
        """
        model, features = content['model'], content['features']
        if not isinstance(model, (dict, type(None))):
            raise TypeError(f'model: found {type(model).__name__}')
        return cls(
            model, None if features is None else FeatureRecord.of(features)
        )


def record_of_run(config: Config, dataset: Any) -> DetectorRecord:
    """Put together what a training's checkpoints hold.

    Args:
        config (Config): Of the training.
        dataset (Any): Its training data, possibly wrapped.

    Returns:
        DetectorRecord: Without features where the data are videos; without
        ``model`` where its config is no JSON, such as one with classes in it.
    """
    while not hasattr(dataset, 'feature_record') and hasattr(
        dataset, 'dataset'
    ):
        dataset = dataset.dataset
    features = None
    if hasattr(dataset, 'feature_record'):
        features = dataset.feature_record()
    model = config.model.to_dict()
    # How training computes, and not what the detector is; see set_amp.
    model.pop('autocast', None)
    try:
        json.dumps(model)
    except (TypeError, ValueError):
        model = None
    return DetectorRecord(model, features)


def read_record(content: Any, name: str) -> DetectorRecord:
    """Read what a checkpoint says of its detector.

    Args:
        content (Any): Of the checkpoint, as the strict loader gives it.
        name (str): The checkpoint, for messages.

    Returns:
        DetectorRecord: Empty of one that says nothing.

    Raises:
        ValueError: If it says what cannot be.
    """
    meta = content.get('meta') if isinstance(content, dict) else None
    said = meta.get(KEY) if isinstance(meta, dict) else None
    if said is None:
        return DetectorRecord()
    try:
        return DetectorRecord.of(said)
    except (LookupError, TypeError, ValueError) as error:
        raise ValueError(
            f'{name}: expected what rtfm train writes under meta.{KEY}, found '
            f'something else ({error})'
        ) from error


def refuse_unknown_types(config: Any, name: str) -> None:
    """Refuse a config out of a file that names what is not registered.

    mmengine imports and calls whatever ``type`` names, ``os.system`` too.

    Args:
        config (Any): Plain values.
        name (str): Where they are from, for messages.

    Raises:
        ValueError: Names the type.
    """
    if isinstance(config, (list, tuple)):
        for value in config:
            refuse_unknown_types(value, name)
    if not isinstance(config, dict):
        return
    if 'type' in config and not _is_registered(config['type']):
        raise ValueError(
            f'{name}: expected the names of registered modules, found '
            f'{str(config["type"]):.60}; where it is your own, give the '
            'config of the training, which imports it'
        )
    for value in config.values():
        refuse_unknown_types(value, name)


def _is_registered(kind: Any) -> bool:
    if not isinstance(kind, str):
        return False
    if kind == 'Pretrained':  # of init_cfg; the strict loader reads the file
        return True
    scope, _, plain = kind.rpartition('.')
    registry: Any = MODELS
    while registry is not None:
        if scope in ('', registry.scope) and plain in registry.module_dict:
            return True
        registry = registry.parent
    return False
