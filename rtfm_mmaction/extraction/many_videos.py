"""Extraction of many videos: what is left to do, progress, report."""

from contextlib import ExitStack, closing
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import (
    Any,
    Dict,
    Iterable,
    Iterator,
    List,
    Mapping,
    NamedTuple,
    Optional,
    Sequence,
    Union,
)

import numpy as np

from ..io.atomic import REFUSALS
from ..io.inputs import name_videos
from ..io.names import printable, short_name
from ..io.progress import progress_bars
from ..io.remote import RemoteError, remove_copies
from ..io.threads import in_threads
from ..io.video import Video, VideoError
from .clip_extractor import ClipExtractor
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


def features_path(out: Path, name: str) -> Path:
    """Where a video's features are.

    Args:
        out (Path): Folder of the features, or its address.
        name (str): The video's; one that is too long for a file is shortened
            as :func:`~.io.names.short_name` does.
    """
    return out / f'{short_name(name)}.npy'


def features_there(
    videos: Mapping[str, Path], out: Path, settings: Dict[str, Any]
) -> List[str]:
    """Look which videos have been extracted.

    Args:
        videos (Mapping[str, Path]): Name -> video.
        out (Path): Folder of the features, or its address.
        settings (dict): Of the extractor.

    Returns:
        list[str]: Names.

    Raises:
        ValueError: If features are there that were made with other settings.
    """

    def is_there(name: str) -> bool:
        target, path = features_path(out, name), videos[name]
        # A video that is gone is for the reader to tell.
        return (
            target.is_file()
            and path.exists()
            and is_done(target, path, settings)
        )

    there = in_threads(is_there, videos)
    return [name for name, found in zip(videos, there) if found]


def extract_videos(
    extractor: ClipExtractor,
    videos: Union[Mapping[str, Path], Sequence[Path]],
    out: Path,
    overwrite: bool = False,
    quiet: bool = False,
    fps: Optional[float] = None,
) -> Summary:
    """Write ``out/<video>.npy`` and ``.json`` of each video.

    Args:
        extractor (ClipExtractor): What extracts.
        videos (Mapping[str, Path] or Sequence[Path]): Name -> video, or
            videos, which are called as :func:`~.io.inputs.name_videos` does.
            A name that is too long for a file is shortened as
            :func:`~.io.names.short_name` does, where it is found again.
        out (Path): Folder; made if it is missing. Or an address of
            :mod:`~.io.remote`, where features take their names when they are
            whole, too.
        overwrite (bool): Whether to extract again what is there.
            Defaults to False.
        quiet (bool): Whether to show no progress, as in all processes but
            the first. Defaults to False.
        fps (float, optional): Frames per second of all videos, whatever they
            say. Defaults to None.

    Returns:
        Summary: What became of the videos. A video that cannot be read, or
        whose features cannot be written, does not stop the others.

    Raises:
        OSError: If the disk is full or refuses.
        ValueError: Before anything is extracted, if features are there that
            were made with other settings.
    """
    summary = Summary([], [], {})
    named = dict(
        videos if isinstance(videos, Mapping) else name_videos(videos)
    )
    names = {path: name for name, path in named.items()}
    if not overwrite:
        summary.skipped.extend(features_there(named, out, extractor.settings))
    left = [
        path for path, name in names.items() if name not in summary.skipped
    ]
    with ExitStack() as stack:
        progress = stack.enter_context(progress_bars(not quiet))
        total = progress.add_task('videos', total=len(left))
        current = progress.add_task('clips', total=None, visible=False)
        clips = len(extractor.grid)
        stack.callback(remove_copies)

        def rows_of(parts: Iterable[Part]) -> Iterator[np.ndarray]:
            for part in parts:
                if part.kind == 'failed':
                    raise part.value
                if part.kind == 'snippet':
                    yield part.value
                    progress.advance(current, clips)

        stream = stack.enter_context(closing(extractor.stream(left, fps)))
        for path, parts in groupby(stream, attrgetter('path')):
            name = names[path]
            progress.reset(current, description=printable(name), visible=True)
            try:
                first = next(parts)
                if first.kind == 'failed':
                    raise first.value
                video: Video = first.value
                progress.update(current, total=extractor.count_clips(video))
                write_features(
                    features_path(out, name),
                    rows_of(parts),
                    lambda: extractor.record(video),
                )
            except (VideoError, RemoteError, OSError) as error:
                if getattr(error, 'errno', None) in REFUSALS:
                    raise  # the next video's would meet it as well
                summary.failed[name] = str(error)
                progress.console.print(
                    printable(f'failed: {error}'),
                    markup=False,
                    highlight=False,
                    soft_wrap=True,
                )
            else:
                summary.done.append(name)
                for note in video.notes():
                    progress.console.print(
                        printable(f'{name}: {note}'),
                        markup=False,
                        highlight=False,
                        soft_wrap=True,
                    )
            progress.advance(total)
        progress.update(current, visible=False)
    return summary
