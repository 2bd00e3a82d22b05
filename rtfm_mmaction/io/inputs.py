"""Which videos the command line names."""

import os
from pathlib import Path
from typing import List, Sequence, Union

from .frame_folder import is_frame_folder

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
)


def find_videos(sources: Sequence[Union[str, Path]]) -> List[Path]:
    """List videos in a fixed order.

    Args:
        sources (Sequence[str or Path]): Video files; folders, which are
            searched with all below them for files that end in one of
            :data:`EXTENSIONS`; text files (``.txt``) with one video file a
            line, relative to the text file's folder.

    Returns:
        list[Path]: The videos, each once.

    Raises:
        FileNotFoundError: If a file or folder is missing.
        ValueError: If nothing is found, or two videos have the same name
            without extension and so would share one features file.
    """
    found = []
    for source in map(Path, sources):
        if is_frame_folder(source):
            found.append(source)
        elif source.is_dir():
            found += sorted(
                path
                for path in source.rglob('*')
                if path.suffix.lower() in EXTENSIONS and path.is_file()
            )
        elif source.is_file() and source.suffix.lower() == '.txt':
            lines = source.read_text(encoding='utf-8').splitlines()
            found += [
                _existing(source.parent / line.strip(), f'listed in {source}')
                for line in lines
                if line.strip()
            ]
        else:
            found.append(_existing(source, 'given'))
    videos = list({os.path.abspath(path): path for path in found}.values())
    if not videos:
        raise ValueError(
            f'{", ".join(map(str, sources))}: expected videos '
            f'({" ".join(EXTENSIONS)}), found none'
        )
    owners = {}
    for path in videos:
        other = owners.setdefault(path.stem, path)
        if other != path:
            raise ValueError(
                f'{path}: expected a name of its own, found '
                f'{other}: both would become {path.stem}.npy'
            )
    return videos


def _existing(path: Path, how: str) -> Path:
    """The path, if there is such a file."""
    if not path.is_file():
        raise FileNotFoundError(f'{path}: no such video or folder ({how})')
    return path
