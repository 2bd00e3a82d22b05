"""Compose a data set of trimmed clips."""

import os
from pathlib import Path
from typing import Callable, Iterable, List, Mapping, Optional, Tuple

from .clips import PathLike, read_clips
from .folder import PLAN, atomic_folder, check_free
from .planning import ComposedPlan, Settings, plan_videos
from .records import write_annotations, write_card, write_plan
from .writing import write_video


def compose(
    folders: Mapping[str, Iterable[PathLike]],
    out: PathLike,
    settings: Settings,
    size: Tuple[int, int],
    licence: str,
    command: str,
    scenes: Optional[PathLike] = None,
    overwrite: bool = False,
    track: Callable = lambda items, text: items,
) -> List[ComposedPlan]:
    """Write videos, annotations, plan and card, all of them or nothing.

    Args:
        folders (Mapping[str, Iterable[str or PathLike]]): Kind -> folders of
            its clips: 'Normal' and at least one class.
        out (str or PathLike): Folder to make; its name is the data set's.
        settings (Settings): What to compose.
        size (tuple[int, int]): Width and height of the videos, even.
        licence (str): Licence and source of the clips, for the card.
        command (str): What the card says that made it.
        scenes (str or PathLike, optional): Table with the columns clip and
            scene. Defaults to None.
        overwrite (bool): Whether a set that is there may be replaced, with
            all that is in its folder. Defaults to False.
        track (Callable): Wraps lists of things to do, to show progress, and
            gets the list and what is done. Defaults to showing none.

    Returns:
        list[ComposedPlan]: All videos.

    Raises:
        FileNotFoundError: If a folder or the table is missing.
        ValueError: If the size, the clips, the table or the folder are bad.
        RuntimeError: If OpenCV could not encode a video.
    """
    if not all(16 <= pixels <= 8192 and pixels % 2 == 0 for pixels in size):
        raise ValueError(
            f'size: found {size[0]}x{size[1]}, expected two even '
            'numbers of pixels from 16 to 8192'
        )
    out = Path(out)
    check_free(out, overwrite)
    clips = read_clips(
        folders,
        settings.fps,
        scenes,
        lambda names: track(names, 'reading clips'),
    )
    plans = plan_videos(clips, settings)
    name = Path(os.path.abspath(out)).name
    with atomic_folder(out) as folder:
        for part in ('videos', 'annotations'):
            (folder / part).mkdir()
        write_annotations(folder / 'annotations', plans, name)
        write_plan(folder / PLAN, plans, settings)
        write_card(
            folder / 'README.md',
            plans,
            settings,
            size,
            clips,
            name,
            command,
            licence,
        )
        for plan in track(plans, 'writing videos'):
            write_video(
                folder / 'videos' / f'{plan.name}.mp4',
                plan,
                settings.fps,
                size,
            )
    return plans
