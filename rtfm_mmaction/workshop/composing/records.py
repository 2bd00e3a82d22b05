"""What is written down of a composed set: annotations, plan, card."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Callable, Dict, List, Optional, Sequence, Tuple

import numpy as np
from sklearn.metrics import roc_auc_score

from ...datasets.annotations import NORMAL, save_annotations
from ..markdown import markdown_table
from .clips import SNIPPET, Clip
from .frames import source_frames
from .matching import possible_pairs
from .planning import SUBSETS, ComposedPlan, Settings, Shot

# Annotation file -> subsets that it holds.
FILES = dict(train=('train', 'val'), test=('test',))
DIVIDED = dict(fit=('train',), val=('val',))
# What a network could know a source by, were it not the same in both kinds.
PROPERTIES: Dict[str, Callable[[Clip], float]] = {
    'pixels of a frame': lambda clip: clip.width * clip.height,
    'width / height': lambda clip: clip.width / clip.height,
    'frames a second': lambda clip: clip.rate,
    'seconds': lambda clip: clip.frames / clip.rate,
    'kbit a second': lambda clip: clip.size * clip.rate / clip.frames / 125,
}


def write_annotations(
    folder: Path, plans: Sequence[ComposedPlan], dataset: str
) -> None:
    """Write train.json and test.json; fit.json and val.json, the two parts
    of train.json, where videos are set apart.

    All but test.json hold the intervals of abnormal videos back: they are
    weak labels.

    Args:
        folder (Path): Where to.
        plans (Sequence[ComposedPlan]): All videos.
        dataset (str): Name of the data set.
    """
    classes = sorted({plan.class_name for plan in plans} - {NORMAL})
    divided = any(plan.subset == 'val' for plan in plans)
    for name, subsets in {**FILES, **(DIVIDED if divided else {})}.items():
        save_annotations(
            folder / f'{name}.json',
            dict(
                dataset=dataset,
                subset=name,
                classes=classes,
                # The two of a pair are of the same scenes.
                groups={
                    plan.name: f'{plan.subset}_pair_{plan.pair:03d}'
                    for plan in plans
                    if plan.subset in subsets
                },
            ),
            [
                {
                    'video': plan.name,
                    'label': plan.label,
                    'class': plan.class_name,
                    'frames': plan.frames,
                    'abnormal_intervals': None
                    if plan.label and name != 'test'
                    else [list(span) for span in plan.intervals],
                }
                for plan in plans
                if plan.subset in subsets
            ],
        )


def write_plan(
    path: Path, plans: Sequence[ComposedPlan], settings: Settings
) -> None:
    """Write which frames of which clip went where.

    Args:
        path (Path): JSON file.
        plans (Sequence[ComposedPlan]): All videos.
        settings (Settings): What they were drawn with.
    """
    videos = [
        {
            'video': plan.name,
            'subset': plan.subset,
            'pair': plan.pair,
            'label': plan.label,
            'class': plan.class_name,
            'frames': plan.frames,
            'abnormal_intervals': plan.intervals,
            'shots': [_describe(shot, settings.fps) for shot in plan.shots],
        }
        for plan in plans
    ]
    text = json.dumps(
        dict(settings=asdict(settings), videos=videos),
        indent=1,
        ensure_ascii=False,
    )
    path.write_text(text + '\n', encoding='utf-8')


def _describe(shot: Shot, fps: float) -> dict:
    clip = shot.clip
    ends = np.array([shot.first, shot.first + shot.window - 1])
    first, last = source_frames(ends, clip.frames, clip.rate, fps)
    return {
        'clip': clip.name,
        'kind': clip.kind,
        'scene': clip.scene,
        'interval': [shot.start, shot.end],
        'clip_frames': [int(first), int(last) + 1],
        'window': [shot.first, shot.first + shot.window],
        'phase': shot.phase,
        'turns': shot.turns,
    }


def write_card(
    path: Path,
    plans: Sequence[ComposedPlan],
    settings: Settings,
    size: Tuple[int, int],
    clips: Sequence[Clip],
    title: str,
    command: str,
    licence: str,
) -> None:
    """Write the card, a Markdown file.

    Args:
        path (Path): Where to.
        plans (Sequence[ComposedPlan]): All videos.
        settings (Settings): What they were drawn with.
        size (tuple[int, int]): Their width and height.
        clips (Sequence[Clip]): All clips that could be used.
        title (str): Name of the data set.
        command (str): What made it.
        licence (str): Licence and source of the clips.
    """
    used = len({shot.clip.name for plan in plans for shot in plan.shots})
    scenes = clips[0].scene is not None
    fillers = settings.normal_clips
    text = f"""# {title}

Untrimmed videos with known abnormal intervals, composed of trimmed clips.

Licence and source of the clips: {licence}

```
{command}
```

Seed {settings.seed}. {used} of {len(clips)} clips are used, each in one \
video only:

{_clip_table(clips, plans)}

A pair of videos takes one abnormal clip and {1 + 2 * fillers} normal ones, \
so that these clips allow {possible_pairs(clips, fillers)} pairs at most.

## Videos

{size[0]}x{size[1]} pixels, {settings.fps:g} frames a second, MPEG-4 part 2 \
(mp4v), all through one encoder. A clip is scaled
until it covers the picture, its aspect ratio kept, and cut at the middle; \
no bars are added, those of a source remain.
At another rate it is played by the nearest frame.

{_video_table(plans)}

T: snippets of {SNIPPET} frames. Share: abnormal frames of the videos' \
frames. `annotations/train.json` and `test.json`; the
training file holds the intervals back (weak labels). `plan.json` says which \
frames of which clip are shown where, in training too.{_val_text(settings)}

## What a detector cannot learn the label from

Videos come in pairs, an abnormal one and its match. Both have the same \
length, the same shots at the same frames and the same
number of different clips. In the place of the abnormal clip the match shows \
a normal one, its counterpart.{_scene_text(scenes)}
A clip is shorter than its shots, so a window of it is played to and fro; \
windows are equally long within a pair, so that
the turns fall on the same frames, too. Names and order say nothing.

## What it could learn it from

Properties of the source files, each with how well it alone tells abnormal \
from normal (AUC; 0.5: not at all; below: the
abnormal ones have less of it). Pairs: abnormal clips against their \
counterparts. Frames: abnormal frames of all videos
against normal ones, which the clips beside the abnormal ones make up, too. \
Clips: all that there are.

{_property_table(clips, plans)}

All is scaled to one size and encoded once more, but sharpness, repeated \
frames and traces of the first encoding remain.
"""
    path.write_text(text, encoding='utf-8')


def _val_text(settings: Settings) -> str:
    if not settings.val:
        return ''
    return """
`fit.json` and `val.json` are the two parts of `train.json`: choose by the \
second what you trained on the first. Both videos
of a pair are in one part. A split that parts them, such as one drawn video \
by video, is misleading: what a pair shares
is then known under the other label."""


def _scene_text(scenes: bool) -> str:
    if not scenes:
        return (
            ' Scenes were not given: places that\nonly one kind of clip '
            'shows can betray it, and one place can be in two subsets.'
        )
    return (
        ' It shows the\nsame scene (table of scenes), so that neither '
        'place nor camera betrays it, and no scene is in two subsets.'
    )


def _clip_table(clips: Sequence[Clip], plans: Sequence[ComposedPlan]) -> str:
    used = {shot.clip.name for plan in plans for shot in plan.shots}
    rows = []
    for kind in dict.fromkeys(clip.kind for clip in clips):
        members = [clip for clip in clips if clip.kind == kind]
        rows.append(
            [
                kind,
                len(members),
                sum(clip.name in used for clip in members),
                _span([clip.frames / clip.rate for clip in members], '.1f'),
            ]
        )
    return markdown_table(['clips', 'there', 'used', 'seconds'], rows)


def _video_table(plans: Sequence[ComposedPlan]) -> str:
    rows = []
    for subset in SUBSETS:
        for label in (1, 0):
            videos = [
                plan
                for plan in plans
                if plan.subset == subset and plan.label == label
            ]
            if not videos:  # none were set apart
                continue
            frames = sum(plan.frames for plan in videos)
            abnormal = sum(
                end - start for plan in videos for start, end in plan.intervals
            )
            rows.append(
                [
                    subset,
                    'abnormal' if label else 'normal',
                    len(videos),
                    frames,
                    _span([plan.frames // SNIPPET for plan in videos], '.0f'),
                    sum(len(plan.intervals) for plan in videos),
                    f'{abnormal / frames:.1%}',
                    sum(len(plan.shots) - 1 for plan in videos),
                    sum(plan.turns for plan in videos),
                ]
            )
    return markdown_table(
        [
            'subset',
            'kind',
            'videos',
            'frames',
            'T',
            'events',
            'share',
            'cuts',
            'turns',
        ],
        rows,
    )


def _property_table(
    clips: Sequence[Clip], plans: Sequence[ComposedPlan]
) -> str:
    """Properties of abnormal and normal clips, and how far they differ."""
    events, others = couples(plans)
    shots = [shot for plan in plans for shot in plan.shots]
    weights = [shot.end - shot.start for shot in shots]
    rows = []
    for name, of in PROPERTIES.items():
        pair = [[of(clip) for clip in side] for side in (events, others)]
        same = np.isclose(*pair).sum()
        rows.append(
            [
                name,
                *(f'{np.median(side):.4g}' for side in pair),
                f'{same} of {len(events)}',
                _auc(events + others, of),
                _auc([shot.clip for shot in shots], of, weights),
                _auc(clips, of),
            ]
        )
    return markdown_table(
        [
            'property',
            'median, abnormal',
            'median, counterpart',
            'equal in',
            'AUC, pairs',
            'AUC, frames',
            'AUC, clips',
        ],
        rows,
    )


def couples(plans: Sequence[ComposedPlan]) -> Tuple[List[Clip], List[Clip]]:
    """Abnormal clips and the counterparts that stand in their places.

    Args:
        plans (Sequence[ComposedPlan]): Pairs of videos.

    Returns:
        tuple[list[Clip], list[Clip]]: One of each a pair.
    """
    sides: Dict[int, Dict[tuple, ComposedPlan]] = {1: {}, 0: {}}
    for plan in plans:
        sides[plan.label][plan.subset, plan.pair] = plan
    events, others = [], []
    for key, abnormal in sides[1].items():
        for one, other in zip(abnormal.shots, sides[0][key].shots):
            if one.clip.kind != NORMAL:
                events.append(one.clip)
                others.append(other.clip)
                break
    return events, others


def _auc(
    clips: Sequence[Clip],
    of: Callable[[Clip], float],
    weights: Optional[Sequence[int]] = None,
) -> str:
    labels = [clip.kind != NORMAL for clip in clips]
    scores = [of(clip) for clip in clips]
    return f'{roc_auc_score(labels, scores, sample_weight=weights):.2f}'


def _span(numbers: Sequence[float], form: str) -> str:
    """Smallest, median, largest."""
    low, middle, high = np.percentile(numbers, [0, 50, 100])
    return f'{low:{form}} / {middle:{form}} / {high:{form}}'
