"""What all converters do to one video."""

import warnings
from typing import List, Mapping, Optional, Sequence

from ...datasets.annotations import NORMAL

# An annotated interval may end this many frames behind the video's last one
# before it is taken for a mistake: one snippet. UCF-Crime has 1 and 2.
MAX_OVERSHOOT = 16


def make_entry(
    video: str,
    kind: str,
    frames: Optional[int],
    intervals: Optional[Sequence[Sequence[int]]] = None,
) -> dict:
    """One video of an annotation file.

    Args:
        video (str): Name without extension.
        kind (str): Kind of anomaly, or ``Normal``, which makes the label 0.
        frames (int, optional): Number of frames, None if not known.
        intervals (Sequence[Sequence[int]], optional): Abnormal [start, end)
            in frames, from 0. Of a normal video always [].
            Defaults to None: not known.

    Returns:
        dict: With the keys of
        :data:`rtfm_mmaction.datasets.annotations.KEYS`.
    """
    label = int(kind != NORMAL)
    return {
        'video': video,
        'label': label,
        'class': kind,
        'frames': frames,
        'abnormal_intervals': intervals if label else [],
    }


def frames_of(
    video: str, counts: Optional[Mapping[str, int]], where: str
) -> Optional[int]:
    """Look up how long a video is.

    Args:
        video (str): Its name.
        counts (Mapping[str, int], optional): Name -> frames, None where
            nothing is known of any video.
        where (str): ``file:line`` of the video, for errors.

    Returns:
        int, optional: Its frames, None if ``counts`` is.

    Raises:
        ValueError: If there are counts, but none of this video.
    """
    if counts is None:
        return None
    if video not in counts:
        raise ValueError(
            f'{where}: found no frame count of video {video!r}, '
            f'expected one as of {len(counts)} others'
        )
    return counts[video]


def fit_intervals(
    intervals: Sequence[Sequence[int]], frames: Optional[int], where: str
) -> List[List[int]]:
    """Cut what reaches beyond the video, and warn of it.

    Args:
        intervals (Sequence[Sequence[int]]): [start, end) in frames, from 0.
        frames (int, optional): Of the video; None where not known, then
            nothing is cut.
        where (str): ``file:line`` and video, for messages.

    Returns:
        list[list[int]]: The intervals, within the video.

    Raises:
        ValueError: If more than :data:`MAX_OVERSHOOT` frames or a whole
            interval are beyond the video.
    """
    fitted = []
    for start, end in intervals:
        if frames is not None and end > frames:
            beyond = (
                f'an abnormal interval that ends at frame {end} of a '
                f'video of {frames}'
            )
            if end - frames > MAX_OVERSHOOT or start >= frames:
                raise ValueError(
                    f'{where}: found {beyond} frames, expected it to start '
                    f'within them and to end at most {MAX_OVERSHOOT} behind: '
                    'is the frame count that of another video?'
                )
            warnings.warn(f'{where}: cut {beyond} frames')
            end = frames
        fitted.append([start, end])
    return fitted
