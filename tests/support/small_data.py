"""A small data set of random features on disk, and configs over it."""

import numpy as np
from mmengine.config import Config

from rtfm_mmaction.datasets.annotations import save_annotations
from tests.support.helpers import ROOT


def write_features(folder, name, array):
    """Save features under a name, with the folders that it needs."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    np.save(path, array)
    return path


def annotation(video, label, frames=None, intervals=None, kind=None):
    """One entry of an annotation file."""
    return dict(
        video=video,
        label=label,
        **{'class': kind or ('Abnormal' if label else 'Normal')},
        frames=frames,
        abnormal_intervals=intervals,
    )


def make_data(root, abnormal=3, normal=2, crops=2, channels=8, test=4):
    """Write a data set in which abnormal snippets are larger.

    Args:
        root (Path): Folder of the data set.
        abnormal, normal (int): Training videos of each label.
        crops, channels (int): N, C.
        test (int): Test videos, the first half of them abnormal.

    Returns:
        Path: ``root``.
    """
    rng = np.random.default_rng(0)
    videos = {'train': [], 'test': []}
    for subset, labels in (
        ('train', [1] * abnormal + [0] * normal),
        ('test', [1] * (test - test // 2) + [0] * (test // 2)),
    ):
        for index, label in enumerate(labels):
            length = 5 + 3 * index
            name = f'{subset}{index}'
            feature = rng.random((length, crops, channels), np.float32)
            feature[2:4] += 3 * label
            write_features(root / 'features', f'{name}.npy', feature)
            known = subset == 'test'
            intervals = [[32, 64]] if label else []
            videos[subset].append(
                annotation(
                    name,
                    label,
                    16 * length if known else None,
                    intervals if known else None,
                )
            )
    for subset, entries in videos.items():
        save_annotations(
            root / 'annotations' / f'{subset}.json',
            dict(dataset='small', subset=subset),
            entries,
        )
    return root


def small_config(root, name='rtfm_i3d_ped2', **options):
    """A config of Ped2 over :func:`make_data`'s files.

    Args:
        root (Path): The data set.
        name (str): Of the config.
        **options: Dotted keys with ``__`` for the dot, to override.

    Returns:
        Config: Ready for :func:`rtfm_mmaction.apis.load_config`.
    """
    config = Config.fromfile(ROOT / 'configs' / f'{name}.py')
    source = {
        'data_root': str(root),
        'data_prefix': dict(features='features'),
        'layout': 'packed',
    }
    values = {
        'train_dataloader.dataset.dataset': source,
        'val_dataloader.dataset': source,
        'test_dataloader.dataset': source,
        'train_dataloader.batch_size': 2,
        'model.in_channels': 8,
        'train_cfg.max_iters': 6,
        'train_cfg.val_begin': 1,
        'train_cfg.val_interval': 3,
        'default_hooks.checkpoint.interval': 3,
        'default_hooks.logger.interval': 1,
        'work_dir': str(root / 'work'),
    }
    values.update({k.replace('__', '.'): v for k, v in options.items()})
    config.merge_from_dict(values)
    return config
