"""Telling the layout of feature files from their names and shapes.

Shapes: T snippets, N crops, C channels.
"""

from dataclasses import replace
from typing import Dict, List, Sequence, Tuple

import numpy as np

from .feature_files import read_array, read_header
from .feature_folder import FeatureFolder
from .feature_layouts import LAYOUTS, FeatureLayout

# One layout for each way of naming files; the shapes tell the rest.
NAMINGS = (
    'packed',
    'rtfm',
    'per_crop',
    'per_crop_single',
    'vggish',
    'sultani_text',
)
USUAL_CROPS = (1, 5, 10)
REMOTE_FILES = 4
Videos = Sequence[Tuple[str, str]]


def detect_layout(
    folder: FeatureFolder, videos: Videos, allow_pickle: bool = False
) -> Tuple[FeatureLayout, str]:
    """Find the layout that a folder's files have.

    Args:
        folder (FeatureFolder): The files; their storage must list them.
        videos (Sequence[tuple[str, str]]): Name and class of the videos.
        allow_pickle (bool): See
            :func:`~rtfm_mmaction.datasets.feature_files.read_array`.

    Returns:
        tuple[FeatureLayout, str]: The layout, and a sentence that says what
        was found.

    Raises:
        FileNotFoundError: If no file has the name of a video.
        ValueError: If the storage cannot list files, or names or shapes fit
            more than one layout (or none): a layout has to be named then.
    """
    if not folder.listed:
        raise ValueError(
            f"{folder.root}: layout='auto' needs storage that "
            'can list its files, found one that cannot; name '
            f'the layout, one of {", ".join(LAYOUTS)}'
        )
    name, files = _naming(folder, videos)
    layout = LAYOUTS[name]
    # Remote files have to be fetched whole for their shapes.
    looked_at = files if folder.local else files[:REMOTE_FILES]
    shapes, first = _shapes(looked_at, allow_pickle, folder.backend_args)
    label = name
    if not layout.file_per_crop and len(shapes[0]) == 3:
        axes = _axes(shapes, first)
        if axes == 'NTC' and name == 'rtfm':
            label = 'crop_first'
            if _ends_in_magnitude(
                first, shapes, allow_pickle, folder.backend_args
            ):
                label = 'mgfn'
            layout = LAYOUTS[label]
        elif axes != layout.axes:
            layout = replace(layout, axes=axes)
            label = f'{name} with crops first'
    return layout, (
        f"{folder.root}: layout='auto' found {label!r}: files of "
        f'{len(files)} of {len(videos)} videos, such as {first}, '
        f'{_described(shapes[0], layout, len(files[0]))}'
    )


def _naming(
    folder: FeatureFolder, videos: Videos
) -> Tuple[str, List[List[str]]]:
    """The naming that finds most videos, and their files."""
    found: Dict[str, List[List[str]]] = {}
    for name in NAMINGS:
        files = []
        for video, category in videos:
            try:
                files.append(folder.find(video, category, LAYOUTS[name]))
            except FileNotFoundError:
                continue
        found[name] = files
    # <video>.npy may be crop 0 of files whose other crops are numbered. It is
    # a whole where no other file goes with it; where 0 has a number, too, the
    # two namings stay rivals.
    packed = {files[0] for files in found['packed']}
    found['per_crop'] = [
        files
        for files in found['per_crop']
        if len(files) > 1 or files[0] not in packed
    ]
    crops = {files[0] for files in found['per_crop']}
    found['packed'] = [
        files for files in found['packed'] if files[0] not in crops
    ]
    most = max(map(len, found.values()))
    if not most:
        count, names = folder.examples()
        raise FileNotFoundError(
            f'{folder.root}: expected feature files of {len(videos)} videos, '
            f'such as {LAYOUTS["packed"].file_name(videos[0][0])} or '
            f'{LAYOUTS["rtfm"].file_name(videos[0][0])}, found none of any '
            f'layout among {count} files{_list(names)}'
        )
    best = [name for name in NAMINGS if len(found[name]) == most]
    if len(best) > 1:
        raise ValueError(
            f"{folder.root}: layout='auto' found files of {most} videos in "
            f'each of the layouts {", ".join(best)}, such as '
            f'{" and ".join(found[name][0][0] for name in best)}; name the '
            'one to take'
        )
    return best[0], found[best[0]]


def _list(names: Sequence[str]) -> str:
    return f', such as {", ".join(names)}' if names else ''


def _shapes(
    files: Sequence[Sequence[str]], allow_pickle: bool, backend_args
) -> Tuple[List[Tuple[int, ...]], str]:
    """Shapes of the readable files with three axes, else of one with two."""
    flat: List[Tuple[Tuple[int, ...], str]] = []
    deep: List[Tuple[Tuple[int, ...], str]] = []
    errors = []
    for path, *_ in files:
        try:
            shape = read_header(path, allow_pickle, backend_args)
        except ValueError as error:  # told of its video later
            errors.append(error)
            continue
        (deep if len(shape) == 3 else flat).append((shape, path))
    if not (deep or flat):
        raise errors[0]
    shapes = deep or flat
    return [shape for shape, _ in shapes], shapes[0][1]


def _axes(shapes: Sequence[Tuple[int, ...]], first: str) -> str:
    """'TNC' or 'NTC': crops are as many in each file, snippets vary."""
    one_first = len({shape[0] for shape in shapes}) == 1
    one_second = len({shape[1] for shape in shapes}) == 1
    a, b, _ = shapes[0]
    if one_first != one_second:
        return 'NTC' if one_first else 'TNC'
    if one_first and (a in USUAL_CROPS) != (b in USUAL_CROPS):
        return 'NTC' if a in USUAL_CROPS else 'TNC'
    raise ValueError(
        f"{first}: layout='auto' found shape {shapes[0]}, in which "
        + (
            f'{a} or {b} could be the crops in all {len(shapes)} files'
            if one_first
            else 'neither of the first two axes is the same in '
            f'all {len(shapes)} files, as that of the crops would be'
        )
        + "; name the layout: 'rtfm' or 'packed' for (T, crops, C), "
        "'crop_first' for (crops, T, C)"
    )


def _ends_in_magnitude(
    path: str,
    shapes: Sequence[Tuple[int, ...]],
    allow_pickle: bool,
    backend_args,
) -> bool:
    """Whether the last channel is the norm of the others, as MGFN's is."""
    segments = LAYOUTS['mgfn'].num_segments
    if {shape[1] for shape in shapes} != {segments}:
        return False
    feature = np.asarray(
        read_array(path, allow_pickle, backend_args), np.float64
    )
    return np.allclose(
        np.linalg.norm(feature[..., :-1], axis=-1), feature[..., -1], rtol=1e-2
    )


def _described(
    shape: Tuple[int, ...], layout: FeatureLayout, files: int
) -> str:
    if layout.file_per_crop:
        return f'{files} files a video, (T, C) = {shape}'
    axes = 'T, C' if len(shape) == 2 else ', '.join(layout.axes)
    return f'({axes}) = {shape}'
