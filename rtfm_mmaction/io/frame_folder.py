"""Folders of frames, as ShanghaiTech, UCSD Ped2 and Avenue are published.

Shapes: H and W rows and columns of pixels.
"""

import os
import re
from pathlib import Path
from typing import List, Optional, Tuple, Union

import cv2
import numpy as np

IMAGES = ('.jpg', '.jpeg', '.png', '.bmp', '.tif', '.tiff')
_NUMBER = re.compile('([0-9]+)')


def list_frames(folder: Union[str, os.PathLike]) -> List[str]:
    """List the images of a folder, but not of those below it.

    Args:
        folder (str or PathLike): The folder.

    Returns:
        list[str]: File names in the order of the numbers in them: 2.jpg
        stands before 10.jpg. Names that begin with a dot are left out.

    Raises:
        OSError: If the folder cannot be read.
    """
    with os.scandir(folder) as entries:
        names = [
            entry.name
            for entry in entries
            if entry.name.lower().endswith(IMAGES)
            and not entry.name.startswith('.')
        ]
    return sorted(names, key=_natural)


def is_frame_folder(path: Union[str, os.PathLike]) -> bool:
    """Whether a folder looks like the frames of one video.

    Args:
        path (str or PathLike): Folder; anything else is none.

    Returns:
        bool: True where the folder holds images whose names differ by their
        last number alone, and no file of another kind but hidden ones and
        text. So pictures beside videos or beside results are no video, and
        neither is a photo album.
    """
    try:
        with os.scandir(path) as entries:
            names = [
                entry.name
                for entry in entries
                if not entry.name.startswith('.') and entry.is_file()
            ]
    except OSError:
        return False
    images = [name for name in names if name.lower().endswith(IMAGES)]
    others = len(names) - len(images)
    if others > sum(name.lower().endswith(_BESIDE) for name in names):
        return False
    patterns = {_without_number(name) for name in images}
    return len(patterns) == 1 and None not in patterns


# What data sets and systems put beside frames.
_BESIDE = ('.txt', '.db', '.ini', '.md')


class FrameFolder:
    """Frames that lie in a folder, one image each, one after another.

    Grey ones have three equal channels; where the size changes, what follows
    is scaled to that of the first frame, as in video files. Images are read
    one at a time.

    Args:
        folder (str or PathLike): The folder.

    Attributes:
        opened (bool): Whether there are images.
        declared (int): How many.
        fps (float): 0.0, since images do not say it.
        size (tuple[int, int]): (W, H) in pixels of the first image that can
            be read; (0, 0) before one was.
        codec (str): Empty, since this is no codec's file.
        ended (bool): Whether all images were taken.
        seconds (float): NaN, since images have no times.
    """

    fps = 0.0
    codec = ''
    seconds = float('nan')

    def __init__(self, folder: Union[str, os.PathLike]) -> None:
        self._folder = Path(folder)
        self._names = list_frames(folder)
        self._next = 0
        self.declared = len(self._names)
        self.opened = self.declared > 0
        self.size: Tuple[int, int] = (0, 0)

    @property
    def ended(self) -> bool:
        """Whether all images were taken."""
        return self._next >= len(self._names)

    def read(self) -> Optional[np.ndarray]:
        """Read the next image.

        Returns:
            np.ndarray or None: (H, W, 3) BGR, uint8; None of one that is
            damaged, and at the end.
        """
        if self.ended:
            return None
        path = self._folder / self._names[self._next]
        self._next += 1
        try:
            data = np.fromfile(path, np.uint8)  # any name, on any system
            frame = cv2.imdecode(data, cv2.IMREAD_COLOR)
        except (OSError, cv2.error):
            return None
        if frame is None:
            return None
        height, width = frame.shape[:2]
        if self.size == (0, 0):
            self.size = (width, height)
        elif self.size != (width, height):
            frame = cv2.resize(frame, self.size, interpolation=cv2.INTER_CUBIC)
        return frame

    def grab(self) -> bool:
        """Pass over the next image; whether it can be read."""
        return self.read() is not None

    def seek(self, frame: int) -> None:
        """Go to an image by its number, from 0."""
        self._next = frame

    def close(self) -> None:
        """Do nothing: no file is held open."""


def _natural(name: str) -> Tuple[object, ...]:
    """A key that sorts numbers by their value; equal ones by the name."""
    parts = _NUMBER.split(name)
    parts[1::2] = map(int, parts[1::2])
    return (*parts, name)


def _without_number(name: str) -> Optional[str]:
    """A name without its last number; None where it has none."""
    stem, suffix = os.path.splitext(name)
    start, *rest = re.split('[0-9]+(?=[^0-9]*$)', stem, maxsplit=1)
    return start + '*' + rest[0] + suffix.lower() if rest else None
