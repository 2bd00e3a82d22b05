"""The model card of a fitted detector, in the form that model hubs read."""

from typing import Any, Dict, List, Optional, Sequence

from ...evaluation.functional.alarm_rates import (
    AlarmRate,
    in_both_units,
    in_hours,
)
from .expected_time import duration
from .fit_bags import FittedBags
from .verdict_bags import PREFIX

CURVE = 'alarms.png'
# Rows of its tables; detector.json has all.
SHOWN = 12
HEAD = """---
library_name: rtfm_mmaction
pipeline_tag: video-classification
tags:
- anomaly-detection
- video
- weakly-supervised
---
"""


def write_card(
    fitted: FittedBags,
    facts: Dict[str, Any],
    notes: Sequence[str] = (),
    before: Optional[Dict[str, Any]] = None,
) -> str:
    """Say what a detector is, how good it is, and what that stands on.

    Args:
        fitted (FittedBags): The detector.
        facts (dict): Of :func:`~.facts.facts_of`.
        notes (Sequence[str]): Sentences on its videos. Defaults to none.
        before (dict, optional): Facts of the detector that it takes the place
            of. Defaults to None: there was none.

    Returns:
        str: Markdown.
    """
    bags, alarms = fitted.bags, fitted.alarms
    training = facts['training']
    judged = facts['judgement']
    groups = len(set(bags.groups))
    lines = [
        HEAD,
        '# An anomaly detector for video',
        '',
        sentence_of(fitted, facts),
        '',
        'It was trained by `rtfm fit` on '
        f'{int((bags.labels == 1).sum())} videos with something in them and '
        f'{int((bags.labels == 0).sum())} ordinary ones, and knows of each '
        'training video no more than that. It finds what looks like the '
        'first and unlike the second, on cameras like these; of other '
        'cameras and other anomalies nothing is known.',
        '',
        '```bash',
        'rtfm infer new_videos/ --detector . --out results',
        '```',
        '',
        '## How good it is',
        '',
        f'Each video was judged by models of {training["folds"]} folds that '
        f'never saw it, nor any other of its group ({groups} groups).',
        '',
        '| figure of held-out videos | value | 95% interval |',
        '| :-- | --: | :-- |',
        _row('AUC of videos', judged, 'video_AUC'),
        _row('AP of videos', judged, 'video_AP'),
    ]
    if 'AUC' in judged:
        lines += [
            _row('AUC of frames', judged, 'AUC'),
            _row('AP of frames', judged, 'AP'),
        ]
    lines += ['', *_limits(fitted), '']
    lines += [
        '## Its threshold',
        '',
        f'![false alarms against videos found]({CURVE})',
        '',
        f'At a score of 0.5 it finds {alarms.found} of {alarms.abnormal} '
        f'abnormal videos; in normal ones {alarms.rate}.',
        _shown(fitted),
        '',
        '## What was chosen',
        '',
        f'The network is {training["method"]}. Chosen was {_chosen(facts)}',
        '',
        '| models | merit | AUC of videos | AP of videos | AUC of snippets |',
        '| :-- | --: | --: | --: | --: |',
        *(
            f'| {one.name} | {one.judgement.merit:.3f} | '
            f'{one.judgement.video_AUC:.3f} | {one.judgement.video_AP:.3f} | '
            f'{one.judgement.snippet_AUC:.3f} |'
            for one in fitted.choice.candidates
        ),
        '',
        'Merit is the AUC of frames where intervals are known, else the mean '
        'of the AUC of videos (by their peaks) and of snippets (those of '
        'abnormal videos against those of normal ones).',
        '',
        '## Training videos, worst first',
        '',
        '| video | label | peak against the threshold | group | fold |',
        '| :-- | :-- | --: | :-- | --: |',
        *_worst(training['videos']),
        '',
    ]
    changes = [*_verdicts(facts), *_changes(before, facts)]
    if changes:
        lines += ['## What changed', '', *changes, '']
    if notes:
        lines += ['## What was noticed', '', *(f'- {n}' for n in notes), '']
    versions = ', '.join(
        f'{name} {value}' for name, value in facts['versions'].items()
    )
    lines += [
        '## Made with',
        '',
        f'{versions}. `detector.json` has the folds, the calibration and all '
        'figures; nothing in this folder is code.',
        '',
    ]
    return '\n'.join(lines)


def sentence_of(fitted: FittedBags, facts: Dict[str, Any]) -> str:
    """Say in one sentence what a person has got.

    Args:
        fitted (FittedBags): The detector.
        facts (dict): Of :func:`~.facts.facts_of`.
    """
    alarms = fitted.alarms
    low, high = facts['judgement']['video_AUC_interval']
    return (
        f'Of videos that it had never seen it found {alarms.found} of the '
        f'{alarms.abnormal} with something in them, with '
        f'{alarms.rate.events or "no"} false '
        f'alarm{"" if alarms.rate.events == 1 else "s"} in '
        f'{duration(alarms.rate.hours * 3600)} of ordinary video (AUC of '
        'videos '
        f'{facts["judgement"]["video_AUC"]:.2f}'
        + ('' if low is None else f', 95% interval {low:.2f} to {high:.2f}')
        + ').'
    )


def _row(name: str, judged: Dict[str, Any], key: str) -> str:
    ends = judged.get(f'{key}_interval') or [None]
    span = '' if None in ends else ' to '.join(f'{end:.3f}' for end in ends)
    return f'| {name} | {judged[key]:.3f} | {span} |'


def _limits(fitted: FittedBags) -> List[str]:
    """What may flatter the figures."""
    lines = [
        'Models and threshold were chosen by these same scores, which '
        'flatters the figures a little; new videos are the last judge.'
    ]
    # A stretch that was judged is of the group of its video.
    if all(
        group in fitted.bags.videos or group.startswith(f'{PREFIX}/')
        for group in fitted.bags.groups
    ):
        lines.append(
            'Each video is a group of its own, since nothing told cameras '
            'apart: where several videos are of one camera or of one scene, '
            'the figures flatter, as the model may know the scene.'
        )
    if min((fitted.bags.labels == label).sum() for label in (0, 1)) < 10:
        lines.append(
            'Fewer than ten videos of a side: the intervals are wide, and '
            'another set of videos may say something else.'
        )
    return lines


def _shown(fitted: FittedBags) -> str:
    alarms = fitted.alarms
    if alarms.shown:
        return (
            'The threshold is the lowest one with at most '
            f'{in_both_units(alarms.asked_per_hour)} in these.'
        )
    rate: AlarmRate = alarms.rate
    return (
        f'{in_hours(rate.hours)} of normal video cannot show the '
        f'{in_both_units(alarms.asked_per_hour)} that was asked for, but at '
        f'best {in_both_units(alarms.shown_per_hour)}; so the threshold is '
        'the lowest one without an event in them. More normal video makes '
        'it one that can be believed; single models made these scores, and '
        'the mean of all folds, which this folder holds, is steadier.'
    )


def _chosen(facts: Dict[str, Any]) -> str:
    chosen = facts['chosen']
    return (
        f'{" and ".join(chosen["models"])}, by held-out figures alone: '
        f'{chosen["ahead_by"]:.3f} ahead of {chosen["next"]}, and no worse '
        f'than it in {chosen["sure"]:.0%} of draws of the groups.'
    )


def _verdicts(facts: Dict[str, Any]) -> List[str]:
    """What became of the events that a person judged."""
    refused, confirmed = (
        facts['verdicts'][name] for name in ('refused', 'confirmed')
    )
    if not refused['events'] + confirmed['events']:
        return []
    return [
        f'Of {refused["events"]} refused events '
        f'{refused["above_threshold"]} would still alarm, of '
        f'{confirmed["events"]} confirmed ones '
        f'{confirmed["above_threshold"]} would, by models that never saw '
        'their videos. The table is of whole videos, without what was '
        'refused in them.',
        '',
    ]


def _changes(
    before: Optional[Dict[str, Any]], now: Dict[str, Any]
) -> List[str]:
    """Compare with the detector before, of which more is not known."""
    if before is None:
        return []
    rows = ['| | before | now |', '| :-- | --: | --: |']
    for name, path in (
        ('AUC of videos', ('judgement', 'video_AUC')),
        ('AP of videos', ('judgement', 'video_AP')),
        ('abnormal videos found', ('threshold', 'found')),
        ('of', ('threshold', 'abnormal_videos')),
        ('false alarms', ('threshold', 'events')),
        ('hours of normal video', ('threshold', 'normal_hours')),
    ):
        old: Any = before
        new: Any = now
        for key in path:
            old = old.get(key) if isinstance(old, dict) else None
            new = new[key]
        rows.append(f'| {name} | {"–" if old is None else old} | {new} |')
    chosen = before.get('chosen')
    models = chosen.get('models') if isinstance(chosen, dict) else None
    if isinstance(models, list):
        said = ' and '.join(map(str, models))
        rows += ['', f'Before, {said} had been chosen.']
    return rows


def _worst(videos: Sequence[Dict[str, Any]]) -> List[str]:
    """Missed ones and false alarms, by how far they are on the wrong side."""

    def wrong(video: Dict[str, Any]) -> float:
        return video['peak'] * (-1 if video['label'] else 1)

    rows = [
        f'| {_cell(video["video"])} | '
        f'{"abnormal" if video["label"] else "normal"} | '
        f'{video["peak"]:+.2f} | {_cell(video["group"])} | {video["fold"]} |'
        for video in sorted(videos, key=wrong, reverse=True)
    ]
    more = len(rows) - SHOWN
    if more > 0:
        rows = [*rows[:SHOWN], f'| … and {more} more | | | | |']
    return rows


def _cell(text: str) -> str:
    return text.replace('|', '\\|').replace('\n', ' ')
