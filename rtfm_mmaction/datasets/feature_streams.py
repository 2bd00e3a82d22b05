"""Features of several kinds as one: RGB and audio, RGB and optical flow.

Shapes: T snippets, N crops, C channels.
"""

from typing import Dict, List, Mapping, Optional, Sequence, Tuple

import numpy as np

from .feature_files import open_features
from .feature_layouts import FeatureLayout

# Audio and flow may end a snippet before the pictures: the last second of
# sound may be short, and flow needs two frames.
MAX_LENGTHS_OFF = 1


def joint_shape(
    shapes: Mapping[str, Tuple[int, int, int]], where: str
) -> Tuple[int, int, int]:
    """(T, N, C) of concatenated streams.

    T may differ by one between streams, the longer ones lose their last
    snippet (XD-Violence's visual features may be one longer than the audio).
    N is the same of all streams or 1, which serves all crops. C adds up.

    Args:
        shapes (Mapping[str, tuple[int, int, int]]): Stream -> T, N, C.
        where (str): A file or video, for errors.

    Returns:
        tuple[int, int, int]: T, N, C.

    Raises:
        ValueError: If T or N do not fit together.
    """
    lengths = {stream: shape[0] for stream, shape in shapes.items()}
    crops = {stream: shape[1] for stream, shape in shapes.items()}
    if max(lengths.values()) - min(lengths.values()) > MAX_LENGTHS_OFF:
        raise ValueError(
            f'{where}: found T = {_listed(lengths)}, expected '
            f'lengths that differ by {MAX_LENGTHS_OFF} at most'
        )
    if len({*crops.values()} - {1}) > 1:
        raise ValueError(
            f'{where}: found crops {_listed(crops)}, expected '
            'the same number of all streams, or 1'
        )
    return (
        min(lengths.values()),
        max(crops.values()),
        sum(shape[2] for shape in shapes.values()),
    )


def _listed(numbers: Mapping[str, int]) -> str:
    return ', '.join(
        f'{number} of {stream!r}' for stream, number in numbers.items()
    )


def read_streams(
    files: Mapping[str, Sequence[str]],
    layouts: Mapping[str, FeatureLayout],
    allow_pickle: bool = False,
    backend_args: Optional[dict] = None,
    crop: Optional[int] = None,
) -> np.ndarray:
    """Read the features of a video, of all crops or of one.

    Args:
        files (Mapping[str, Sequence[str]]): Stream -> its files.
        layouts (Mapping[str, FeatureLayout]): Stream -> its layout.
        allow_pickle (bool): See
            :func:`~rtfm_mmaction.datasets.feature_files.read_array`.
        backend_args (dict, optional): See
            :func:`~rtfm_mmaction.datasets.storage.file_backend`.
        crop (int, optional): The only crop to read, in [0, N); of a stream
            with one crop, that one. Defaults to None: all.

    Returns:
        np.ndarray: (T, N, C) float32, streams one behind the other along C;
        of one crop (T, 1, C).

    Raises:
        ValueError: If a file is bad, holds NaN or infinite values, or the
            streams do not fit together.
    """
    streams: Dict[str, np.ndarray] = {}
    for stream, paths in files.items():
        # One file a crop: the others are not even opened.
        chosen = paths
        if crop is not None and len(paths) > 1:
            chosen = paths[crop : crop + 1] or paths[-1:]
        views = open_features(
            chosen, layouts[stream], allow_pickle, backend_args
        )
        if crop is not None:
            views = [_crop_of(views[0], crop, paths)]
        feature = np.concatenate(
            views, axis=1, dtype=np.float32, casting='same_kind'
        )
        check_finite(feature, paths[0])
        streams[stream] = feature
    if len(streams) == 1:
        return feature
    length, crops, _ = joint_shape(
        {stream: feature.shape for stream, feature in streams.items()},
        next(iter(files.values()))[0],
    )
    parts: List[np.ndarray] = [
        np.broadcast_to(feature[:length], (length, crops, feature.shape[2]))
        for feature in streams.values()
    ]
    return np.concatenate(parts, axis=2)


def _crop_of(view: np.ndarray, crop: int, paths: Sequence[str]) -> np.ndarray:
    """One crop of a file (T, N, C), or of the crop's own file."""
    crops = view.shape[1]
    if crops == 1:
        return view
    if len(paths) > 1:
        raise ValueError(
            f'{paths[0]}: expected one crop a file where a video has several '
            f'files, or crops cannot be read one by one, found {crops}'
        )
    return view[:, crop : crop + 1]


def check_finite(feature: np.ndarray, path: str) -> None:
    """Refuse NaN, infinite values, and vectors whose length is infinite.

    Args:
        feature (np.ndarray): (T, N, C) float32.
        path (str): Where it comes from.

    Raises:
        ValueError: Names the file, the count and the first place.
    """
    # The sum of squares is a fraction of the cost of looking at each value,
    # and not finite where one of them or a vector's length is not; it may
    # also overflow without any.
    with np.errstate(over='ignore', invalid='ignore'):
        if np.isfinite(np.vdot(feature, feature)):
            return
        squares = np.einsum('tnc,tnc->tn', feature, feature)
    finite = np.isfinite(feature)
    if not finite.all():
        snippet, crop, _ = np.argwhere(~finite)[0]
        raise ValueError(
            f'{path}: expected finite values, found '
            f'{np.count_nonzero(~finite)} NaN or infinite ones, first in '
            f'snippet {snippet}, crop {crop}'
        )
    if not np.isfinite(squares).all():
        snippet, crop = np.argwhere(~np.isfinite(squares))[0]
        raise ValueError(
            f'{path}: expected vectors whose l2 norm is a float32, found '
            f'values up to {np.abs(feature[snippet, crop]).max():.3g} in '
            f'snippet {snippet}, crop {crop}'
        )
