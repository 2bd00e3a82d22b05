"""Label Studio's JSON, https://labelstud.io/guide/predictions.

A task a video: ``data`` with ``video`` and ``fps``, and regions of the tag
``TimelineLabels``, https://labelstud.io/tags/timelinelabels, whose frames are
counted from 1 with both ends included. What a detector found are
``predictions``, what a person said ``annotations``.
"""

from typing import Any, Dict, List, Sequence

from .marks import ABNORMAL, NORMAL, Mark, MarkedVideo

# Names of the tags, which regions refer to.
CONTROL, OBJECT = 'events', 'video'
# The interface of a project that the tasks fit.
LABELING_CONFIG = f"""<View>
  <Video name="{OBJECT}" value="$video" frameRate="$fps"/>
  <TimelineLabels name="{CONTROL}" toName="{OBJECT}">
    <Label value="{ABNORMAL}" background="#d03b3b"/>
    <Label value="{NORMAL}" background="#2a78d6"/>
  </TimelineLabels>
</View>
"""


def label_studio_tasks(
    videos: Sequence[MarkedVideo], made_with: str = ''
) -> List[Dict[str, Any]]:
    """Write stretches as tasks to import.

    Args:
        videos (Sequence[MarkedVideo]): The videos. Where a file is not known
            its name stands for it.
        made_with (str): What made the events, for ``model_version``. Defaults
            to '': a person said it all.

    Returns:
        list[dict]: Of plain values.

    Examples:
        >>> marked = MarkedVideo('a', 'a.mp4', 25, 9, [Mark(0.64, 1.28)])
        >>> (task,) = label_studio_tasks([marked])
        >>> task['annotations'][0]['result'][0]['value']
        {'ranges': [{'start': 17, 'end': 32}], 'timelinelabels': ['Abnormal']}
    """
    tasks = []
    for video in videos:
        regions = [
            _region(mark, index, video.fps)
            for index, mark in enumerate(video.marks)
        ]
        data = {OBJECT: video.source or video.name, 'fps': video.fps}
        task: Dict[str, Any] = dict(data=data, meta=dict(name=video.name))
        if made_with:
            scores = [mark.score or 0.0 for mark in video.marks]
            task['predictions'] = [
                dict(
                    model_version=made_with,
                    score=round(max(scores, default=0.0), 6),
                    result=regions,
                )
            ]
        else:
            task['annotations'] = [dict(result=regions)]
        tasks.append(task)
    return tasks


def _region(mark: Mark, index: int, fps: float) -> Dict[str, Any]:
    first = round(mark.start * fps) + 1
    region: Dict[str, Any] = dict(
        id=f'event{index}',
        from_name=CONTROL,
        to_name=OBJECT,
        type='timelinelabels',
        value=dict(
            ranges=[dict(start=first, end=max(round(mark.end * fps), first))],
            timelinelabels=[mark.label],
        ),
    )
    if mark.score is not None:
        region['score'] = round(mark.score, 6)
    if mark.note:
        region['meta'] = dict(text=[mark.note])
    return region
