"""The trimmed clips that videos are composed of."""

import csv
import io
import os
from dataclasses import dataclass
from pathlib import Path
from typing import (
    Callable,
    Dict,
    Iterable,
    List,
    Mapping,
    Optional,
    Tuple,
    Union,
)

from ...datasets.annotations import NORMAL
from ...io.inputs import EXTENSIONS
from ...io.printing import say
from ...io.reading import check_folder, read_text
from ...io.video import Video
from ...io.walking import search
from .frames import played_frames

SNIPPET = 16
PathLike = Union[str, os.PathLike]


@dataclass(frozen=True)
class Clip:
    """One trimmed clip.

    Args:
        name (str): File name without extension.
        path (Path): Video file.
        kind (str): Class of an abnormal clip, or 'Normal'.
        scene (str, optional): Place that it shows; None where nobody said.
        frames (int): Frames of the file.
        rate (float): Frames a second of the file.
        width (int): Pixels.
        height (int): Pixels.
        size (int): Bytes of the file.
    """

    name: str
    path: Path
    kind: str
    scene: Optional[str]
    frames: int
    rate: float
    width: int
    height: int
    size: int


def read_clips(
    folders: Mapping[str, Iterable[PathLike]],
    fps: float,
    scenes: Optional[PathLike] = None,
    track: Callable = iter,
) -> List[Clip]:
    """Read what there is to know of all clips, each to its end.

    Args:
        folders (Mapping[str, Iterable[str or PathLike]]): Kind -> folders of
            its clips: 'Normal' and at least one class.
        fps (float): Frames a second at which they will be played.
        scenes (str or PathLike, optional): Table with the columns clip and
            scene. Defaults to None.
        track (Callable): Wraps the list of files, to show progress. Defaults
            to ``iter``.

    Returns:
        list[Clip]: By kind, then by name.

    Raises:
        FileNotFoundError: If a folder or the table is missing.
        ValueError: If a folder holds no video, a video cannot be read or
            gives less than one snippet, two have one name, or the table
            leaves one out; names the file.
    """
    files = _list_files(folders)
    places = None if scenes is None else read_scenes(scenes)
    if places is not None:
        for name in files:
            if name not in places:
                raise ValueError(
                    f'{scenes}: expected a scene for each clip, '
                    f'found none for {name!r}'
                )
    return [
        _read_clip(*files[name], fps, places and places[name])
        for name in track(list(files))
    ]


def read_scenes(path: PathLike) -> Dict[str, str]:
    """Read which scene each clip shows.

    Args:
        path (str or PathLike): CSV file with the columns clip and scene.

    Returns:
        dict[str, str]: Clip name -> scene.

    Raises:
        FileNotFoundError: If there is no such file.
        ValueError: If a column or a value is missing, or a clip is there
            twice; names file and line.
    """
    rows = csv.DictReader(io.StringIO(read_text(path, 'a table of scenes')))
    if set(rows.fieldnames or ()) != {'clip', 'scene'}:
        raise ValueError(
            f'{path}:1: expected the columns clip,scene, found '
            f'{",".join(rows.fieldnames or ())!r}'
        )
    places: Dict[str, str] = {}
    for row in rows:
        where, clip = f'{path}:{rows.line_num}', row['clip']
        if None in row or not (clip and row['scene']):
            raise ValueError(
                f'{where}: expected a clip and its scene, found '
                f'{list(row.values())}'
            )
        if clip in places:
            raise ValueError(f'{where}: found {clip!r} twice, expected once')
        places[clip] = row['scene']
    return places


def _list_files(
    folders: Mapping[str, Iterable[PathLike]],
) -> Dict[str, Tuple[str, Path]]:
    """Clip name -> its kind and file."""
    files: Dict[str, Tuple[str, Path]] = {}
    for kind, paths in folders.items():
        for folder in map(Path, paths):
            check_folder(folder, f'a folder of {kind} clips')
            findings = search(folder, EXTENSIONS, deep=False)
            for remark in findings.remarks():
                say(f'{folder}: {remark}')
            if not findings.paths:
                raise ValueError(
                    f'{folder}: expected {kind} clips '
                    f'({" ".join(EXTENSIONS)}), found none'
                )
            for path in findings.paths:
                if path.stem in files:
                    raise ValueError(
                        f'{path}: expected a name that no other clip has, '
                        f'found {files[path.stem][1]}'
                    )
                files[path.stem] = kind, path
    return files


def _read_clip(
    kind: str, path: Path, fps: float, scene: Optional[str]
) -> Clip:
    video = Video(path)
    frames = video.count()
    if not video.fps:
        raise ValueError(
            f'{path}: expected a number of frames a second, found none'
        )
    clip = Clip(
        path.stem,
        path,
        kind,
        scene,
        frames,
        video.fps,
        *video.size,
        path.stat().st_size,
    )
    if played_frames(clip.frames, clip.rate, fps) < SNIPPET:
        raise ValueError(
            f'{path}: expected at least {SNIPPET} frames at {fps:g} a second,'
            f' one snippet, found {clip.frames} at {clip.rate:g}'
        )
    return clip


def by_label(clips: Iterable[Clip]) -> Tuple[List[Clip], List[Clip]]:
    """Abnormal clips and normal ones.

    Args:
        clips (Iterable[Clip]): Clips of all kinds.
    """
    sides: Tuple[List[Clip], List[Clip]] = ([], [])
    for clip in clips:
        sides[clip.kind == NORMAL].append(clip)
    return sides
