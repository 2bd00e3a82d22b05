"""Ways of videos below the folders that were given.

A way is a path with ``/``, with the file's extension. It tells cameras and
classes by its folders, and names the video.
"""

import os
from collections import Counter
from pathlib import Path
from typing import Dict, List, NamedTuple, Sequence, Tuple, Union

from ...io.frame_folder import is_frame_folder
from ...io.inputs import EXTENSIONS, Note, named_files
from ...io.names import video_stem

PathLike = Union[str, os.PathLike]


class Way(NamedTuple):
    """A video and where it lies.

    Attributes:
        path (Path): The video, as it was found.
        root (Path): Absolute path of the folder in which it was looked for.
        way (str): From there; where several folders were given, the name of
            its own stands in front, ``cam1/00-15.mp4``.
    """

    path: Path
    root: Path
    way: str

    @property
    def folders(self) -> List[str]:
        """Names of the folders on the way below the root, outermost first."""
        path = Path(os.path.abspath(self.path))
        return list(path.relative_to(self.root).parts[:-1])


def find_ways(sources: Sequence[PathLike], note: Note = str) -> List[Way]:
    """List the videos of one side, each once.

    Args:
        sources (Sequence[str or PathLike]): Folders, video files, lists and
            patterns, see :func:`~rtfm_mmaction.io.inputs.named_files`.
        note (Callable): Gets a sentence on what was passed over. Defaults to
            nothing.

    Returns:
        list[Way]: In the order of the sources, and of paths.

    Raises:
        FileNotFoundError: If a file or folder is missing.
        ValueError: If a list cannot be read, or a folder not be searched.
    """
    roots: Dict[str, Tuple[Path, Path]] = {}
    for source in sources:
        paths = list(named_files(source, EXTENSIONS, note=note))
        root = _root(source, paths)
        for path in paths:
            roots.setdefault(os.path.abspath(path), (path, root))
    prefixes = _prefixes(sorted({root for _, root in roots.values()}))
    return [
        Way(
            path,
            root,
            (prefixes[root] / Path(whole).relative_to(root)).as_posix(),
        )
        for whole, (path, root) in roots.items()
    ]


def _root(source: PathLike, paths: Sequence[Path]) -> Path:
    """The folder that a source stands for, absolute."""
    if os.path.isdir(source) and not is_frame_folder(source):
        return Path(os.path.abspath(source))
    parents = [os.path.dirname(os.path.abspath(path)) for path in paths]
    return Path(os.path.commonpath(parents)) if parents else Path()


def _prefixes(roots: Sequence[Path]) -> dict:
    """What stands in front of the ways of each folder; tells them apart."""
    if len(roots) < 2:
        return {root: Path() for root in roots}
    if len({root.name for root in roots}) == len(roots):
        return {root: Path(root.name) for root in roots}
    common = os.path.commonpath(roots)
    return {root: root.relative_to(common) for root in roots}


def name_ways(side: str, ways: Sequence[Way]) -> List[str]:
    """Name the videos of one side.

    A name does not depend on what lies on the other side, so that it stays
    when videos come or go there.

    Args:
        side (str): What names begin with, such as 'abnormal'.
        ways (Sequence[Way]): Of :func:`find_ways`.

    Returns:
        list[str]: ``abnormal/cam1/00-15``; with the extension where several
        files of a folder differ by that alone.

    Raises:
        ValueError: If two names stay the same; names both files.
    """
    plain = [
        Path(side, way.way).with_name(video_stem(way.path)).as_posix()
        for way in ways
    ]
    counts = Counter(plain)
    names = [
        f'{side}/{way.way}' if counts[name] > 1 else name
        for name, way in zip(plain, ways)
    ]
    owners: dict = {}
    for name, way in zip(names, ways):
        other = owners.setdefault(name, way)
        if other is not way:
            raise ValueError(
                f'{way.path}: expected a name of its own, found {other.path}: '
                f'both would be called {name}'
            )
    return names
