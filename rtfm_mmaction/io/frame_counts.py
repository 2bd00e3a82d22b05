"""Tables of how many frames videos have."""

import csv
import io
import re
from pathlib import Path
from typing import Dict, Union

from .reading import read_text


def read_frame_counts(path: Union[str, Path]) -> Dict[str, int]:
    """Read a table of frame counts.

    Args:
        path (str or Path): CSV file with a header line that names at least
            ``video`` and ``frames``.

    Returns:
        dict[str, int]: Video name -> number of frames.

    Raises:
        FileNotFoundError: If there is no such file.
        ValueError: If it cannot be read, a column is missing, a count is no
            positive integer, or a video has two counts; names file and line.
    """
    text = read_text(path, 'a table of frame counts')
    counts: Dict[str, int] = {}
    rows = csv.DictReader(io.StringIO(text, newline=''), skipinitialspace=True)
    try:
        header = [name.strip() for name in rows.fieldnames or []]
        if not {'video', 'frames'} <= set(header):
            raise ValueError(
                f'{path}:1: expected a header with video and '
                f'frames, found {",".join(header)!r}'
            )
        rows.fieldnames = header
        for row in rows:
            _add_row(counts, row, f'{path}:{rows.line_num}')
    except csv.Error as error:
        raise ValueError(
            f'{path}:{rows.line_num}: expected fields with commas'
            f' between them, found {error}'
        ) from error
    if not counts:
        raise ValueError(f'{path}: expected one video a line, found none')
    return counts


def _add_row(counts: Dict[str, int], row: dict, where: str) -> None:
    """Note one line of a table; csv keeps what no column has under None."""
    surplus = ','.join(row.pop(None, [])).strip(', ')
    if not surplus and not any(
        (field or '').strip() for field in row.values()
    ):
        return
    name, frames = ((row[key] or '').strip() for key in ('video', 'frames'))
    if surplus or not name or not re.fullmatch('0*[1-9][0-9]{0,17}', frames):
        raise ValueError(
            f'{where}: expected a video and its number of frames, found '
            f'{name!r} and {frames!r}'
            + (f', and {surplus!r} in no column' if surplus else '')
        )
    add_count(counts, name, int(frames), where)


def add_count(
    counts: Dict[str, int], video: str, frames: int, where: str
) -> None:
    """Note a count; UCF-Crime publishes 50 videos twice, which is no error.

    Args:
        counts (dict[str, int]): Video -> frames; gets the new one.
        video (str): The video.
        frames (int): Its number of frames.
        where (str): Where that stands, for the message.

    Raises:
        ValueError: If the video is there with another count.
    """
    if counts.setdefault(video, frames) != frames:
        raise ValueError(
            f'{where}: found {frames} frames of video {video!r}, '
            f'expected {counts[video]} as of its other copy'
        )
