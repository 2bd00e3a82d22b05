"""From a config to its segment store."""

from typing import Callable, Optional, Tuple

from mmaction.registry import DATASETS
from mmengine.config import Config
from mmengine.registry import init_default_scope

from ..datasets.segment_packing import pack_segments
from ..io.folder_lock import lock_folder


def pack_config(
    config: Config,
    out: Optional[str] = None,
    dtype: str = 'float32',
    track: Callable = iter,
) -> Tuple[str, int, int]:
    """Pack the training videos of a config.

    All training videos are packed, those that are held out too, so that one
    store serves every split.

    Args:
        config (Config): With a ``train_dataloader``, whose pipeline has a
            ``SegmentFeature`` that says S.
        out (str, optional): Folder of the store. Defaults to the data set's
            ``store``.
        dtype (str): 'float32' or 'float16'. Defaults to 'float32'.
        track (Callable): Wraps the rows to write, to show progress.

    Returns:
        tuple[str, int, int]: The store, rows written, rows that were there.

    Raises:
        OSError: If another run packs there, or the disk is full.
        ValueError: If the config names no store or no segments, or a file is
            bad.
    """
    init_default_scope(config.get('default_scope', 'mmaction'))
    source = config.train_dataloader.dataset.dataset.to_dict()
    segments = [
        step for step in source['pipeline'] if step['type'] == 'SegmentFeature'
    ]
    if len(segments) != 1:
        raise ValueError(
            'train_dataloader.dataset.dataset.pipeline: expected '
            f'one SegmentFeature, found {len(segments)}'
        )
    named = DATASETS.build({**source, 'lazy_init': True}).store
    out = out or named
    if not out:
        raise ValueError(
            'expected the folder of the store, as --out or as '
            'train_dataloader.dataset.dataset.store, found none'
        )
    files = {**source, 'store': None, 'val_ratio': 0.0}
    with lock_folder(out, 'rtfm pack', 'choose another --out'):
        written, kept = pack_segments(
            DATASETS.build(files),
            out,
            segments[0].get('num_segments', 32),
            dtype,
            track,
            segments[0].get('resampling', 'mean'),
        )
    return out, written, kept
