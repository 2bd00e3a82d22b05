"""Which files of a folder belong to which video."""

import os
import unicodedata
from functools import cached_property
from typing import Dict, Iterator, List, Optional, Tuple
from urllib.parse import quote

from ..io.names import short_name
from ..io.walking import is_hidden, walk
from .feature_files import is_local
from .feature_layouts import FeatureLayout
from .storage import file_backend

SUFFIXES = ('.npy', '.txt')
# So many numbers behind a missing crop are looked for, to tell a gap.
MAX_CROPS = 16


class FeatureFolder:
    """The feature files in a folder and all below it, listed once.

    Files are found by name in the folder itself, in the one of the video's
    class below it, or in any other below it, where that is the only one:
    RTFM's release, for one, comes as a folder for training and one for
    testing. A video called ``cam1/00-15`` has its files in a folder ``cam1``
    there, and one with a name that is too long for files those that
    extraction gives it, see :func:`~rtfm_mmaction.io.names.short_name`.
    Storage that cannot list its files, such as a web server, has to hold them
    in the folder itself.

    Args:
        root (str): The folder, local or of any storage of mmengine's.
        backend_args (dict, optional): See
            :func:`~rtfm_mmaction.datasets.storage.file_backend`.

    Raises:
        FileNotFoundError: If a local folder does not exist.
    """

    def __init__(self, root: str, backend_args: Optional[dict] = None) -> None:
        self.root = str(root)
        self.backend_args = backend_args
        self.local = is_local(self.root, backend_args)
        self.listed = self.local or hasattr(
            file_backend(self.root, backend_args), 'list_dir_or_file'
        )
        if self.local and not os.path.isdir(self.root):
            raise FileNotFoundError(
                f'{self.root}: expected a folder of features, found '
                f'{"a file" if os.path.exists(self.root) else "none"}'
            )

    @cached_property
    def parents(self) -> Dict[str, Dict[str, str]]:
        """File name -> folder below the root, '' for itself -> path.

        Names are in Unicode's composed form, since archives made on a Mac
        decompose their letters.
        """
        names: Dict[str, Dict[str, str]] = {}
        for relative in self._walk():
            parent, _, name = relative.rpartition('/')
            names.setdefault(composed(name), {})[parent] = relative
        return names

    def _walk(self) -> Iterator[str]:
        """Paths below the root, with ``/``, of all that is named so."""
        if not self.local:
            backend = file_backend(self.root, self.backend_args)
            for relative in backend.list_dir_or_file(
                self.root, list_dir=False, suffix=SUFFIXES, recursive=True
            ):
                if not any(map(is_hidden, relative.split('/'))):
                    yield relative
            return
        for folder, folders, files in walk(self.root):
            # A folder of such a name is told when somebody wants to read it.
            for name in folders + files:
                if name.endswith(SUFFIXES):
                    yield (folder / name).relative_to(self.root).as_posix()

    def path(self, relative: str) -> str:
        """Path of a file below the root, for reading."""
        if not self.root:
            return relative
        if self.root.startswith(('http://', 'https://')):
            relative = quote(relative)  # '#' would cut the name
        return f'{self.root.rstrip("/")}/{relative}'

    def find(
        self, video: str, category: str, layout: FeatureLayout
    ) -> List[str]:
        """Find the files of one video, in the order of its crops.

        Args:
            video (str): Name of the video, without extension.
            category (str): Its class.
            layout (FeatureLayout): How the files are named.

        Returns:
            list[str]: Paths of one file, or of one a crop.

        Raises:
            FileNotFoundError: If there is none; names the file that was
                expected.
            ValueError: If there are files in several folders, or a crop is
                missing between others.
        """
        if not self.listed:
            return [
                self.path(layout.file_name(video, crop))
                for crop in range(self._crops_unlisted(layout))
            ]
        expected = self.path(layout.file_name(video))
        crops = range(MAX_CROPS if layout.file_per_crop else 1)
        found = [self._files_of(video, crop, layout) for crop in crops]
        parent = _choose(
            {parent for paths in found for parent in paths}, category
        )
        if parent is None:
            raise FileNotFoundError(
                f'features of video {video!r}: expected {expected}, found no '
                'such file'
            )
        if isinstance(parent, list):
            raise ValueError(
                f'features of video {video!r}: expected '
                f'{layout.file_name(video)} in one folder below {self.root}, '
                f'found it in {", ".join(parent)}'
            )
        files = [paths.get(parent) for paths in found]
        while layout.file_per_crop and files[-1] is not None:
            files.append(self._files_of(video, len(files), layout).get(parent))
        while files[-1] is None:
            files.pop()
        if None in files:
            gap = files.index(None)
            missing = layout.file_name(video, gap)
            raise ValueError(
                f'features of video {video!r}: expected crop {gap}, '
                f'{self.path(f"{parent}/{missing}" if parent else missing)}, '
                f'found {self.path(str(files[-1]))} and no such file'
            )
        return [self.path(str(relative)) for relative in files]

    def _files_of(
        self, video: str, crop: int, layout: FeatureLayout
    ) -> Dict[str, str]:
        """Folder -> path of a crop's file; the first name wins."""
        names = [
            *layout.file_names(video, crop),
            *layout.file_names(short_name(video), crop),
        ]
        paths: Dict[str, str] = {}
        for name in reversed(names):
            way, _, last = composed(name).rpartition('/')
            for parent, path in self.parents.get(last, {}).items():
                above = _above(parent, way)
                if above is not None:
                    paths[above] = path
        return paths

    def _crops_unlisted(self, layout: FeatureLayout) -> int:
        if not layout.file_per_crop:
            return 1
        if not layout.num_crops:
            raise ValueError(
                f'{self.root}: this storage cannot list its files, so the '
                'layout has to say how many crops a video has: expected '
                f'num_crops beside name={layout.name!r}, found none'
            )
        return layout.num_crops

    def examples(self) -> Tuple[int, List[str]]:
        """How many files there are, and the names of the first three."""
        names = sorted(self.parents)
        return len(names), names[:3]


def _above(parent: str, way: str) -> Optional[str]:
    """The folder from which a way leads to ``parent``; None if none does."""
    if not way:
        return parent
    if not f'/{composed(parent)}'.endswith(f'/{way}'):
        return None
    return '/'.join(parent.split('/')[: -way.count('/') - 1])


def _choose(parents: set, category: str):
    """The folder to take; a sorted list where several would do."""
    for parent in ('', category):
        if parent in parents:
            return parent
    if len(parents) > 1:
        return sorted(parents)
    return next(iter(parents), None)


def composed(name: str) -> str:
    """A name in Unicode's composed form, for comparing."""
    return unicodedata.normalize('NFC', name)
