"""How many frames videos have, counted in the videos."""

from pathlib import Path
from typing import Dict, Union

from rich.progress import track

from ...io.frame_counts import add_count
from ...io.frame_folder import IMAGES
from ...io.inputs import EXTENSIONS
from ...io.printing import say
from ...io.reading import check_folder
from ...io.video import Video
from ...io.walking import Findings, walk
from .published import video_name


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
            add_count(counts, parent.name, len(images), str(parent))
        for name in sorted(set(files) - set(images)):
            is_video = name.lower().endswith(EXTENSIONS)
            (videos if is_video else passed.others).append(parent / name)
    for remark in passed.remarks():
        say(f'{folder}: {remark}')
    for path in track(videos, 'counting frames', disable=not videos):
        add_count(
            counts, video_name(path.name), Video(path).count(), str(path)
        )
    if not counts:
        raise ValueError(
            f'{folder}: expected videos ({" ".join(EXTENSIONS)}), found none'
        )
    return counts
