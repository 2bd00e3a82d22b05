"""Lists of labelled videos, for data sets of one's own.

The project's own form is one video a line, fields apart by blanks or tabs::

    park_001.mp4       0
    "front door 2.mp4" abnormal  120 260  400 480
    road_7             Fighting   15  90

Name: with or without folders and a video file's extension; one that holds
blanks, or begins with ``"`` or ends with a comma, is put in ``"…"``, with
each ``"`` in it doubled. No character begins a comment.

Label: 0 or ``normal``, 1 or ``abnormal``, in letters of any size, or the kind
of anomaly, which then is the video's class. A kind that reads as if it were
normal, such as ``noFight``, is asked back.

Intervals: the abnormal frames. [start, end), counted from 0; or counted from
1 with the ends included (``one_based``). Of the training list they are
dropped. A test list has them of all abnormal videos, or of none: then its
videos can only be told apart as wholes.

Other forms in circulation are read as well, see :mod:`.list_forms`; which one
was found is said.
"""

import os
import warnings
from pathlib import Path
from typing import (
    Dict,
    Iterator,
    List,
    Mapping,
    NamedTuple,
    Optional,
    Sequence,
    Tuple,
    Union,
)

from ...datasets.checking.video_names import told_by_name
from .entries import fit_intervals, frames_of, make_entry
from .labels import Choices, are_xd_codes, check_choices, class_of_label
from .list_forms import DESCRIPTIONS, FEATURES, FROM_ONE, Listed, read_list
from .published import parse_intervals, video_name
from .rtfm_lists import video_of

Paths = Union[str, Path, Sequence[Union[str, Path]]]


class _Video(NamedTuple):
    """A video as a list has it: its name and line, and how to read that."""

    name: str
    line: Listed
    one_based: bool
    xd: bool


def convert_plain_text(
    train_list: Paths,
    test_annotations: Optional[Paths] = None,
    frame_counts: Optional[Mapping[str, int]] = None,
    one_based: Optional[bool] = None,
    normal_class: Sequence[str] = (),
    abnormal_class: Sequence[str] = (),
) -> Tuple[List[dict], Optional[List[dict]]]:
    """Convert lists of labelled videos.

    Args:
        train_list (str, Path or a sequence of them): Training videos; several
            files follow one another.
        test_annotations (str, Path or a sequence of them, optional): Test
            videos. Defaults to None: there are none.
        frame_counts (Mapping[str, int], optional): Video -> frames. Defaults
            to None: what the lists say, if they do.
        one_based (bool, optional): Whether frames are counted from 1 and
            intervals include their ends. Defaults to None: as the form of the
            list has it.
        normal_class (Sequence[str]): Names of classes that are normal.
            Defaults to none.
        abnormal_class (Sequence[str]): Names of classes that are kinds of
            anomalies though they read as if they were normal. Defaults to
            none.

    Returns:
        tuple[list[dict], list[dict] or None]: Training and test videos, in
        the order of the lists.

    Raises:
        FileNotFoundError: If a list is missing.
        ValueError: If a line is malformed, a class reads as if it were normal
            and it is not said whether it is, or some abnormal test videos
            have intervals and others none; names file and line.
    """
    choices = Choices(normal_class, abnormal_class)
    train_videos = _read(train_list, one_based)
    test_videos = {}
    if test_annotations is not None:
        test_videos = _read(test_annotations, one_based, train_videos)
    both = (*train_videos.values(), *test_videos.values())
    check_choices(choices, [_label(video) for video in both])
    train = [_entry(v, frame_counts, choices) for v in train_videos.values()]
    for entry in train:
        if entry['label'] == 1:
            entry['abnormal_intervals'] = None
    if test_annotations is None:
        return train, None
    test = [_entry(v, frame_counts, choices) for v in test_videos.values()]
    _check_intervals(test, test_videos)
    return train, test


def _check_intervals(test: List[dict], videos: Mapping[str, _Video]) -> None:
    """Intervals of all abnormal test videos, or of none of them."""
    abnormal = [entry for entry in test if entry['label'] == 1]
    without = [e for e in abnormal if e['abnormal_intervals'] is None]
    if not without:
        return
    video = without[0]['video']
    where = videos[video].line.where
    if len(without) < len(abnormal):
        raise ValueError(
            f'{where}: expected start and end of what is abnormal in test '
            f'video {video!r}, as of {len(abnormal) - len(without)} others, '
            'found none'
        )
    warnings.warn(
        f'{where.rpartition(":")[0]}: found no intervals of the '
        f'{len(abnormal)} abnormal test videos: they can be told apart as '
        'wholes (anomaly/video_AUC, anomaly/video_AP), not frame by frame'
    )


def _paths(paths: Paths) -> Iterator[Union[str, Path]]:
    if isinstance(paths, (str, os.PathLike)):
        paths = [paths]
    yield from paths


def _read(
    paths: Paths,
    one_based: Optional[bool],
    earlier: Optional[Mapping[str, _Video]] = None,
) -> Dict[str, _Video]:
    """Video by name, in the order of the files."""
    videos: Dict[str, _Video] = {}
    for path in _paths(paths):
        form, lines = read_list(path)
        from_one = form in FROM_ONE if one_based is None else one_based
        xd = form == 'table' and are_xd_codes(line.label for line in lines)
        if form != 'plain':
            warnings.warn(
                f'{path}: read as {DESCRIPTIONS[form]}'
                + (
                    f'; frames counted from {int(from_one)}, the end '
                    f'{"included" if from_one else "left out"} '
                    f'(--{"no-" * from_one}one-based for the other)'
                    if form in FROM_ONE
                    else ''
                )
                + ('; the labels are codes of XD-Violence' if xd else '')
            )
        crops: Dict[str, set] = {}
        for line in lines:
            name, crop = _name_of(line, form)
            video = _Video(name, line, from_one, xd)
            before = videos.get(name) or (earlier or {}).get(name)
            # A table of feature files has a line a crop.
            if name in crops and crop not in crops[name]:
                if line.label != before.line.label:
                    raise ValueError(
                        f'{line.where}: expected label '
                        f'{before.line.label!r} of video {name!r} as in '
                        f'{before.line.where}, found {line.label!r}'
                    )
                crops[name].add(crop)
                continue
            if before:
                raise ValueError(
                    f'{line.where}: found video {name!r} again, expected each '
                    f'once (the first is {before.line.where})'
                )
            videos[name] = video
            if crop is not None:
                crops[name] = {crop}
    return videos


def _name_of(line: Listed, form: str) -> Tuple[str, Optional[int]]:
    """Name of a video, and number of the crop if it is a feature file's."""
    crop = None
    name = video_name(line.path)
    if form == 'table' and name.endswith(FEATURES):
        name, crop = video_of(line.path, None, line.where)
    if not name.strip():
        raise ValueError(
            f'{line.where}: expected the name of a video, found {line.path!r}'
        )
    return name, crop


def _label(video: _Video) -> Optional[str]:
    """Label as it stands in the list, else the folder's name."""
    return video.line.label or video.line.folder or None


def _entry(
    video: _Video,
    frame_counts: Optional[Mapping[str, int]],
    choices: Choices,
) -> dict:
    line = video.line
    where = f'{line.where}, video {video.name!r}'
    kind = _class(video, where, choices)
    frames = line.frames
    if frame_counts is not None:
        frames = frames_of(video.name, frame_counts, line.where)
    intervals: Optional[List[List[int]]] = None
    if line.numbers:
        intervals = fit_intervals(
            parse_intervals(line.numbers, where, video.one_based),
            frames,
            where,
        )
    entry = make_entry(video.name, kind, frames, intervals)
    if intervals and entry['label'] == 0:
        raise ValueError(
            f'{where}: expected no intervals of a normal '
            f'video, found {" ".join(line.numbers)!r}'
        )
    return entry


def _class(video: _Video, where: str, choices: Choices) -> str:
    line = video.line
    if line.label is None:
        told = told_by_name(video.name)
        if told:
            return told[1]
        if not line.folder:
            raise ValueError(
                f'{where}: expected a class, in the line, by the name or by '
                'the folder, found none'
            )
    return class_of_label(_label(video), where, choices, video.xd)
