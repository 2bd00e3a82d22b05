"""How many frames videos have: from a table, or from the videos."""

import csv
import io
import re
from pathlib import Path
from typing import Dict, Union

from rich.progress import track

from ...io.frame_folder import IMAGES
from ...io.inputs import EXTENSIONS
from ...io.printing import say
from ...io.reading import check_folder, read_text
from ...io.video import Video
from ...io.walking import Findings, walk
from .published import video_name


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
    _add(counts, name, int(frames), where)


def count_frames(folder: Union[str, Path]) -> Dict[str, int]:
    """Count the frames of all videos in a folder, read to their ends.

    Args:
        folder (str or Path): Searched with all below it. A folder of images
            is a video, too: ShanghaiTech publishes its test videos so.

    Returns:
        dict[str, int]: Video name -> number of frames.

    Raises:
        FileNotFoundError: If there is no such folder.
        ValueError: If it holds no videos, one cannot be read, or two of the
            same name differ in length; names the file.
    """
    check_folder(folder, 'a folder of videos')
    counts: Dict[str, int] = {}
    videos = []
    passed = Findings()
    for parent, _, files in sorted(walk(folder)):
        images = [name for name in files if name.lower().endswith(IMAGES)]
        if images:
            _add(counts, parent.name, len(images), str(parent))
        for name in sorted(set(files) - set(images)):
            is_video = name.lower().endswith(EXTENSIONS)
            (videos if is_video else passed.others).append(parent / name)
    for remark in passed.remarks():
        say(f'{folder}: {remark}')
    for path in track(videos, 'counting frames', disable=not videos):
        _add(counts, video_name(path.name), Video(path).count(), str(path))
    if not counts:
        raise ValueError(
            f'{folder}: expected videos ({" ".join(EXTENSIONS)}), found none'
        )
    return counts


def _add(counts: Dict[str, int], video: str, frames: int, where: str) -> None:
    """Note a count; UCF-Crime publishes 50 videos twice, which is no error."""
    if counts.setdefault(video, frames) != frames:
        raise ValueError(
            f'{where}: found {frames} frames of video {video!r}, '
            f'expected {counts[video]} as of its other copy'
        )
