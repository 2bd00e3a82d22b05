"""Which file holds which crop of which video, and on which axes.

Shapes: T snippets, N crops, C channels. Every layout is read as (T, N, C).
"""
from dataclasses import dataclass
from pathlib import Path
from typing import Dict, List, Sequence, Tuple

import numpy as np


@dataclass(frozen=True)
class FeatureLayout:
    """How a family of feature files lies on disk.

    Attributes:
        name (str): File name of a video's only file, or of crop {crop}.
        first_crop (str): Name of crop 0 where some lists leave out its
            number; empty where they do not.
        axes (str): Axes of an array with three of them: 'TNC' or 'NTC'.
            An array with two is (T, C), one crop.
        drop_last (int): Channels at the end that are no features.
    """
    name: str
    first_crop: str = ''
    axes: str = 'TNC'
    drop_last: int = 0

    @property
    def file_per_crop(self) -> bool:
        """Whether each crop has a file of its own."""
        return '{crop}' in self.name


LAYOUTS: Dict[str, FeatureLayout] = {
    # What tools/features/extract.py writes; also C3D and CLIP features.
    'packed': FeatureLayout('{video}.npy'),
    # RTFM's and S3R's released features, XD-Violence packed: (T, N, C).
    'rtfm': FeatureLayout('{video}_i3d.npy'),
    # (N, T, C) under the same names.
    'crop_first': FeatureLayout('{video}_i3d.npy', axes='NTC'),
    # MGFN's (N, 32, C + 1) with the magnitude as the last channel.
    'mgfn': FeatureLayout('{video}_i3d.npy', axes='NTC', drop_last=1),
    # 1024-d UCF-Crime and XD-Violence: Abuse028_x264__0.npy … __9.npy.
    'per_crop': FeatureLayout('{video}__{crop}.npy', '{video}.npy'),
    # 1024-d ShanghaiTech: 01_0015_0.npy … 01_0015_9.npy.
    'per_crop_single': FeatureLayout('{video}_{crop}.npy'),
    # Sultani et al.'s C3D: 32 lines of 4096 numbers.
    'sultani_text': FeatureLayout('{video}.txt'),
}


def get_layout(name: str) -> FeatureLayout:
    """Look a layout up.

    Args:
        name (str): One of the keys of :data:`LAYOUTS`.

    Raises:
        ValueError: If it is unknown.
    """
    if name not in LAYOUTS:
        raise ValueError(
            f'layout: found {name!r}, expected one of {sorted(LAYOUTS)}')
    return LAYOUTS[name]


def find_feature_files(folder: Path, video: str, category: str,
                       layout: FeatureLayout) -> List[Path]:
    """Find the files of one video, in the order of its crops.

    Args:
        folder (Path): Where the features lie; a folder per class below it
            is looked into too.
        video (str): Name of the video, without extension.
        category (str): Its class.
        layout (FeatureLayout): How the files are named.

    Returns:
        list[Path]: One file, or one a crop.

    Raises:
        FileNotFoundError: If there is none; names the file that was expected.
    """
    for parent in (folder, folder / category):
        if not layout.file_per_crop:
            path = parent / layout.name.format(video=video)
            if path.exists():
                return [path]
            continue
        files = []
        while True:
            names = [layout.name.format(video=video, crop=len(files))]
            if not files and layout.first_crop:
                names.append(layout.first_crop.format(video=video))
            found = [parent / name for name in names
                     if (parent / name).exists()]
            if not found:
                break
            files.append(found[0])
        if files:
            return files
    raise FileNotFoundError(
        f'features of video {video!r}: expected '
        f'{folder / layout.name.format(video=video, crop=0)}, found no such '
        'file')


def read_array(path: Path, allow_pickle: bool = False) -> np.ndarray:
    """Open one feature file, mapped into memory where its format allows it.

    Args:
        path (Path): A ``.npy`` or ``.txt`` file.
        allow_pickle (bool): Whether to unpickle object arrays, which can run
            code that the file contains. Defaults to False.

    Returns:
        np.ndarray: Floating array of two or three axes; not read yet for a
        ``.npy`` file.

    Raises:
        ValueError: If the file is empty, truncated, no array, pickled
            without ``allow_pickle``, not of numbers, of another rank, or
            without rows; names file, found and expected.
    """
    if path.is_dir():
        raise ValueError(f'{path}: expected a feature file, found a folder')
    if path.stat().st_size == 0:
        raise ValueError(f'{path}: expected an array, found an empty file')
    with open(path, 'rb') as file:
        magic = file.read(6)
    pickled = ValueError(
        f'{path}: expected an array of numbers, found pickled Python objects, '
        'which can run code when they are read. If you trust the file, set '
        'allow_pickle=True in its dataset')
    if path.suffix != '.txt' and magic != b'\x93NUMPY' and not allow_pickle:
        if magic[:1] == b'\x80':  # how a pickle begins
            raise pickled
        raise ValueError(f'{path}: expected a .npy file, found one that '
                         f'begins with {magic!r}')
    try:
        if path.suffix == '.txt':
            array = np.loadtxt(path, dtype=np.float32, ndmin=2)
        elif allow_pickle:
            rows = np.load(path, allow_pickle=True)
            array = np.stack([np.asarray(row, np.float32) for row in rows])
        else:
            array = np.load(path, mmap_mode='r', allow_pickle=False)
    except (ValueError, OSError, EOFError) as error:
        if 'object' in str(error).lower():
            raise pickled from error
        raise ValueError(
            f'{path}: expected a whole feature array, found one that cannot '
            f'be read ({error})') from error
    if array.dtype.kind != 'f':
        raise ValueError(f'{path}: expected floating-point numbers, found '
                         f'dtype {array.dtype}')
    if array.ndim not in (2, 3) or 0 in array.shape:
        raise ValueError(f'{path}: expected snippets x channels or three axes '
                         f'with crops, none of them empty, found shape '
                         f'{array.shape}')
    return array


def open_features(files: Sequence[Path],
                  layout: FeatureLayout,
                  allow_pickle: bool = False) -> List[np.ndarray]:
    """Open a video's files as views of (T, N, C), without reading them.

    Args:
        files (Sequence[Path]): One file, or one a crop.
        layout (FeatureLayout): Their layout.
        allow_pickle (bool): See :func:`read_array`.

    Returns:
        list[np.ndarray]: Views (T, N_i, C); along their second axes they
        make up the video's crops.

    Raises:
        ValueError: If a file is bad or the crops differ in shape.
    """
    views = []
    for path in files:
        array = read_array(path, allow_pickle)
        if array.ndim == 2:
            array = array[:, None]
        elif layout.file_per_crop:
            raise ValueError(f'{path}: expected (T, C) of one crop, found '
                             f'shape {array.shape}')
        elif layout.axes == 'NTC':
            array = array.swapaxes(0, 1)
        if layout.drop_last:
            array = array[..., :-layout.drop_last]
        if views and array.shape != views[0].shape:
            raise ValueError(
                f'{path}: found (T, C) = {_row_shape(array)}, expected that '
                f'of its other crops, {_row_shape(views[0])} in {files[0]}')
        views.append(array)
    return views


def _row_shape(array: np.ndarray) -> Tuple[int, int]:
    return array.shape[0], array.shape[2]


def features_shape(views: Sequence[np.ndarray]) -> Tuple[int, int, int]:
    """(T, N, C) of the views that :func:`open_features` gives."""
    length, _, channels = views[0].shape
    return length, sum(view.shape[1] for view in views), channels
