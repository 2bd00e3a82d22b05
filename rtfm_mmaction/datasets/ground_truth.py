"""Frame ground truth. Shapes: F frames, T snippets, L frames of a snippet."""

from typing import Iterable, List, Mapping, Optional, Sequence

import numpy as np

# How many snippets T may be away from F / L. Extractors differ in what they
# do with the rest of a video that fills no snippet, and some lose one snippet
# more (9 of UCF-Crime's 290 test videos in the 1024-d files).
MAX_SNIPPETS_OFF = 2


def mask_from_intervals(
    intervals: Sequence[Sequence[int]], num_frames: int
) -> np.ndarray:
    """Mark the frames of intervals.

    Args:
        intervals (Sequence[Sequence[int]]): [start, end) in frames, from 0.
        num_frames (int): F.

    Returns:
        np.ndarray: (F,) uint8 of 0 and 1.

    Raises:
        ValueError: If an interval is empty or not within the F frames.

    Examples:
        >>> mask_from_intervals([[1, 3]], 5).tolist()
        [0, 1, 1, 0, 0]
    """
    mask = np.zeros(num_frames, np.uint8)
    for start, end in intervals:
        if not 0 <= start < end <= num_frames:
            raise ValueError(
                f'found abnormal interval [{start}, {end}), '
                f'expected 0 <= start < end <= {num_frames} '
                'frames'
            )
        mask[start:end] = 1
    return mask


def intervals_from_mask(mask: np.ndarray) -> List[List[int]]:
    """Find the runs of marked frames.

    Args:
        mask (np.ndarray): (F,) of 0 and 1, any dtype.

    Returns:
        list[list[int]]: [start, end) in frames, sorted, as long as can be.

    Raises:
        ValueError: If the mask has another rank or other values.

    Examples:
        >>> intervals_from_mask(np.array([0, 1, 1, 0, 1]))
        [[1, 3], [4, 5]]
    """
    mask = np.asarray(mask)
    if mask.ndim != 1 or not np.isin(mask, (0, 1)).all():
        raise ValueError(
            'found a mask of shape '
            f'{mask.shape} with values {np.unique(mask)[:5]}, '
            'expected one axis of 0 and 1'
        )
    edges = np.flatnonzero(np.diff(mask.astype(np.int8), prepend=0, append=0))
    return edges.reshape(-1, 2).tolist()


def labels_alone(videos: Iterable[Mapping]) -> bool:
    """Whether nothing but the labels of whole videos is known.

    Args:
        videos (Iterable[Mapping]): With ``label`` and
            ``abnormal_intervals``.

    Returns:
        bool: True if there are abnormal videos, and the intervals of none of
        them are known.

    Example:
        >>> labels_alone([dict(label=1, abnormal_intervals=None),
        ...               dict(label=0, abnormal_intervals=[])])
        True
    """
    abnormal = [video for video in videos if video['label'] == 1]
    return bool(abnormal) and all(
        video['abnormal_intervals'] is None for video in abnormal
    )


def frame_labels(
    intervals: Optional[Sequence[Sequence[int]]],
    num_frames: Optional[int],
    num_snippets: int,
    snippet_len: int = 16,
    video: str = '',
) -> np.ndarray:
    """Build a video's ground truth from its annotation and T.

    A tail of the video that no snippet covers is cut; where the last snippet
    reaches beyond the video, its frames there carry the last frame's label,
    as in ShanghaiTech's released ``gt-sh.npy``.

    Where F is not known, T x L stands for it. The snippets may have lost the
    video's tail then too: XD-Violence's annotations end up to a snippet
    behind T x L of its 1024-d features. Such ends are cut likewise, within
    the same bounds.

    Args:
        intervals (Sequence[Sequence[int]], optional): Abnormal [start, end)
            in frames, from 0; none for a normal video.
        num_frames (int, optional): F, None where it is not known.
        num_snippets (int): T.
        snippet_len (int): L. Defaults to 16.
        video (str): Name of the video, for errors.

    Returns:
        np.ndarray: (T x L,) uint8 of 0 and 1.

    Raises:
        ValueError: If the intervals are not known, or T does not fit F (or,
            where F is not known, the last interval's end), or an interval is
            not within the video.

    Examples:
        >>> frame_labels([[4, 9]], 9, num_snippets=2, snippet_len=4).tolist()
        [0, 0, 0, 0, 1, 1, 1, 1]
    """
    if intervals is None:
        raise ValueError(
            f'video {video!r}: testing needs its abnormal '
            'intervals, found none in the annotations'
        )
    if num_snippets < 1 or snippet_len < 1:
        raise ValueError(
            f'video {video!r}: found T = {num_snippets} snippets '
            f'of {snippet_len} frames, expected 1 or more of '
            'both'
        )
    covered = num_snippets * snippet_len
    if num_frames is None:
        last = max((end for _, end in intervals), default=0)
        limit = covered + MAX_SNIPPETS_OFF * snippet_len
        if last > limit:
            raise ValueError(
                f'video {video!r}: an abnormal interval ends at frame {last}, '
                f'expected at most {limit} = (T + {MAX_SNIPPETS_OFF}) x '
                f'{snippet_len} with T = {num_snippets}: features and '
                'annotations do not belong together'
            )
        num_frames = max(covered, last)
    low = max(-(-num_frames // snippet_len) - MAX_SNIPPETS_OFF, 1)
    high = num_frames // snippet_len + MAX_SNIPPETS_OFF
    if not low <= num_snippets <= high:
        raise ValueError(
            f'video {video!r}: found T = {num_snippets} snippets, expected '
            f'{low} to {high} of {snippet_len} frames each for its '
            f'{num_frames} frames: features and annotations do not belong '
            'together'
        )
    try:
        labels = mask_from_intervals(intervals, num_frames)[:covered]
    except ValueError as error:
        raise ValueError(f'video {video!r}: {error}') from error
    return np.pad(labels, (0, covered - len(labels)), mode='edge')
