"""RTFM-style ``.list`` files and their ground truth, as most programs of the
field read them.

A list has one feature file a line, by the path that it had on its maker's
machine; where each crop has a file of its own, a video has as many lines. The
ground truth (``gt-ucf.npy``) is one array of 0 and 1 for all test videos in
the list's order, 16 frames for each of a video's T snippets: what belongs to
which video is told by T of the features that the lists were made for.
Labels are told by the names, or by the order: abnormal videos come first. The
methods on CLIP have tables ``path,label`` of such files in place of lists:
there the label stands beside the file, and a test list may name one crop of
several.
"""

import re
import warnings
from pathlib import Path
from typing import Callable, Dict, List, Optional, Sequence, Tuple, Union

import numpy as np

from ...datasets.annotations import NORMAL
from ...datasets.benchmark_classes import ucf_crime_class, xd_violence_class
from ...datasets.feature_files import probe_features
from ...datasets.feature_folder import FeatureFolder
from ...datasets.feature_layouts import FeatureLayout, get_layout, reduce_path
from ...datasets.ground_truth import intervals_from_mask
from ...datasets.layout_detection import detect_layout
from ...io.reading import read_lines, read_npy
from .entries import make_entry
from .labels import (
    ABNORMAL,
    Choices,
    are_xd_codes,
    check_choices,
    class_of_label,
)
from .list_forms import Listed, is_feature_table, read_table

SNIPPET_LEN = 16
# Of the names that a feature file may have, crop last: only a final
# '__<digits>' is one, since names hold '__', too.
NAMINGS = tuple(
    re.compile(pattern, re.DOTALL)
    for pattern in (
        r'(?P<video>.+)(?:_i3d|__vggish)\.npy',
        r'(?P<video>.+)__(?P<crop>0|[1-9][0-9]{0,2})\.npy',
        r'(?P<video>.+)\.(?:npy|txt)',
    )
)
Videos = Dict[str, str]


def convert_rtfm_lists(
    train_list: Union[str, Path],
    test_list: Union[str, Path],
    ground_truth: Union[str, Path],
    features: Union[str, Path],
    layout: Optional[str] = None,
    abnormal_first: Optional[Tuple[int, int]] = None,
    normal_class: Sequence[str] = (),
    abnormal_class: Sequence[str] = (),
) -> Tuple[List[dict], List[dict]]:
    """Convert lists of feature files and their ground truth.

    Args:
        train_list (str or Path): ``ucf-i3d.list``.
        test_list (str or Path): ``ucf-i3d-test.list``.
        ground_truth (str or Path): ``gt-ucf.npy``, (sum of T x 16,) of 0 and
            1, floats or integers.
        features (str or Path): Folder of the test videos' features, for T.
        layout (str, optional): How the feature files are named, in the lists
            too, and their axes; see
            :data:`~rtfm_mmaction.datasets.feature_layouts.LAYOUTS`. Defaults
            to None: found out, by the names in the lists and by the files.
        abnormal_first (tuple[int, int], optional): How many videos at the
            beginning of the training and of the test list are abnormal.
            Defaults to None: told by the labels of tables, or by the names,
            of UCF-Crime or XD-Violence.
        normal_class (Sequence[str]): Labels of tables that mean normal.
            Defaults to none.
        abnormal_class (Sequence[str]): Labels of tables that are kinds of
            anomalies though they read as if they meant normal. Defaults to
            none.

    Returns:
        tuple[list[dict], list[dict]]: Training and test videos, in the order
        of the lists. The test videos' frames are T x 16.

    Raises:
        FileNotFoundError: If a file or a test video's features are missing.
        ValueError: If a line is malformed, labels are not told or contradict
            each other or the ground truth, or the ground truth has not the
            features' length; names the file or video.
    """
    train = read_feature_list(train_list, layout)
    test = read_feature_list(test_list, layout, train)
    choices = Choices(normal_class, abnormal_class)
    kinds = _kinds_by_tables((train_list, test_list), layout, choices)
    if not kinds or abnormal_first is not None:
        kinds = _kinds((train, test), abnormal_first)
    mask = _read_ground_truth(ground_truth)
    lengths = _lengths(test, kinds, str(features), layout)
    total = sum(lengths.values())
    if total != len(mask):
        raise ValueError(
            f'{ground_truth}: found {len(mask)} frames, expected {total}, the '
            f'sum of T x {SNIPPET_LEN} over the features of the {len(test)} '
            f'test videos in {features}: the ground truth is that of other '
            'features, or the layout is another'
        )
    entries = []
    start = 0
    for video, frames in lengths.items():
        block = mask[start : start + frames]
        if block.any() != (kinds[video] != NORMAL):
            raise ValueError(
                f'{ground_truth}: found {int(block.sum())} abnormal frames in '
                f'{frames} from frame {start} on, those of video {video!r}, '
                f'expected {"none" if kinds[video] == NORMAL else "some"} of '
                f'a video of class {kinds[video]} ({test[video]})'
            )
        entries.append(
            make_entry(video, kinds[video], frames, intervals_from_mask(block))
        )
        start += frames
    return [make_entry(video, kinds[video], None) for video in train], entries


def read_feature_list(
    path: Union[str, Path],
    layout: Optional[str] = None,
    earlier: Optional[Videos] = None,
) -> Videos:
    """Read the videos that a list of feature files has.

    Args:
        path (str or Path): Text file, UTF-8. A line is one path, of Linux or
            Windows, with all blanks in it; or path and label, in a table.
        layout (str, optional): How the files are named; see
            :func:`video_of`. Defaults to None.
        earlier (dict[str, str], optional): Videos of another list that must
            not come again. Defaults to None.

    Returns:
        dict[str, str]: Video -> ``file:line`` of its first file, in the order
        of the list.

    Raises:
        FileNotFoundError: If there is no such list.
        ValueError: If it holds no file, one twice, one of no known name, or
            crops that are not 0, 1, … of as many as the first video has (a
            table may name some of them); names file and line.
    """
    videos: Videos = {}
    crops: Dict[str, List[int]] = {}
    rows = _table_of(path)
    # The end only: a name may begin with a blank, and none ends so.
    files = [(row.where, row.path) for row in rows] or [
        (where, line.rstrip()) for where, line in read_lines(path)
    ]
    for where, file in files:
        video, crop = video_of(file, layout, where)
        if video in (earlier or {}):
            raise ValueError(
                f'{where}: found video {video!r} again, expected '
                f'each once (the first is {earlier[video]})'
            )
        first = videos.setdefault(video, where)
        if crop in crops.setdefault(video, []):
            raise ValueError(
                f'{where}: found crop {crop} of video {video!r} '
                f'again, expected each once (see {first})'
            )
        crops[video].append(crop)
    if not videos:
        raise ValueError(
            f'{path}: expected one feature file a line, found none'
        )
    if rows:
        return videos
    count = len(next(iter(crops.values())))
    for video, found in crops.items():
        if sorted(found) != list(range(count)):
            raise ValueError(
                f'{videos[video]}: found crops {sorted(found)} of video '
                f'{video!r}, expected 0 to {count - 1} as of the first video'
                + (
                    ''
                    if layout
                    else '; if the number belongs to the name, '
                    "name the layout, such as 'packed'"
                )
            )
    return videos


def _table_of(path: Union[str, Path]) -> List[Listed]:
    """Rows of a table, none of a list that is no table."""
    lines = list(read_lines(path))
    return read_table(lines) if is_feature_table(lines) else []


def _kinds_by_tables(
    lists: Sequence[Union[str, Path]], layout: Optional[str], choices: Choices
) -> Dict[str, str]:
    """Video -> class if all lists are tables with labels, else {}."""
    tables = [_table_of(path) for path in lists]
    labels = [row.label for rows in tables for row in rows]
    check_choices(choices, labels)
    kinds: Dict[str, str] = {}
    if not all(tables):
        return kinds
    xd = are_xd_codes(labels)
    for row in (row for rows in tables for row in rows):
        video, _ = video_of(row.path, layout, row.where)
        where = f'{row.where}, video {video!r}'
        kind = class_of_label(row.label or '', where, choices, xd)
        if kinds.setdefault(video, kind) != kind:
            raise ValueError(
                f'{where}: expected class {kinds[video]!r} as in the lines '
                f'before, found {row.label!r}'
            )
    return kinds


def video_of(path: str, layout: Optional[str], where: str) -> Tuple[str, int]:
    """Video and crop of a feature file.

    Args:
        path (str): Its path, of Linux or Windows.
        layout (str, optional): One of
            :data:`~rtfm_mmaction.datasets.feature_layouts.LAYOUTS`, to which
            the name must fit. None: ``_i3d.npy``, ``__vggish.npy``,
            ``__<crop>.npy``, ``.npy`` or ``.txt`` is taken off.
        where (str): ``file:line``, for errors.

    Returns:
        tuple[str, int]: Name of the video; number of the crop, 0 where there
        is none.

    Raises:
        ValueError: If no feature file has such a name.
    """
    name = reduce_path(path)
    if layout is not None:
        parsed = get_layout(layout).parse(name)
        expected = get_layout(layout).name
    else:
        matches = filter(None, (naming.fullmatch(name) for naming in NAMINGS))
        parsed = next(
            (
                (match['video'], int(match.groupdict().get('crop') or 0))
                for match in matches
            ),
            None,
        )
        expected = '<video>.npy, <video>_i3d.npy, <video>__<crop>.npy or .txt'
    if parsed is None or not parsed[0].strip():
        raise ValueError(
            f'{where}: expected the path of a feature file '
            f'{expected}, found {path!r}'
        )
    return parsed


def _kinds(
    lists: Sequence[Videos], abnormal_first: Optional[Tuple[int, int]]
) -> Dict[str, str]:
    """Video -> class, by the names or else by the order."""
    named = _kinds_by_name(
        {video: where for videos in lists for video, where in videos.items()},
        must=abnormal_first is None,
    )
    if abnormal_first is None:
        return named
    kinds: Dict[str, str] = {}
    for videos, count in zip(lists, abnormal_first):
        if not 0 <= count <= len(videos):
            raise ValueError(
                f'abnormal first: expected 0 to {len(videos)} videos of the '
                f'list that begins at {next(iter(videos.values()))}, found '
                f'{count}'
            )
        for index, (video, where) in enumerate(videos.items()):
            kind = ABNORMAL if index < count else NORMAL
            if named and (named[video] == NORMAL) != (kind == NORMAL):
                raise ValueError(
                    f'{where}: found video {video!r}, of class {named[video]} '
                    f'by its name, at place {index + 1}, expected the first '
                    f'{count} videos to be abnormal and no others'
                )
            kinds[video] = kind
    return named or kinds


def _kinds_by_name(videos: Videos, must: bool) -> Dict[str, str]:
    """Video -> class if all names tell it, as either data set names; else {}.

    Raises:
        ValueError: If they must and do not.
    """
    errors = []
    for class_of in (ucf_crime_class, xd_violence_class):
        kinds, error = _try_all(class_of, videos)
        if error is None:
            return kinds
        errors.append((len(kinds), error))
    if not must:
        return {}
    told, error = max(errors, key=lambda item: item[0])
    if 2 * told > len(videos):  # the others are slips
        raise error
    video, where = next(iter(videos.items()))
    raise ValueError(
        f'{where}: found video {video!r}, whose name tells no class of '
        'UCF-Crime or XD-Violence; expected to be told how many videos of '
        'each list are abnormal, which come first (--abnormal-first; 63 and '
        "44 of ShanghaiTech's)"
    )


def _try_all(
    class_of: Callable[[str, str], str], videos: Videos
) -> Tuple[Dict[str, str], Optional[ValueError]]:
    """Classes of the videos whose names tell one, and the first error."""
    kinds: Dict[str, str] = {}
    first = None
    for video, where in videos.items():
        try:
            kinds[video] = class_of(video, where)
        except ValueError as error:
            first = first or error
    return kinds, first


def _read_ground_truth(path: Union[str, Path]) -> np.ndarray:
    """(F,) of 0 and 1, uint8."""
    expected = 'one 0 or 1 a frame of the test videos'
    array = read_npy(path, expected)
    if array.ndim != 1 or not array.size:
        raise ValueError(
            f'{path}: expected {expected}, found an array of '
            f'shape {array.shape}'
        )
    odd = ~np.isin(array, (0, 1))
    if odd.any():
        raise ValueError(
            f'{path}: expected {expected}, found '
            f'{array[odd][0]} at frame {int(odd.argmax())}'
        )
    return array.astype(np.uint8)


def _lengths(
    videos: Videos, kinds: Dict[str, str], root: str, name: Optional[str]
) -> Dict[str, int]:
    """Video -> T x 16 of its features."""
    folder = FeatureFolder(root)
    layout = _layout(folder, [(video, kinds[video]) for video in videos], name)
    lengths: Dict[str, int] = {}
    for video in videos:
        files = folder.find(video, kinds[video], layout)
        snippets, _, _ = probe_features(files, layout)
        lengths[video] = snippets * SNIPPET_LEN
    return lengths


def _layout(
    folder: FeatureFolder,
    videos: Sequence[Tuple[str, str]],
    name: Optional[str],
) -> FeatureLayout:
    if name is None:
        layout, found = detect_layout(folder, videos)
        warnings.warn(found)
    else:
        layout = get_layout(name)
    if layout.num_segments:
        raise ValueError(
            f'{folder.root}: found features of {layout.num_segments} segments '
            "whatever the video's length, expected features of all its "
            'snippets, which tell how long it is'
        )
    return layout
