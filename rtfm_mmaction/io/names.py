"""Names of videos, made fit for file systems, tables and screens."""

import hashlib
import os
import re
import unicodedata
from collections import Counter
from pathlib import Path, PurePath
from typing import Callable, Dict, List, Sequence, Set, Union

# File systems take names of 255 bytes. What is written of a video puts up to
# 14 behind its name ('_annotated.mp4'), and up to 5 may tell equal ones apart.
MOST_BYTES = 255
ROOM = MOST_BYTES - 19
# What extraction puts behind it is shorter: '.npy', '.json'.
FEATURES_ROOM = MOST_BYTES - 5
SHORT = 120  # characters of a name that people are to read


def byte_length(name: str) -> int:
    """Bytes of a name in a file system.

    Args:
        name (str): The name, of one file.
    """
    return len(os.fsencode(name))


def cut_bytes(name: str, most: int) -> str:
    """Cut a name behind its last whole character that fits.

    Args:
        name (str): Any name.
        most (int): Bytes, at least 0.

    Returns:
        str: The beginning of the name.
    """
    # Bytes of a character that is cut are those of no character.
    return (
        name
        if byte_length(name) <= most
        else os.fsencode(name)[:most].decode('utf-8', 'ignore')
    )


def short_name(name: str, most: int = FEATURES_ROOM) -> str:
    """Shorten a name in a way that finds it again.

    Args:
        name (str): A video's name; of one with ``/`` the last part is
            shortened.
        most (int): Bytes of that part. Defaults to 250.

    Returns:
        str: The name itself where it fits; else its beginning, a dash and
        eight digits of its SHA-256, the same each time. A long name in
        Unicode's decomposed form is taken in the composed one.
    """
    folder, slash, last = name.rpartition('/')
    if byte_length(last) > most:
        last = unicodedata.normalize('NFC', last)
    if byte_length(last) > most:
        digest = hashlib.sha256(os.fsencode(last)).hexdigest()[:8]
        last = f'{cut_bytes(last, most - 9)}-{digest}'
    return folder + slash + last


def safe_name(video: str, taken: Union[Set[str], None] = None) -> str:
    """Turn a video's name into a file name that no other video has.

    Args:
        video (str): Any name.
        taken (set[str], optional): Names in use, in lower case; the new one
            is added. Defaults to None, none.

    Returns:
        str: Letters, digits and ``._=-``, without suffix, of at most 120
        characters and 241 bytes.
    """
    taken = set() if taken is None else taken
    name = cut_bytes(re.sub(r'[^\w.=-]', '_', video)[:SHORT], ROOM)
    if not name.strip('.'):
        name = f'video{name}'
    unique, count = name, 1
    while unique.lower() in taken:
        count += 1
        unique = f'{name}-{count}'
    taken.add(unique.lower())
    return unique


def unique_names(
    paths: Sequence[Path], fold: Callable[[str], str] = str
) -> List[str]:
    """Name videos by their files, so that no two have the same name.

    Args:
        paths (Sequence[Path]): Files and folders of frames, each once.
        fold (Callable): What makes one of names that are the same, such as
            ``str.lower``. Defaults to ``str``: nothing.

    Returns:
        list[str]: A file's name without extension. Where several files have
        that, their ways from the folder that all of the paths lie in,
        ``cam1/00-15`` and ``cam2/00-15``; with their extensions where they
        lie in one folder.

    Raises:
        ValueError: If two names stay the same; names both files.
    """
    plain = [video_stem(path) for path in paths]
    whole = [Path(os.path.abspath(path)) for path in paths]
    if len({fold(name) for name in plain}) < len(paths):
        root = Path(os.path.commonpath([path.parent for path in whole]))
        ways = [path.relative_to(root) for path in whole]
        forms = (
            [
                way.with_name(video_stem(path))
                for way, path in zip(ways, whole)
            ],
            ways,
        )
        for form in forms:
            counts = Counter(map(fold, plain))
            plain = [
                other.as_posix() if counts[fold(name)] > 1 else name
                for name, other in zip(plain, form)
            ]
    owners: Dict[str, Path] = {}
    for name, path in zip(plain, paths):
        other = owners.setdefault(fold(name), path)
        if other is not path:
            raise ValueError(
                f'{path}: expected a name of its own, found {other}: both '
                f'would be called {name}'
            )
    return plain


def video_stem(path: Path) -> str:
    """A video's file name without extension; a folder's is whole.

    Args:
        path (Path): File, or folder of frames.
    """
    return path.name if path.is_dir() else path.stem


def printable(text: Union[str, PurePath], keep: str = '') -> str:
    r"""Escape what a terminal would obey or a reader could not see.

    Args:
        text (str or PurePath): A name, or a sentence with names in it.
        keep (str): Characters to leave, such as ``'\n'`` of a sentence that
            has several lines. Defaults to '', none.

    Returns:
        str: The text, with ``\x1b`` and the like for control characters,
        marks that turn the direction of writing, and bytes that are no text.
    """
    return ''.join(
        letter if letter in keep or _is_shown(letter) else _escaped(letter)
        for letter in str(text)
    )


def _is_shown(letter: str) -> bool:
    # Joiners are of category Cf and part of ordinary words and emoji.
    return letter in '\u200c\u200d' or unicodedata.category(letter) not in (
        'Cc',
        'Cf',
        'Cs',
        'Zl',
        'Zp',
    )


def _escaped(letter: str) -> str:
    if '\udc80' <= letter <= '\udcff':  # how Python keeps a strange byte
        return f'\\x{ord(letter) - 0xDC00:02x}'
    return letter.encode('unicode_escape').decode('ascii')


def spreadsheet_cell(text: str) -> str:
    """Keep a spreadsheet from taking a name for a formula.

    Args:
        text (str): Any name.

    Returns:
        str: The name, with an apostrophe in front where it begins with what
        spreadsheets compute: ``=``, ``+``, ``-``, ``@``, a tab or a line end.
    """
    return f"'{text}" if text.startswith(tuple('=+-@\t\r\n')) else text
