"""Frame ground truth. Shapes: F frames, T snippets, L frames of a snippet."""
from typing import List, Optional, Sequence

import numpy as np

# Extractors differ in what they do with the rest of a video that fills no
# snippet, and some lose one snippet more (UCF-Crime's 1024-d files).
MAX_SNIPPETS_OFF = 2


def mask_from_intervals(intervals: Sequence[Sequence[int]],
                        num_frames: int) -> np.ndarray:
    """Mark the frames of intervals.

    Args:
        intervals (Sequence[Sequence[int]]): [start, end) in frames, from 0.
        num_frames (int): F.

    Returns:
        np.ndarray: (F,) uint8 of 0 and 1.
    """
    mask = np.zeros(num_frames, np.uint8)
    for start, end in intervals:
        mask[start:end] = 1
    return mask


def intervals_from_mask(mask: np.ndarray) -> List[List[int]]:
    """Find the runs of marked frames.

    Args:
        mask (np.ndarray): (F,) of 0 and 1.

    Returns:
        list[list[int]]: [start, end) in frames, sorted.
    """
    edges = np.flatnonzero(
        np.diff(np.asarray(mask, bool).astype(np.int8), prepend=0, append=0))
    return edges.reshape(-1, 2).tolist()


def frame_labels(intervals: Optional[Sequence[Sequence[int]]],
                 num_frames: Optional[int],
                 num_snippets: int,
                 snippet_len: int = 16,
                 video: str = '') -> np.ndarray:
    """Build a video's ground truth from its annotation and T.

    A tail of the video that no snippet covers is cut; where the last snippet
    reaches beyond the video, its frames there carry the last frame's label.

    Args:
        intervals (Sequence[Sequence[int]], optional): Abnormal [start, end)
            in frames, from 0.
        num_frames (int, optional): F, None where it is not known.
        num_snippets (int): T.
        snippet_len (int): L. Defaults to 16.
        video (str): Name of the video, for errors.

    Returns:
        np.ndarray: (T x L,) uint8 of 0 and 1.

    Raises:
        ValueError: If the intervals are not known, or T does not fit F, or
            an interval ends beyond a video of unknown F.
    """
    if intervals is None:
        raise ValueError(f'video {video!r}: testing needs its abnormal '
                         'intervals, found none in the annotations')
    covered = num_snippets * snippet_len
    if num_frames is None:
        last = max((end for _, end in intervals), default=0)
        if last > covered:
            raise ValueError(
                f'video {video!r}: an abnormal interval ends at frame {last}, '
                f'expected at most {covered} = T x {snippet_len} with '
                f'T = {num_snippets}')
        num_frames = covered
    low = max(num_frames // snippet_len - MAX_SNIPPETS_OFF, 1)
    high = -(-num_frames // snippet_len) + MAX_SNIPPETS_OFF
    if not low <= num_snippets <= high:
        raise ValueError(
            f'video {video!r}: found T = {num_snippets} snippets, but its '
            f'{num_frames} frames make {low} to {high} of {snippet_len} '
            'frames each: features and annotations do not belong together')
    labels = mask_from_intervals(intervals, num_frames)[:covered]
    return np.pad(labels, (0, covered - len(labels)), mode='edge')
