"""Which videos a person names, and what each is called."""

import glob
import os
from pathlib import Path
from typing import (
    Any,
    Callable,
    Dict,
    Iterator,
    List,
    Optional,
    Sequence,
    Union,
)

from .frame_folder import is_frame_folder
from .names import unique_names
from .printing import say
from .reading import read_lines
from .remote import RemotePath, as_path, is_address
from .walking import search

EXTENSIONS = (
    '.mp4',
    '.avi',
    '.mkv',
    '.mov',
    '.m4v',
    '.webm',
    '.mpg',
    '.mpeg',
    '.wmv',
    '.flv',
    '.ts',
    '.mts',
    # What recorders and phones write.
    '.m2ts',
    '.dav',
    '.3gp',
    '.3g2',
    '.asf',
    '.ogv',
    '.vob',
    '.divx',
    '.f4v',
    '.mjpg',
    '.mjpeg',
    # Streams without a container.
    '.h264',
    '.h265',
    '.264',
    '.265',
    '.hevc',
    '.m2v',
)
LIST = '.txt'
PathLike = Union[str, os.PathLike]
Note = Callable[[str], Any]


def find_videos(sources: Sequence[PathLike], note: Note = say) -> List[Path]:
    """List videos in a fixed order.

    Args:
        sources (Sequence[str or PathLike]): Video files; folders, which are
            searched with all below them for files that end in one of
            :data:`EXTENSIONS` and for folders of frames; text files
            (``.txt``) with one of these a line, relative to the text file's
            folder.
        note (Callable): Gets a sentence on what was passed over. Defaults to
            :func:`~rtfm_mmaction.io.printing.say`.

    Returns:
        list[Path]: The videos, each once.

    Raises:
        FileNotFoundError: If a file or folder is missing.
        ValueError: If nothing is found, or a list cannot be read.
    """
    found: List[Path] = []
    for source in sources:
        found += named_files(source, EXTENSIONS, note=note)
    videos = each_once(found)
    if not videos:
        raise ValueError(
            f'{", ".join(map(str, sources))}: expected videos '
            f'({" ".join(EXTENSIONS)}), found none'
        )
    return videos


def named_files(
    source: PathLike,
    extensions: Sequence[str],
    beside: Sequence[str] = (),
    skip: Optional[PathLike] = None,
    note: Note = say,
) -> Iterator[Path]:
    """List the files that one name leads to.

    Args:
        source (str or PathLike): A file of any name; a folder; a list
            (``.txt``) of files and folders; a pattern such as ``cam/*.mp4``;
            the address of a file or of a list of them, see :mod:`.remote`.
        extensions (Sequence[str]): Of the files to look for in folders.
        beside (Sequence[str]): See :func:`~rtfm_mmaction.io.walking.search`.
        skip (str or PathLike, optional): See there.
        note (Callable): See :func:`find_videos`.

    Yields:
        Path: Files, and folders of frames.

    Raises:
        FileNotFoundError: If there is nothing of that name.
        ValueError: If a list cannot be read, or a folder not be searched.
    """

    def files(path: Path) -> Iterator[Path]:
        if not os.path.isdir(path):
            yield path
            return
        findings = search(path, extensions, is_frame_folder, beside, skip)
        for remark in findings.remarks():
            note(f'{path}: {remark}')
        yield from findings.paths

    path = as_path(source)
    if isinstance(path, RemotePath):
        if path.suffix.lower() != LIST:
            yield path
            return
        for where, line in read_lines(path, 'a list of videos'):
            name = line.strip()
            if name.startswith('<'):  # no name in the web begins so
                raise ValueError(
                    f'{where}: expected a list of videos, found a page of '
                    f'HTML or another file ({name[:40]!r})'
                )
            yield as_path(name) if is_address(name) else path.parent / name
    elif os.path.isfile(path) and path.suffix.lower() == LIST:
        for where, line in read_lines(path):
            if is_address(line):
                yield as_path(line.strip())
                continue
            name = path.parent / line.strip()
            if not os.path.exists(name):
                raise FileNotFoundError(
                    f'{name}: no such file or folder (listed in {where})'
                )
            yield from files(name)
    elif os.path.exists(path):
        yield from files(path)
    elif glob.has_magic(str(source)):
        for match in sorted(glob.glob(str(source), recursive=True)):
            if os.path.isfile(match) or is_frame_folder(match):
                yield Path(match)
    else:
        raise FileNotFoundError(f'{path}: no such file or folder (given)')


def each_once(paths: Sequence[Path]) -> List[Path]:
    """Leave out what was named before.

    Args:
        paths (Sequence[Path]): Files, some of them by several ways.

    Returns:
        list[Path]: In the order of their first naming.
    """
    first: Dict[str, Path] = {}
    for path in paths:
        first.setdefault(os.path.abspath(path), path)
    return list(first.values())


def name_videos(paths: Sequence[Path]) -> Dict[str, Path]:
    """Name videos, by their ways where several files are called the same.

    Args:
        paths (Sequence[Path]): Of :func:`find_videos`.

    Returns:
        dict[str, Path]: Name -> path, in the same order; see
        :func:`~rtfm_mmaction.io.names.unique_names`.

    Raises:
        ValueError: See there.
    """
    return dict(zip(unique_names(paths), paths))
