"""Random splits into training and test videos, as small data sets need."""

from pathlib import Path
from typing import List, Sequence, Tuple, Union

import numpy as np

from ..datasets.annotations import load_annotations, save_annotations
from ..io.atomic import make_folder


def draw_split(
    videos: Sequence[dict], abnormal: int, normal: int, seed: int
) -> Tuple[List[dict], List[dict]]:
    """Draw training videos; the others are for the test.

    Args:
        videos (Sequence[dict]): Entries of annotation files; their order does
            not change what is drawn.
        abnormal (int): Abnormal training videos, >= 1.
        normal (int): Normal training videos, >= 1.
        seed (int): Of the draw.

    Returns:
        tuple[list[dict], list[dict]]: Training videos, whose intervals are
        held back, and test videos, each sorted by name.

    Raises:
        ValueError: If there are not more abnormal and more normal videos than
            training takes, or an interval of a test video is not known.
    """
    rng = np.random.default_rng(seed)
    train, test = [], []
    for label, count, kind in (
        (1, abnormal, 'abnormal'),
        (0, normal, 'normal'),
    ):
        there = sorted(
            (v for v in videos if v['label'] == label),
            key=lambda video: video['video'],
        )
        if not 1 <= count < len(there):
            raise ValueError(
                f'{kind} training videos: found {count}, expected'
                f' 1 to {len(there) - 1}, so that one is left'
            )
        order = rng.permutation(len(there))
        train += [there[i] for i in order[:count]]
        test += [there[i] for i in order[count:]]
    for video in test:
        if video['abnormal_intervals'] is None:
            raise ValueError(
                f'video {video["video"]!r}: expected abnormal_intervals, which'
                ' a test needs, found null'
            )
    train = [
        dict(video, abnormal_intervals=None if video['label'] else [])
        for video in train
    ]
    return tuple(
        sorted(part, key=lambda video: video['video'])
        for part in (train, test)
    )


def write_splits(
    sources: Sequence[Union[str, Path]],
    out: Path,
    count: int,
    abnormal: int,
    normal: int,
) -> List[Path]:
    """Write ``<out>/<seed>/train.json`` and ``test.json`` for each split.

    Args:
        sources (Sequence[str or Path]): Annotation files, together of all
            videos, with the intervals of all.
        out (Path): Folder.
        count (int): Splits, of the seeds 0 … count - 1.
        abnormal (int): See :func:`draw_split`.
        normal (int): See :func:`draw_split`.

    Returns:
        list[Path]: Their folders.

    Raises:
        FileNotFoundError: If an annotation file is missing.
        ValueError: If one breaks the format, a video is in two of them, or
            see :func:`draw_split`.
    """
    metainfo, videos = {}, {}
    for source in sources:
        metainfo, entries = load_annotations(source)
        for entry in entries:
            if entry['video'] in videos:
                raise ValueError(
                    f'{source}, video {entry["video"]!r}: found '
                    'in two files, expected in one'
                )
            videos[entry['video']] = entry
    splits = [
        draw_split(list(videos.values()), abnormal, normal, seed)
        for seed in range(count)
    ]
    folders = [Path(out) / str(seed) for seed in range(count)]
    for folder, parts in zip(folders, splits):
        make_folder(folder)
        for subset, part in zip(('train', 'test'), parts):
            save_annotations(
                folder / f'{subset}.json', dict(metainfo, subset=subset), part
            )
    return folders
