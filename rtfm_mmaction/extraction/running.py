"""Extraction of many videos: what is left to do, progress, report."""

from contextlib import ExitStack, closing
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import (
    Dict,
    Iterable,
    Iterator,
    List,
    NamedTuple,
    Optional,
    Sequence,
)

import numpy as np

from ..io.progress import progress_bars
from ..io.video import Video, VideoError
from .extractor import FeatureExtractor
from .passes import Part
from .sidecar import is_done, write_features


class Summary(NamedTuple):
    """What became of the videos.

    Attributes:
        done (list[str]): Extracted now, by name.
        skipped (list[str]): Extracted before.
        failed (dict[str, str]): Name -> why.
    """

    done: List[str]
    skipped: List[str]
    failed: Dict[str, str]


def extract_videos(
    extractor: FeatureExtractor,
    videos: Sequence[Path],
    out: Path,
    overwrite: bool = False,
    quiet: bool = False,
    fps: Optional[float] = None,
) -> Summary:
    """Write ``out/<video>.npy`` and ``.json`` of each video.

    Args:
        extractor (FeatureExtractor): What extracts.
        videos (Sequence[Path]): Videos with names of their own, see
            :func:`find_videos`.
        out (Path): Folder; made if it is missing.
        overwrite (bool): Whether to extract again what is there.
            Defaults to False.
        quiet (bool): Whether to show no progress, as in all processes but
            the first. Defaults to False.
        fps (float, optional): Frames per second of all videos, whatever they
            say. Defaults to None.

    Returns:
        Summary: What became of the videos. A video that cannot be read does
        not stop the others.

    Raises:
        ValueError: Before anything is extracted, if features are there that
            were made with other settings.
    """
    summary = Summary([], [], {})
    if not overwrite:
        summary.skipped.extend(
            path.stem
            for path in videos
            if is_done(out / f'{path.stem}.npy', path, extractor.settings)
        )
    left = [path for path in videos if path.stem not in summary.skipped]
    with ExitStack() as stack:
        progress = stack.enter_context(progress_bars(not quiet))
        total = progress.add_task('videos', total=len(left))
        current = progress.add_task('clips', total=None, visible=False)
        clips = len(extractor.grid)

        def rows_of(parts: Iterable[Part]) -> Iterator[np.ndarray]:
            for part in parts:
                if part.kind == 'failed':
                    raise part.value
                if part.kind == 'snippet':
                    yield part.value
                    progress.advance(current, clips)

        stream = stack.enter_context(closing(extractor.stream(left, fps)))
        for path, parts in groupby(stream, attrgetter('path')):
            progress.reset(current, description=path.stem, visible=True)
            try:
                first = next(parts)
                if first.kind == 'failed':
                    raise first.value
                video: Video = first.value
                progress.update(current, total=extractor.count_clips(video))
                write_features(
                    out / f'{path.stem}.npy',
                    rows_of(parts),
                    lambda: extractor.record(video),
                )
            except VideoError as error:
                summary.failed[path.stem] = str(error)
                progress.console.print(
                    f'failed: {error}',
                    markup=False,
                    highlight=False,
                    soft_wrap=True,
                )
            else:
                summary.done.append(path.stem)
                for note in video.notes():
                    progress.console.print(
                        f'{path.stem}: {note}',
                        markup=False,
                        highlight=False,
                        soft_wrap=True,
                    )
            progress.advance(total)
        progress.update(current, visible=False)
    return summary
