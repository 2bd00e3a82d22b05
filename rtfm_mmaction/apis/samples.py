"""Features of an input, and what is known beside them.

Shapes: T snippets, N crops, C channels.
"""

from typing import (
    TYPE_CHECKING,
    Any,
    Callable,
    Dict,
    NamedTuple,
    Optional,
    Tuple,
    Union,
)

import numpy as np

from ..datasets.feature_layouts import FeatureLayout
from ..datasets.feature_rows import FeatureRows
from ..extraction.sidecar import read_video_facts
from ..io.video import is_text
from .sources import Source

if TYPE_CHECKING:
    from ..models.long_video import Rows

# As published features have them.
USUAL_CROPS = (5, 10)


class Sample(NamedTuple):
    """A video's features and what is known beside them.

    Attributes:
        features (Rows): (T, N, C).
        fps (float): Frames per second; 0 where that is not known.
        frames (int): As of the video; 0 where that is not known.
        note (str): See ``AnomalyResult``.
        snippet_len (int): Frames of a snippet; 0 where that is not known.
        times (np.ndarray, optional): See ``AnomalyResult.snippet_times``.
        clock_jumps (bool): See there.
        settings (dict, optional): The extractor's, as its side-car has them;
            None where they are not known.
        frame_size (tuple[int, int], optional): (W, H) of the video's frames,
            in pixels; None where that is not known.
    """

    features: 'Rows'
    fps: float = 0.0
    frames: int = 0
    note: str = ''
    snippet_len: int = 0
    times: Optional[np.ndarray] = None
    clock_jumps: bool = False
    settings: Optional[Dict[str, Any]] = None
    frame_size: Optional[Tuple[int, int]] = None


def open_source(
    source: Source,
    layout: FeatureLayout,
    check: Callable[[str, Optional[Dict[str, Any]], Tuple[int, ...]], None],
) -> Union[Sample, ValueError]:
    """Open features that are there already.

    Args:
        source (Source): Of any kind but 'video'.
        layout (FeatureLayout): Of arrays: which axis is what.
        check (Callable): Called with the input's file or name, what it was
            made with (None where that is not known) and T, N, C; raises
            ValueError.

    Returns:
        Sample or ValueError: What is wrong, where something is.
    """
    if source.kind == 'other':
        return ValueError(f'{source.value}: {source.reason}')
    try:
        if source.kind == 'array':
            features = _of_array(source, layout)
            check(source.name, None, features.shape)
            return Sample(features)
        if not is_text(source.value):
            raise ValueError(
                f'{ascii(str(source.value))}: expected a file '
                'name in UTF-8, found other bytes'
            )
        rows = FeatureRows(source.files, source.layout or layout)
        facts = read_video_facts(source.value, rows.shape[0])
        check(str(source.value), facts.settings, rows.shape)
    except ValueError as error:
        return error
    return Sample(
        rows,
        facts.fps,
        facts.frames,
        facts.note,
        facts.snippet_len,
        facts.snippet_times,
        settings=facts.settings,
    )


def _of_array(source: Source, layout: FeatureLayout) -> np.ndarray:
    features = source.value
    if features.ndim == 2:
        features = features[:, None]
    elif features.ndim == 3 and layout.axes == 'NTC':
        features = features.swapaxes(0, 1)
    if features.ndim != 3 or features.dtype.kind != 'f' or 0 in features.shape:
        raise ValueError(
            f'{source.name}: expected floating-point features (T, N, '
            f'C) or (T, C), found {features.dtype} '
            f'{source.value.shape}'
        )
    return features


def doubt_axes(
    where: str, shape: Tuple[int, ...], expected: Optional[int] = None
) -> None:
    """Doubt features of which nothing says what their axes are.

    Args:
        where (str): Their file.
        shape (tuple[int, int, int]): T, N, C, as they are read.
        expected (int, optional): N of the training, where it is known.

    Raises:
        ValueError: If the first axis looks like the crops, and the second
            does not.

    Examples:
        >>> doubt_axes('v.npy', (40, 10, 1024))
        >>> doubt_axes('v.npy', (10, 40, 1024))  # doctest: +ELLIPSIS
        Traceback (most recent call last):
        ...
        ValueError: v.npy: expected (T, N, C), found (10, 40, 1024), of ...
    """
    length, crops, _ = shape
    turned = (
        length == expected != crops
        if expected
        else length in USUAL_CROPS and crops > length
    )
    if turned:
        raise ValueError(
            f'{where}: expected (T, N, C), found {shape}, of which the '
            f'first axis, {length}, looks like the crops; --layout '
            'crop_first reads it so, --layout packed as it is, for files '
            'of such names'
        )
