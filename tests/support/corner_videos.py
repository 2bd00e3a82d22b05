"""Videos of a square in a corner of a grey frame of 64x48."""

import cv2
import numpy as np

# Its left and top; it is 16 x 12.
CORNERS = {
    'top left': (0, 0),
    'top right': (48, 0),
    'bottom left': (0, 36),
    'bottom right': (48, 36),
}
# Just above the middle, where the detector of brightness begins.
GREY = 132


def square_video(path, corner, lights, frames=16, background=GREY):
    """Write one snippet of ``frames`` for each brightness of the square.

    ``lights``: 0 is the background, 1 and 2 are brighter.
    """
    writer = cv2.VideoWriter(
        str(path), cv2.VideoWriter_fourcc(*'mp4v'), 25, (64, 48)
    )
    left, top = CORNERS[corner]
    for light in lights:
        frame = np.full((48, 64, 3), background, np.uint8)
        frame[top : top + 12, left : left + 16] += np.uint8(light * 60)
        for _ in range(frames):
            writer.write(frame)
    writer.release()
    return path
