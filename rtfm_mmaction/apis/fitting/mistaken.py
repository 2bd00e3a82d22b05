"""Folders that were given by mistake, told by where they lie and by names."""

import os
from pathlib import Path
from typing import Dict, List, Optional, Sequence, Union

from ...datasets.normal_names import ALARMING, means_normal, words_of
from ...io.walking import list_folder
from .ways import Way

PathLike = Union[str, os.PathLike]


def refuse_mistaken_folders(
    abnormal: Sequence[PathLike], normal: Sequence[PathLike]
) -> None:
    """Refuse one folder for both sides, and one within the other.

    Args:
        abnormal (Sequence[str or PathLike]): Sources of one side; what is no
            folder is passed over.
        normal (Sequence[str or PathLike]): The same of the other.

    Raises:
        ValueError: If there are such; names both.
    """
    for first in filter(os.path.isdir, abnormal):
        for second in filter(os.path.isdir, normal):
            one, other = map(os.path.realpath, (first, second))
            if one == other:
                raise ValueError(
                    '--abnormal and --normal: expected two folders, found '
                    f'{first} for both{_instead(first)}'
                )
            if Path(one) in Path(other).parents:
                _refuse_outer('--abnormal', first, '--normal', second)
            if Path(other) in Path(one).parents:
                _refuse_outer('--normal', second, '--abnormal', first)


def _refuse_outer(
    option: str, outer: PathLike, within: str, inner: PathLike
) -> None:
    raise ValueError(
        f'{option} {outer}: expected a folder of its own, found one that '
        f'holds {inner} of {within}, too{_instead(outer, inner)}'
    )


def _instead(outer: PathLike, inner: Optional[PathLike] = None) -> str:
    """Name the folders in one that may have been meant, if there are few."""
    taken = None if inner is None else os.path.realpath(inner)
    names = [
        path.name
        for path in list_folder(outer)
        if path.is_dir() and os.path.realpath(path) != taken
    ]
    if not 1 <= len(names) <= 3:
        return ''
    return f'; it holds {" and ".join(names)}: name the one that is meant'


def refuse_mixed(ways: Sequence[Way], labels: Sequence[int]) -> None:
    """Refuse a folder whose sub-folders read as if it held both kinds.

    Folders that both sides have are cameras, whatever they are called.

    Args:
        ways (Sequence[Way]): Of all videos.
        labels (Sequence[int]): Theirs, 1 of abnormal ones.

    Raises:
        ValueError: If a sub-folder of one side alone has a name of the other
            kind; names it.
    """
    # Root -> name of a folder in it, of each label.
    inner: List[Dict[Path, Dict[str, None]]] = [{}, {}]
    for way, label in zip(ways, labels):
        names = inner[label].setdefault(way.root, {})
        names.update(dict.fromkeys(way.folders[:1]))
    for label, option in ((1, '--abnormal'), (0, '--normal')):
        others = {
            name for names in inner[1 - label].values() for name in names
        }
        for root, found in inner[label].items():
            own = [name for name in found if name not in others]
            calm = [name for name in own if means_normal(name)]
            alarming = [
                name for name in own if name not in calm and _is_alarming(name)
            ]
            wrong = calm if label else alarming
            # Of normal videos, words such as 'event' may name a hall.
            if wrong and (label or calm):
                raise ValueError(
                    f'{option} {root}: expected videos of one kind, found the '
                    f'folder {wrong[0]} in it, whose name says the other; '
                    'give the folders in it that are meant, one by one'
                )


def _is_alarming(name: str) -> bool:
    return any(word.startswith(ALARMING) for word in words_of(name))


def swapped_note(
    abnormal: Sequence[PathLike], normal: Sequence[PathLike]
) -> str:
    """Ask whether the two sides are exchanged, where their names say so.

    Args:
        abnormal (Sequence[str or PathLike]): Sources of one side.
        normal (Sequence[str or PathLike]): The same of the other.

    Returns:
        str: A sentence; empty where nothing is strange.

    Examples:
        >>> swapped_note(['clips/normal'], ['clips/fights'])
        '--abnormal clips/normal: its name reads as if its videos were \
normal; are the two sides exchanged?'
        >>> swapped_note(['clips/fights'], ['clips/normal'])
        ''
    """
    for source in abnormal:
        if means_normal(Path(source).name):
            return (
                f'--abnormal {source}: its name reads as if its videos were '
                'normal; are the two sides exchanged?'
            )
    for source in normal:
        name = Path(source).name
        if _is_alarming(name) and not means_normal(name):
            return (
                f'--normal {source}: its name reads as if something were in '
                'its videos; are the two sides exchanged?'
            )
    return ''
