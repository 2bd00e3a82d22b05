"""The one walker over folders of this machine.

Whoever looks for files looks through here, so that the same are seen by all:

- names that begin with a dot are passed over (``._a.mp4`` that a Mac leaves,
  ``.@__thumb`` of a storage box, ``.Trash-1000``, temporary files of our own),
  and so are the folders that systems make for themselves;
- links to folders are followed; a folder that was seen before, by whatever
  name, is not entered again, so that circles end;
- a folder of frames is one video;
- what is no input is counted, for the caller to tell.

mmengine's ``scandir`` knows neither circles nor an order. Storages other than
this machine's are listed by mmengine's ``list_dir_or_file``, see
:class:`~rtfm_mmaction.datasets.feature_folder.FeatureFolder`.
"""

import os
from collections import Counter
from pathlib import Path
from typing import Callable, Iterator, List, Optional, Sequence, Tuple, Union

PathLike = Union[str, os.PathLike]

# Of Synology and QNAP boxes, Windows and Linux; no folder of a person's.
SYSTEM_FOLDERS = frozenset(
    ('@eaDir', '#recycle', '$RECYCLE.BIN', 'lost+found', '__MACOSX')
)


def is_hidden(name: str) -> bool:
    """Whether a file or folder is passed over by all tools.

    Args:
        name (str): Its name, without folders.
    """
    return name.startswith('.') or name in SYSTEM_FOLDERS


def walk(
    folder: PathLike, onerror: Optional[Callable[[OSError], None]] = None
) -> Iterator[Tuple[Path, List[str], List[str]]]:
    """Go through a folder and all below it, in the order of names.

    Args:
        folder (str or PathLike): Where to begin; its own name may be any.
        onerror (Callable, optional): Gets the error of a folder that cannot
            be listed. Defaults to None, :func:`refuse`.

    Yields:
        tuple[Path, list[str], list[str]]: A folder, and the names of the
        folders and of the files in it. Folders that are taken out of their
        list are not entered.

    Raises:
        ValueError: If a folder cannot be listed; names it.
    """
    seen = set()
    for parent, folders, files in os.walk(
        folder, onerror=onerror or refuse, followlinks=True
    ):
        real = os.path.realpath(parent)
        if real in seen:
            folders.clear()
            continue
        seen.add(real)
        folders[:] = sorted(name for name in folders if not is_hidden(name))
        files = sorted(name for name in files if not is_hidden(name))
        yield Path(parent), folders, files


def refuse(error: OSError) -> None:
    """Raise the one error of a folder that cannot be listed.

    Args:
        error (OSError): What the system said, with the folder's name.

    Raises:
        ValueError: Always.
    """
    raise ValueError(
        f'{error.filename}: expected a folder that can be listed, found one '
        f'that cannot ({error.strerror})'
    ) from error


class Findings:
    """What a search has found and what it has passed over.

    Attributes:
        paths (list[Path]): The files, and folders of frames, that were looked
            for, in order.
        others (list[Path]): Files of other kinds.
        broken (list[Path]): What has the name of one that was looked for, and
            is none: a link that leads nowhere, a pipe.
        closed (list[Path]): Folders that cannot be listed.
    """

    def __init__(self) -> None:
        self.paths: List[Path] = []
        self.others: List[Path] = []
        self.broken: List[Path] = []
        self.closed: List[Path] = []

    def remarks(self, what: str = 'videos') -> List[str]:
        """Say what was passed over.

        Args:
            what (str): What was looked for. Defaults to 'videos'.

        Returns:
            list[str]: At most one sentence on files of other kinds, one on
            what is no file, and one on folders.
        """
        remarks = []
        if self.others:
            kinds = Counter(
                path.suffix.lower() or 'no extension' for path in self.others
            )
            counts = ', '.join(f'{k} {n}' for k, n in kinds.most_common())
            remarks.append(
                f'passed over {_counted(len(self.others), "file")} that '
                f'{_are(len(self.others))} no {what}: {counts}, such as '
                f'{self.others[0]}'
            )
        if self.broken:
            remarks.append(
                f'passed over {_counted(len(self.broken), "name")} of {what} '
                'with no file behind, a link that leads nowhere or a pipe, '
                f'such as {self.broken[0]}'
            )
        if self.closed:
            remarks.append(
                f'passed over {_counted(len(self.closed), "folder")} that '
                f'cannot be listed, such as {self.closed[0]}'
            )
        return remarks


def _counted(number: int, what: str) -> str:
    return f'{number} {what}{"s" if number > 1 else ""}'


def _are(number: int) -> str:
    return 'are' if number > 1 else 'is'


def search(
    folder: PathLike,
    extensions: Sequence[str],
    is_frames: Callable[[Path], bool] = lambda folder: False,
    beside: Sequence[str] = (),
    skip: Optional[PathLike] = None,
    deep: bool = True,
) -> Findings:
    """Look for files by their extensions, in a folder and all below it.

    Args:
        folder (str or PathLike): Where to look.
        extensions (Sequence[str]): In small letters, such as ``('.mp4',)``.
        is_frames (Callable): Whether a folder is one video, whose files are
            then its frames and below which nothing is looked for. Defaults to
            no folder.
        beside (Sequence[str]): Extensions of what belongs to the files of the
            same name and is not worth a word, such as ``.json`` of features.
        skip (str or PathLike, optional): A folder below that is passed over
            without a word, such as the one for results. Defaults to None.
        deep (bool): Whether to look below the folder. Defaults to True.

    Returns:
        Findings: Paths in the order of their parts. A folder that cannot be
        listed is among the findings, but for ``folder`` itself.

    Raises:
        ValueError: If ``folder`` cannot be listed.
    """
    findings = Findings()
    root = os.path.abspath(folder)
    skipped = skip and os.path.realpath(skip)

    def note(error: OSError) -> None:
        if os.path.abspath(error.filename) == root:
            refuse(error)
        findings.closed.append(Path(error.filename))

    for parent, folders, files in walk(folder, note):
        if skipped and os.path.realpath(parent) == skipped:
            folders.clear()
            continue
        if files and is_frames(parent):
            findings.paths.append(parent)
            folders.clear()
            continue
        if not deep:
            folders.clear()
        paths = [parent / name for name in files]
        wanted = [path for path in paths if path.suffix.lower() in extensions]
        for path in wanted:
            is_file = os.path.isfile(path)
            (findings.paths if is_file else findings.broken).append(path)
        stems = {path.stem for path in wanted}
        findings.others += [
            path
            for path in paths
            if path.suffix.lower() not in extensions
            and not (path.suffix.lower() in beside and path.stem in stems)
        ]
    findings.paths.sort()
    return findings


def list_folder(
    folder: PathLike, suffix: str = '', hidden: bool = False
) -> List[Path]:
    """List what lies in a folder itself.

    Args:
        folder (str or PathLike): The folder.
        suffix (str): How names end, in small letters. Defaults to '', any.
        hidden (bool): Whether to list what :func:`is_hidden`, too. Defaults
            to False.

    Returns:
        list[Path]: Files and folders, by name.

    Raises:
        OSError: If it cannot be listed.
    """
    return [
        Path(folder, name)
        for name in sorted(os.listdir(folder))
        if name.lower().endswith(suffix) and (hidden or not is_hidden(name))
    ]
