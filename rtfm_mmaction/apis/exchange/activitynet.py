"""ActivityNet's JSON, http://activity-net.org/download.html.

What a detector found is in the form of results (``results``: video -> list of
label, score and segment), what a person said in that of annotations
(``database``: video -> duration, subset and annotations of label and
segment). Segments are in seconds.
"""

from typing import Any, Dict, List, Sequence

from .marks import ABNORMAL, MarkedVideo

VERSION = 'VERSION 1.3'


def activitynet_results(
    videos: Sequence[MarkedVideo], details: str
) -> Dict[str, Any]:
    """Write events as ActivityNet's evaluation takes results.

    Args:
        videos (Sequence[MarkedVideo]): With scores.
        details (str): What made them.

    Returns:
        dict: Of plain values.

    Examples:
        >>> from rtfm_mmaction.apis.exchange import Mark
        >>> video = MarkedVideo('a', None, 25, 9, [Mark(1, 2, score=0.75)])
        >>> activitynet_results([video], 'x')['results']
        {'a': [{'label': 'Abnormal', 'score': 0.75, 'segment': [1, 2]}]}
    """
    return dict(
        version=VERSION,
        results={
            video.name: [
                dict(
                    label=mark.label,
                    score=mark.score,
                    segment=_segment(mark.start, mark.end),
                )
                for mark in video.marks
            ]
            for video in videos
        },
        external_data=dict(used=True, details=details),
    )


def activitynet_database(
    videos: Sequence[MarkedVideo], subset: str = 'training'
) -> Dict[str, Any]:
    """Write what a person confirmed as ActivityNet's annotations.

    There is no place for what was refused: a video of which all was refused
    has no annotations.

    Args:
        videos (Sequence[MarkedVideo]): Of verdicts.
        subset (str): 'training', 'validation' or 'testing'. Defaults to
            'training'.

    Returns:
        dict: Of plain values.

    Examples:
        >>> from rtfm_mmaction.apis.exchange import Mark
        >>> marks = [Mark(1, 2), Mark(3, 4, 'Normal')]
        >>> video = MarkedVideo('a', None, 25, 9, marks)
        >>> found = activitynet_database([video])
        >>> found['database']['a']['annotations']
        [{'label': 'Abnormal', 'segment': [1, 2]}]
    """
    root = dict(nodeId=0, nodeName='Root', parentId=None, parentName=None)
    leaf = dict(nodeId=1, nodeName=ABNORMAL, parentId=0, parentName='Root')
    return dict(
        version=VERSION,
        taxonomy=[root, leaf],
        database={
            video.name: dict(
                duration=round(video.duration, 3),
                subset=subset,
                url=video.source or '',
                annotations=[
                    dict(
                        label=mark.label,
                        segment=_segment(mark.start, mark.end),
                    )
                    for mark in video.marks
                    if mark.label == ABNORMAL
                ],
            )
            for video in videos
        },
    )


def _segment(start: float, end: float) -> List[float]:
    return [round(start, 3), round(end, 3)]
