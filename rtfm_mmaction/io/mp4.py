"""What an MP4 says of its frames: how long they are shown, and how evenly.

It need not show all that it stores. A cut without encoding anew keeps all
frames from the last key frame on, and an edit list says from when on they are
shown. An MP4 is a tree of boxes: length (4 bytes, or 8 behind a 1), kind (4
bytes), body.
"""

import os
import struct
from typing import (
    BinaryIO,
    Callable,
    Iterator,
    NamedTuple,
    Optional,
    Tuple,
    TypeVar,
    Union,
)

SUFFIXES = ('.mp4', '.m4v', '.mov', '.3gp')
# Where an edit that shows nothing for a while begins.
_EMPTY = -1
# Where something begins and ends in a file.
Span = Tuple[int, int]
Found = TypeVar('Found')


class ShownTime(NamedTuple):
    """Length of the video track, in seconds.

    Attributes:
        stored (float): Of all its frames.
        shown (float): Of those that its edit list shows.
    """

    stored: float
    shown: float


def read_shown_time(path: Union[str, os.PathLike]) -> Optional[ShownTime]:
    """Read how much of its video a file stores and shows.

    Args:
        path (str or PathLike): File of the MP4 family.

    Returns:
        ShownTime or None: None of a file that does not say, as one in
        fragments, or is damaged.
    """
    return _of_pictures(path, _read_track)


def has_even_steps(path: Union[str, os.PathLike]) -> bool:
    """Tell whether each frame is stored to be shown equally long.

    Args:
        path (str or PathLike): File of the MP4 family.

    Returns:
        bool: But for the last frame; False of a file that does not say, as
        one in fragments, or is damaged.
    """
    return bool(_of_pictures(path, _read_evenness))


def _of_pictures(
    path: Union[str, os.PathLike],
    read: Callable[[BinaryIO, Span, int], Optional[Found]],
) -> Optional[Found]:
    """What is read of the first track of which that can be.

    ``read`` gets the file, the track and the units of a second of the movie.
    """
    try:
        with open(path, 'rb') as file:
            movie = _find(file, (0, os.fstat(file.fileno()).st_size), b'moov')
            head = movie and _find(file, movie, b'mvhd')
            if not (movie and head):
                return None
            scale = _times(file, head[0])[0]
            for kind, start, end in _boxes(file, *movie):
                if kind == b'trak':
                    found = read(file, (start, end), scale)
                    if found is not None:
                        return found
    except (OSError, struct.error, ZeroDivisionError):
        pass
    return None


def _has_pictures(file: BinaryIO, track: Span) -> bool:
    name = _find(file, track, b'mdia', b'hdlr')
    return bool(name) and _read(file, name[0] + 8, 4) == b'vide'


def _read_evenness(file: BinaryIO, track: Span, _: int) -> Optional[bool]:
    """Whether a track is one of pictures whose steps are even."""
    table = _find(file, track, b'mdia', b'minf', b'stbl', b'stts')
    if not (table and _has_pictures(file, track)):
        return None
    start, end = table
    (count,) = struct.unpack('>I', _read(file, start + 4, 4))
    data = _read(file, start + 8, min(count * 8, end - start - 8))
    runs = [*struct.iter_unpack('>II', data[: len(data) // 8 * 8])]
    if runs and runs[-1][0] == 1:
        runs = runs[:-1] or runs
    return len({step for _, step in runs}) == 1


def _read_track(
    file: BinaryIO, track: Span, scale: int
) -> Optional[ShownTime]:
    """Length of a track, if it is one of pictures that says it."""
    head = _find(file, track, b'mdia', b'mdhd')
    if not (head and _has_pictures(file, track)):
        return None
    units, length = _times(file, head[0])
    edits = _find(file, track, b'edts', b'elst')
    shown = _sum_of_edits(file, edits) / scale if edits else 0.0
    stored = length / units
    return ShownTime(stored, shown or stored) if stored else None


def _find(file: BinaryIO, span: Span, *kinds: bytes) -> Optional[Span]:
    """Body of the first box of a kind, in it that of the next kind, …"""
    for wanted in kinds:
        for kind, start, end in _boxes(file, *span):
            if kind == wanted:
                span = start, end
                break
        else:
            return None
    return span


def _boxes(
    file: BinaryIO, start: int, end: int
) -> Iterator[Tuple[bytes, int, int]]:
    """Boxes between two places: kind, and where the body begins and ends."""
    while start + 8 <= end:
        length, kind = struct.unpack('>I4s', _read(file, start, 8))
        body = start + 8
        if length == 1:
            (length,) = struct.unpack('>Q', _read(file, body, 8))
            body += 8
        stop = start + length if length else end
        if stop < body:
            return  # damaged
        yield kind, body, min(stop, end)
        start = stop


def _times(file: BinaryIO, start: int) -> Tuple[int, int]:
    """Units a second and length in units, of mvhd and mdhd."""
    if _read(file, start, 1) == b'\1':
        return struct.unpack('>IQ', _read(file, start + 20, 12))
    return struct.unpack('>II', _read(file, start + 12, 8))


def _sum_of_edits(file: BinaryIO, span: Span) -> int:
    """Length of what an edit list shows, in units of the movie."""
    start, end = span
    (count,) = struct.unpack('>I', _read(file, start + 4, 4))
    form = '>Qq4x' if _read(file, start, 1) == b'\1' else '>Ii4x'
    data = _read(
        file, start + 8, min(count * struct.calcsize(form), end - start)
    )
    whole = len(data) - len(data) % struct.calcsize(form)
    return sum(
        length
        for length, begin in struct.iter_unpack(form, data[:whole])
        if begin != _EMPTY
    )


def _read(file: BinaryIO, start: int, count: int) -> bytes:
    file.seek(start)
    return file.read(count)
