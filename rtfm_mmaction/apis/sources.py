"""What a person hands over to be scored, as one list.

Shapes: T snippets, N crops, C channels.
"""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Dict, List, NamedTuple, Optional, Tuple, Union

import numpy as np

from ..datasets.feature_layouts import FeatureLayout, get_layout
from ..datasets.feature_record import read_made_with
from ..io.inputs import EXTENSIONS, Note, named_files
from ..io.names import unique_names
from ..io.printing import say

FEATURES = '.npy'
TEXT = '.txt'
# Extraction writes one beside each file of features.
SIDECAR = '.json'
# What features, weights and tables are kept in, and no video ever.
NO_VIDEOS = frozenset(
    ('.npz', '.pt', '.pth', '.pkl', '.pickle', '.mat', '.h5', '.hdf5')
    + ('.json', '.csv', '.xml', '.yaml', '.yml', '.py', '.zip', '.onnx')
)


class Source(NamedTuple):
    """One video, or what was made of one.

    Attributes:
        name (str): File name without extension, or the file's way where
            several are called the same, see
            :func:`~rtfm_mmaction.io.names.unique_names`; of features the
            video's by their layout; ``array-<i>`` of the i-th array. No two
            have the same.
        kind (str): 'video', 'features' (a file, or one a crop), 'array', or
            'other', which cannot be read.
        value (Path or np.ndarray): The (first) file, or the array; of kind
            'other' the file.
        files (tuple[str, ...]): All files of features, in the order of crops.
        layout (FeatureLayout, optional): Theirs.
        reason (str): Of kind 'other': what is wrong with it.
    """

    name: str
    kind: str
    value: Any
    files: Tuple[str, ...] = ()
    layout: Optional[FeatureLayout] = None
    reason: str = ''


def find_sources(
    inputs: Any,
    out: Union[str, Path, None] = None,
    note: Note = say,
    layout: Optional[FeatureLayout] = None,
    strict: bool = False,
) -> List[Source]:
    """List what to score, in the order given.

    Args:
        inputs: A video file or folder of frames, a feature file (``.npy``), a
            folder (searched with all below it for these), a list of them
            (``.txt``), a pattern such as ``cam/*.mp4``, a feature array
            (T, N, C) or (T, C), or a list of all these.
        out (str or Path, optional): Folder that results will go to. What lies
            below it is passed over in a folder around it. Defaults to None.
        note (Callable): Gets a sentence on what was passed over. Defaults to
            :func:`~rtfm_mmaction.io.printing.say`.
        layout (FeatureLayout, optional): How feature files are named and laid
            out, where no side-car shows that ``rtfm extract`` wrote them.
            Files of one video's crops are one source. Where its files are
            texts, ``.txt`` is one of those and no list. Defaults to None,
            'packed'.
        strict (bool): Whether ``.npy`` files of other names than the layout's
            are refused; else they are taken as 'packed'. Defaults to False.

    Returns:
        list[Source]: Each file once.

    Raises:
        FileNotFoundError: If a file or folder is missing.
        TypeError: If an input is of another type.
        ValueError: If nothing is found, two have the same name all the same,
            or one lies where results would go.
    """
    if not isinstance(inputs, (list, tuple)):
        inputs = [inputs]
    layout = layout or get_layout('packed')
    found: Dict[str, Union[Path, np.ndarray]] = {}
    for item in inputs:
        if isinstance(item, np.ndarray):
            arrays = [
                isinstance(other, np.ndarray) for other in found.values()
            ]
            # No path ends in a slash.
            found[f'array-{sum(arrays)}/'] = item
            continue
        for path in _files(item, out, note, layout):
            found.setdefault(os.path.abspath(path), path)
    if not found:
        raise ValueError(
            f'inputs: expected videos ({" ".join(EXTENSIONS)}) or'
            f' features ({FEATURES}), found none in {inputs}'
        )
    groups = _groups(
        [path for path in found.values() if isinstance(path, Path)],
        layout,
        strict,
    )
    # Names become file names, which some systems do not tell by case.
    names = unique_names([group.called for group in groups], str.lower)
    sources = {
        os.path.abspath(group.paths[0]): _source_of_files(name, group)
        for name, group in zip(names, groups)
    }
    listed = [
        sources.get(key)
        if isinstance(value, Path)
        else Source(key.rstrip('/'), 'array', value)
        for key, value in found.items()
    ]
    result = [source for source in listed if source is not None]
    _check_names(result)
    return result


@dataclass
class _Group:
    """Files of one video.

    Attributes:
        called (Path): What the video is called by.
        crops (dict[int, Path]): Crop -> file; of a video itself one.
        layout (FeatureLayout, optional): None of videos.
        reason (str): What is wrong with them, if anything is.
    """

    called: Path
    crops: Dict[int, Path]
    layout: Optional[FeatureLayout] = None
    reason: str = ''

    @property
    def paths(self) -> List[Path]:
        """The files in the order of crops."""
        return [self.crops[crop] for crop in sorted(self.crops)]


def _groups(
    paths: List[Path], layout: FeatureLayout, strict: bool
) -> List[_Group]:
    """Put the files of each video together."""
    packed = get_layout('packed')
    groups: Dict[Path, _Group] = {}
    for path in paths:
        suffix = path.suffix.lower()
        if suffix in NO_VIDEOS and not path.is_dir():
            groups[path] = _Group(
                path,
                {0: path},
                reason=f'expected a video or features ({FEATURES}), found a '
                f'{suffix} file',
            )
            continue
        if not _is_features(path, layout):
            groups[path] = _Group(path, {0: path})
            continue
        parsed = layout.parse(path.name)
        if read_made_with(path)[0] is not None or not (parsed or strict):
            groups[path] = _Group(path, {0: path}, packed)
            continue
        if parsed is None:
            groups[path] = _Group(
                path,
                {0: path},
                reason=f'expected a name such as {layout.file_name("NAME")} '
                '(--layout), found another',
            )
            continue
        video, crop = parsed
        called = path.with_name(f'{video}{FEATURES}')
        group = groups.setdefault(called, _Group(called, {}, layout))
        other = group.crops.setdefault(crop, path)
        if other is not path:
            group.reason = f'expected one file of crop {crop}, found {other}'
    for group in groups.values():
        if group.layout is None or not group.layout.file_per_crop:
            continue
        if list(group.crops) == [0] and layout.first_crop:
            group.layout = packed  # it has no number, and may hold all crops
        missing = set(range(len(group.crops))) - set(group.crops)
        if missing and not group.reason:
            name = layout.file_name(group.called.stem, min(missing))
            group.reason = (
                f'expected crop {min(missing)}, {name}, beside it, found none'
            )
    return list(groups.values())


def _is_features(path: Path, layout: FeatureLayout) -> bool:
    suffix = path.suffix.lower()
    return suffix == FEATURES or _is_text(layout) and suffix == TEXT


def _is_text(layout: FeatureLayout) -> bool:
    return layout.name.endswith(TEXT)


def _source_of_files(name: str, group: _Group) -> Source:
    # Bytes that are no text become question marks.
    name = name.encode(errors='replace').decode()
    first = group.paths[0]
    if group.reason:
        return Source(name, 'other', first, reason=group.reason)
    if group.layout is None:
        return Source(name, 'video', first)
    files = tuple(map(str, group.paths))
    return Source(name, 'features', first, files, group.layout)


def _check_names(sources: List[Source]) -> None:
    """A file may be called like an array, or like one of strange bytes."""
    owners: Dict[str, Source] = {}
    for source in sources:
        other = owners.setdefault(source.name.lower(), source)
        if other is not source:
            first, second = (
                entry.name if entry.kind == 'array' else entry.value
                for entry in (other, source)
            )
            raise ValueError(
                f'{second}: expected a name of its own, found '
                f'{first}: the results of both would be '
                f'{source.name}.json'
            )


def _is_below(path: Path, folder: Union[str, Path]) -> bool:
    return Path(folder).resolve() in path.resolve().parents


def _files(
    item: Any,
    out: Union[str, Path, None],
    note: Note,
    layout: FeatureLayout,
) -> List[Path]:
    """The files that one input names."""
    if not isinstance(item, (str, os.PathLike)):
        raise TypeError(
            f'inputs: expected paths or arrays, found {type(item).__name__}'
        )
    # In a folder around it, what lies below ``out`` is of an earlier run.
    around = None if out is None or _is_below(Path(item, '_'), out) else out
    kinds = (*EXTENSIONS, FEATURES)
    if _is_text(layout):
        kinds = (*EXTENSIONS, TEXT)
    if (
        _is_text(layout)
        and os.path.isfile(item)
        and _is_features(Path(item), layout)
    ):
        paths = [Path(item)]  # and no list
    else:
        paths = list(named_files(item, kinds, [SIDECAR], around, note))
    for path in paths:
        if out is not None and _is_below(path, out):
            raise ValueError(
                f'{path}: expected inputs outside of the folder for '
                f'results, {out}, whose files could take their place'
            )
    return paths
