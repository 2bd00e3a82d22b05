"""By which figure a training chooses its best checkpoint."""

from typing import Iterator, MutableMapping, Optional

from mmaction.registry import DATASETS
from mmengine.config import Config
from mmengine.registry import init_default_scope

from ..datasets.annotated_dataset import AnnotatedDataset
from ..datasets.ground_truth import labels_alone

# Figure of frames -> what takes its place where whole videos have labels.
OF_VIDEOS = dict(AUC='video_AUC', AP='video_AP', PR_AUC='video_AP')


def select_by_videos(config: Config) -> Optional[str]:
    """Choose by figures of whole videos where there are no others.

    Validation videos without abnormal intervals, with labels alone, have no
    figures of frames, by which the shipped configs choose.

    Args:
        config (Config): Of a training; changed in place.

    Returns:
        str, optional: A sentence for a person, None where nothing was
        changed.
    """
    if not _labels_alone(config):
        return None
    changed = {}
    for options, key in _choices(config):
        prefix, _, figure = options[key].rpartition('/')
        if figure in OF_VIDEOS:
            new = f'{prefix}/{OF_VIDEOS[figure]}'
            changed[options[key]] = options[key] = new
    words = 'validation: found labels of whole videos and no intervals'
    if changed:
        words += '; the best checkpoint is chosen by ' + ', '.join(
            f'{new} in place of {old}' for old, new in changed.items()
        )
    return words


def _labels_alone(config: Config) -> bool:
    """Whether the videos to validate on have no intervals."""
    options = config.get('val_dataloader')
    while options and 'dataset' in options:
        options = options['dataset']
    if not options or not options.get('test_mode'):
        return False
    init_default_scope(config.get('default_scope', 'mmaction'))
    try:
        dataset = DATASETS.build({**options, 'lazy_init': True})
        return isinstance(dataset, AnnotatedDataset) and labels_alone(
            dataset.annotated()
        )
    except (OSError, KeyError, TypeError, ValueError):
        return False  # told when it is built in earnest


def _choices(config: Config) -> Iterator[tuple]:
    """Options of hooks and the key that names a figure in them."""
    hooks = [
        *(config.get('default_hooks') or {}).values(),
        *(config.get('custom_hooks') or []),
    ]
    for hook in hooks:
        for key in ('save_best', 'key'):
            if isinstance(hook, MutableMapping) and isinstance(
                hook.get(key), str
            ):
                yield hook, key
