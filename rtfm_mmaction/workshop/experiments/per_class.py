"""Methods compared class by class, Figure 5 of the RTFM paper."""

import os
from typing import Dict, List, Sequence, Union

from ...evaluation.functional import class_detection_metrics
from ...evaluation.predicted_videos import frame_counts
from ...evaluation.predictions import read_predictions

FIGURES = ('AUC', 'AP')


def compare_classes(
    paths: Sequence[Union[str, os.PathLike]],
    figure: str = 'AUC',
    with_normal: bool = True,
) -> Dict[str, List[float]]:
    """Figures of each class under several methods.

    Args:
        paths (Sequence[str or PathLike]): File of predictions of each method,
            all of the same videos.
        figure (str): 'AUC' or 'AP'. Defaults to 'AUC'.
        with_normal (bool): Whether all normal videos stand beside a class's.
            Defaults to True.

    Returns:
        dict[str, list[float]]: Class, in alphabetical order, to one figure a
        method, NaN where it is not defined.

    Raises:
        FileNotFoundError: If a file is missing.
        ValueError: If one is bad, is of other videos than the first, or has
            no abnormal video.
    """
    columns = []
    first = None
    for path in paths:
        metainfo, _, videos = read_predictions(path)
        truth = {
            video['video']: (
                video['label'],
                video['class'],
                video['abnormal_intervals'],
            )
            for video in videos
        }
        first = truth if first is None else first
        if truth != first:
            odd = sorted(
                name
                for name in {*truth, *first}
                if truth.get(name) != first.get(name)
            )
            raise ValueError(
                f'{path}: found other videos or annotations than in '
                f'{paths[0]} ({len(odd)}, {odd[0]} for one), expected the '
                'same, or the methods cannot be compared'
            )
        counts = [
            frame_counts(video, metainfo['snippet_len']) for video in videos
        ]
        columns.append(
            class_detection_metrics(
                [video['scores'] for video in videos],
                [abnormal for abnormal, _ in counts],
                [normal for _, normal in counts],
                [video['class'] for video in videos],
                [video['label'] for video in videos],
                with_normal,
            )
        )
    if not columns[0]:
        raise ValueError(
            f'{paths[0]}: found no abnormal video, expected '
            'some, of one class or more'
        )
    return {
        name: [column[name][figure] for column in columns]
        for name in columns[0]
    }
