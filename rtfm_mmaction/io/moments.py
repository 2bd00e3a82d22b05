"""Single frames out of a video, without reading all that lies before them.

Shapes: H and W rows and columns of pixels.
"""

from pathlib import Path
from typing import List, NamedTuple, Optional, Sequence, Union

import numpy as np

from .capture import Capture
from .frame_folder import FrameFolder
from .video import Video, open_capture

# Seconds before a moment that are gone to, one after another: OpenCV may
# overshoot. Then all is read from the beginning.
RUN_UPS = (0.0, 1.0, 5.0)
# Frames that are read on from there, at most.
MOST_READ = 500


class Moment(NamedTuple):
    """A frame to look at.

    Attributes:
        frame (int): Its number, from 0.
        seconds (float): Its own time, from the first frame on.
    """

    frame: int
    seconds: float


def read_moments(
    path: Union[str, Path],
    moments: Sequence[Moment],
    fps: float,
    exact: bool = False,
) -> List[Optional[np.ndarray]]:
    """Read some frames.

    OpenCV's positioning goes astray where the frame rate varies or the header
    says a wrong one, so it is checked by the time of the frame that comes.

    Args:
        path (str or Path): Video file, or folder of frames.
        moments (Sequence[Moment]): Which, in any order.
        fps (float): Frames per second, on average, > 0.
        exact (bool): Whether all frames before them are counted, since the
            video's own times do not lead to them: its clock jumps. Takes as
            long as reading the video. Defaults to False.

    Returns:
        list[np.ndarray or None]: (H, W, 3) BGR, uint8, in the order of
        ``moments``; None where there is no such frame.

    Raises:
        VideoError: If the video cannot be opened.
    """
    found: List[Optional[np.ndarray]] = [None] * len(moments)
    order = sorted(range(len(moments)), key=lambda index: moments[index])
    if not exact:
        capture = open_capture(path)
        capture.grab()
        begin = capture.seconds
        while order:
            frame = _go_to(capture, moments[order[0]], begin, 0.5 / fps)
            if frame is None:
                break
            found[order.pop(0)] = frame
        capture.close()
    # Once astray OpenCV may not find its way back, hence another one.
    video, frame = Video(path), None
    for index in order:
        while video.frames < moments[index].frame and video.grab():
            pass
        if video.frames == moments[index].frame:
            frame = video.read()
        found[index] = frame
    video.close()
    return found


def _go_to(
    capture: Union[Capture, FrameFolder],
    moment: Moment,
    begin: float,
    tolerance: float,
) -> Optional[np.ndarray]:
    """A moment's frame; None where it was not found.

    ``begin`` is the first frame's own time, and ``tolerance`` that of times,
    all in seconds.
    """
    if isinstance(capture, FrameFolder):
        capture.seek(moment.frame)
        return capture.read()
    wanted = begin + moment.seconds
    for run_up in RUN_UPS:
        capture.seek(max(wanted - run_up, 0.0))
        for number in range(MOST_READ):
            frame = capture.read()
            late = capture.seconds - wanted
            if number == 0 and not late <= tolerance:
                break
            if frame is not None and late >= -tolerance:
                return frame
    return None
