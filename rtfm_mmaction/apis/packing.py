"""From a config to its segment store."""

from pathlib import Path
from typing import Callable, Optional, Tuple

from mmaction.registry import DATASETS
from mmengine.config import Config
from mmengine.registry import init_default_scope

from ..datasets.joined_store import shard_folder, shards_in
from ..datasets.segment_packing import pack_nothing, pack_segments
from ..datasets.segment_store import INDEX
from ..io.folder_lock import lock_folder
from ..io.shards import Shard


def pack_config(
    config: Config,
    out: Optional[str] = None,
    dtype: str = 'float32',
    track: Callable = iter,
    shard: Optional[Shard] = None,
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
        shard (Shard, optional): Part of the videos to pack, whose features
            alone have to be here; see
            :mod:`~rtfm_mmaction.datasets.joined_store`. Defaults to None: all
            videos, in one piece.

    Returns:
        tuple[str, int, int]: The store, rows written, rows that were there.

    Raises:
        OSError: If another run packs there, or the disk is full.
        ValueError: If the config names no store or no segments, a store of
            the other kind is there, or a file is bad.
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
    files = {**source, 'store': None, 'val_ratio': 0.0}
    lazy = DATASETS.build(
        {**files, 'store': source.get('store'), 'lazy_init': True}
    )
    out = out or lazy.store
    if not out:
        raise ValueError(
            'expected the folder of the store, as --out or as '
            'train_dataloader.dataset.dataset.store, found none'
        )
    _refuse_other_kind(out, shard)
    part = out
    if shard is not None:
        part = str(shard_folder(out, shard))
        files['only'] = shard.share([v['video'] for v in lazy.annotated()])
    with lock_folder(part, 'rtfm pack', 'choose another --out'):
        if shard is not None and not files['only']:
            pack_nothing(part)
            return out, 0, 0
        written, kept = pack_segments(
            DATASETS.build(files),
            part,
            segments[0].get('num_segments', 32),
            dtype,
            track,
            segments[0].get('resampling', 'mean'),
        )
    return out, written, kept


def _refuse_other_kind(out: str, shard: Optional[Shard]) -> None:
    """A store is in one piece or in shards of one row."""
    there = shards_in(out)
    if shard is None and there:
        raise ValueError(
            f'{out}: expected no shards where a store in one piece is to be, '
            f'found {len(there)}: choose another --out, or remove them'
        )
    if shard is not None and Path(out, INDEX).is_file():
        raise ValueError(
            f'{out}: expected no store in one piece where shards are to be, '
            f'found {INDEX}: choose another --out, or remove it'
        )
    for other in there:
        if shard is not None and other.count != shard.count:
            raise ValueError(
                f'{out}: expected shards of a row of {shard.count}, found '
                f'{other}: choose another --out, or remove those'
            )
