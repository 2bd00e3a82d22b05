"""From a config to the dictionary of its normal videos."""

from pathlib import Path
from typing import Callable, NamedTuple, Optional

import numpy as np
from mmaction.registry import DATASETS
from mmengine.config import Config
from mmengine.registry import init_default_scope

from ..datasets.normal_dictionary import learn_dictionary
from ..datasets.video_means import mean_features
from ..io.atomic import atomic_path, check_writable


class MadeDictionary(NamedTuple):
    """What became of it.

    Attributes:
        path (str): The file.
        num_rows (int): S.
        num_videos (int): V, the normal training videos.
        num_read (int): Those of them that this run read.
    """

    path: str
    num_rows: int
    num_videos: int
    num_read: int


def make_dictionary(
    config: Config,
    out: Optional[str] = None,
    track: Callable = iter,
) -> MadeDictionary:
    """Learn a dictionary from the normal training videos of a config.

    Reads them as training does, in any layout, from a store too, and leaves
    out those that are held out. Goes on where a run was stopped.

    Args:
        config (Config): Of S3R: with a ``train_dataloader``, and S as
            ``model.neck.num_rows``.
        out (str, optional): File to write, ``.npy``. Defaults to None: the
            config's ``model.neck.dictionary``.
        track (Callable): Wraps the list of videos to read, to show progress.

    Returns:
        MadeDictionary: What was written.

    Raises:
        OSError: If the file cannot be written.
        ValueError: If S or the file is not said, a feature file is bad, or
            there is no normal video, or nothing in them.
    """
    init_default_scope(config.get('default_scope', 'mmaction'))
    neck = (config.get('model') or {}).get('neck') or {}
    num_rows = neck.get('num_rows')
    if type(num_rows) is not int or num_rows < 1:
        raise ValueError(
            'model.neck.num_rows: expected how many rows the dictionary has, '
            f'as configs of S3R say it, found {num_rows!r}'
        )
    out = out or neck.get('dictionary')
    if not out or Path(out).suffix != '.npy':
        raise ValueError(
            'expected the file of the dictionary, a name that ends in .npy, '
            f'as --out or as model.neck.dictionary, found {out!r}'
        )
    check_writable(out)
    source = config.train_dataloader.dataset
    dataset = DATASETS.build(source.get('dataset', source))
    entries = [dataset.get_data_info(i) for i in range(len(dataset))]
    normal = [entry for entry in entries if entry['label'] == 0]
    if not normal:
        raise ValueError(
            f'{dataset.ann_file}: expected normal videos, found '
            f'{len(entries)} abnormal ones alone'
        )
    part = Path(f'{out}.part')
    videos, num_read = mean_features(dataset, normal, part, track)
    if not videos.any():
        raise ValueError(
            f'{dataset.ann_file}: expected features of normal videos, found '
            'nothing but zeros'
        )
    dictionary = learn_dictionary(videos, num_rows)
    with atomic_path(out) as temporary:
        np.save(temporary, dictionary)
    part.unlink()
    return MadeDictionary(str(out), num_rows, len(normal), num_read)
