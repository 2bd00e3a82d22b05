"""One long video, extracted by several processes to the bytes of one.

Each stretch becomes a file of features of its own, in a hidden folder beside
the features, with a side-car that holds what shows that the stretches fit
together. Once all are there they are joined; then they are removed.

Shapes: N crops, C channels.
"""

from contextlib import closing, suppress
from pathlib import Path
from typing import Any, Dict, Iterator, List, Optional

import numpy as np

from ..io.arrays import load_array
from ..io.leftovers import remove_leftovers
from ..io.reading import read_json
from ..io.stretches import (
    Stretch,
    StretchFacts,
    StretchReader,
    from_json,
    join_facts,
    to_json,
)
from ..io.video import Video
from ..io.video_bytes import bytes_of
from .clip_extractor import ClipExtractor
from .many_videos import features_path
from .sidecar import is_done, write_features

# Of the features' folder; what begins with a dot is nobody's video.
FOLDER = '.stretches'


def stretch_path(out: Path, name: str, stretch: Stretch) -> Path:
    """Where a stretch's features are until all are there.

    Args:
        out (Path): Folder of the features.
        name (str): The video's.
        stretch (Stretch): Which.
    """
    whole = features_path(out / FOLDER, name)
    return whole.with_name(whole.stem) / f'{stretch}.npy'


def extract_stretch(
    extractor: ClipExtractor,
    path: Path,
    target: Path,
    stretch: Stretch,
    overwrite: bool = False,
) -> None:
    """Extract a stretch; where an earlier run has, nothing is done.

    Args:
        extractor (ClipExtractor): What extracts.
        path (Path): The video.
        target (Path): See :func:`stretch_path`.
        stretch (Stretch): Which.
        overwrite (bool): Whether to extract again what is there. Defaults to
            False.

    Raises:
        OSError: If it cannot be written.
        SeekError: If the video has to be read from its beginning.
        VideoError: If it cannot be read.
    """
    if not overwrite and _is_there(target, path, extractor.settings):
        return
    reader = StretchReader(
        stretch,
        extractor.snippet_len,
        extractor.tail,
        extractor.size,
        extractor.interpolation,
    )

    def rows() -> Iterator[np.ndarray]:
        with closing(extractor.stream([path], read=reader)) as parts:
            for part in parts:
                if part.kind == 'failed':
                    raise part.value
                if part.kind == 'snippet':
                    yield part.value

    def record() -> Dict[str, Any]:
        return dict(
            video=dict(file=path.name, bytes=bytes_of(path)),
            settings=extractor.settings,
            stretch=to_json(reader.facts),
        )

    write_features(target, rows(), record)


def _is_there(target: Path, path: Path, settings: Dict[str, Any]) -> bool:
    try:
        return is_done(target, path, settings)
    except ValueError:  # of another make, and nobody's result yet
        return False


def join_stretches(
    extractor: ClipExtractor,
    name: str,
    path: Path,
    out: Path,
    stretches: List[Stretch],
    fps: Optional[float] = None,
) -> Video:
    """Write a video's features from those of its stretches.

    Args:
        extractor (ClipExtractor): What has extracted them.
        name (str): The video's.
        path (Path): The video.
        out (Path): Folder of the features.
        stretches (list[Stretch]): All, in their order.
        fps (float, optional): See :class:`Video`. Defaults to None.

    Returns:
        Video: Read, as far as it can tell.

    Raises:
        OSError: If they cannot be written.
        SeekError: If a stretch does not go on where the one before it ends.
        VideoError: If the video ended long before it should.
    """
    targets = [stretch_path(out, name, stretch) for stretch in stretches]
    video = Video(path, fps)
    join_facts(video, stretches, [_facts(target) for target in targets])

    def rows() -> Iterator[np.ndarray]:
        for target in targets:
            yield from load_array(target)

    write_features(
        features_path(out, name), rows(), lambda: extractor.record(video)
    )
    return video


def _facts(target: Path) -> StretchFacts:
    sidecar = target.with_suffix('.json')
    record = read_json(sidecar, 'the side-car of a stretch')
    try:
        return from_json(record['stretch'])
    except (LookupError, TypeError) as error:
        raise ValueError(
            f'{sidecar}: expected the side-car of a stretch, found something '
            f'else ({error!r})'
        ) from error


def remove_stretches(out: Path, name: str) -> None:
    """Remove the features of a video's stretches, of this and earlier runs.

    Args:
        out (Path): Folder of the features.
        name (str): The video's.
    """
    folder = stretch_path(out, name, Stretch(0, None)).parent
    if not folder.is_dir():
        return
    remove_leftovers(folder)
    for file in [*folder.glob('*.npy'), *folder.glob('*.json')]:
        file.unlink(missing_ok=True)
    # A name may have folders, which others have, too.
    inner = folder.relative_to(out)
    for empty in [inner, *inner.parents][:-1]:
        with suppress(OSError):
            (out / empty).rmdir()
