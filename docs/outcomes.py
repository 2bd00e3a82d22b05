"""Draws a hit, a miss and a false alarm out of results of ``rtfm infer``.

``python docs/outcomes.py work_dirs/demo/new_clips --out docs/pictures`` after
``make demo``, whose clips have known times. Prints what each picture shows,
as Markdown.
"""

import argparse
from pathlib import Path
from typing import Any, Dict, List, NamedTuple, Optional, Tuple

import numpy as np
from matplotlib import rc_context
from matplotlib.figure import Figure

from rtfm_mmaction.io.moments import Moment, read_moments
from rtfm_mmaction.io.reading import read_json
from rtfm_mmaction.visualization.saving import save_figure
from rtfm_mmaction.visualization.score_curve import step_curve
from rtfm_mmaction.visualization.style import (
    EVENT,
    EVENT_ALPHA,
    KNOWN,
    SCORE,
    STYLE,
)

Interval = Tuple[float, float]  # [start, end) in frames


class Outcome(NamedTuple):
    """One thing to show.

    Attributes:
        kind (str): 'hit', 'miss' or 'false alarm'.
        video (dict): JSON of ``rtfm infer``.
        frame (int): Which frame to show.
        score (float): That it is about.
        words (str): What there is to see.
    """

    kind: str
    video: Dict[str, Any]
    frame: int
    score: float
    words: str


def in_frames(video: Dict[str, Any], event: Dict[str, float]) -> Interval:
    """Give an event in frames of its video."""
    return event['start'] * video['fps'], event['end'] * video['fps']


def overlap(one: Interval, other: Interval) -> bool:
    """Whether two intervals share time."""
    return one[0] < other[1] and other[0] < one[1]


def find_outcomes(videos: List[Dict[str, Any]]) -> List[Outcome]:
    """Choose what to show, by rule and not by eye.

    Args:
        videos (list[dict]): Of ``rtfm infer --annotations``.

    Returns:
        list[Outcome]: The hit of the highest peak; of the known intervals
        without an event the one of the lowest score; the false alarm of the
        highest peak, or where there is none the normal moment that came
        closest to one. What there is none of is left out.
    """
    hits, misses, alarms, close = [], [], [], []
    for video in videos:
        known = video['abnormal_intervals'] or []
        if video['label'] and not known:
            continue  # when is not known
        length = video['snippet_len']
        scores = np.array(video['scores'])
        events = [(in_frames(video, e), e) for e in video['events']]
        for span, event in events:
            right = any(overlap(span, interval) for interval in known)
            (hits if right else alarms).append(
                Outcome(
                    'hit' if right else 'false alarm',
                    video,
                    int(event['peak_time'] * video['fps']),
                    event['peak'],
                    'an event where there is something'
                    if right
                    else 'an event where there is nothing',
                )
            )
        spans = [(at * length, (at + 1) * length) for at in range(len(scores))]
        outside = [True] * len(scores)
        for start, end in known:
            inside = [overlap(span, (start, end)) for span in spans]
            outside = [a and not b for a, b in zip(outside, inside)]
            if any(inside) and not any(
                overlap(span, (start, end)) for span, _ in events
            ):
                misses.append(
                    Outcome(
                        'miss',
                        video,
                        (start + end) // 2,
                        scores[inside].max(),
                        'something without an event',
                    )
                )
        if any(outside) and not video['events']:
            at = int(np.where(outside, scores, -1).argmax())
            close.append(
                Outcome(
                    'false alarm',
                    video,
                    at * length + length // 2,
                    scores[at],
                    'none came; the closest to one',
                )
            )
    return [
        best
        for best in (
            _most(hits),
            _most(misses, least=True),
            _most(alarms) or _most(close),
        )
        if best
    ]


def _most(found: List[Outcome], least: bool = False) -> Optional[Outcome]:
    sign = -1 if least else 1
    return max(found, key=lambda one: sign * one.score, default=None)


def outcome_figure(outcome: Outcome) -> Figure:
    """Draw the frame, and below it the scores with what was known and found.

    Args:
        outcome (Outcome): What to show; its video has to be there.

    Returns:
        Figure: 5 x 4.6 inches.
    """
    video = outcome.video
    moment = Moment(outcome.frame, outcome.frame / video['fps'])
    (image,) = read_moments(video['source'], [moment], video['fps'])
    with rc_context(STYLE):
        figure = Figure(figsize=(5, 4.6), layout='constrained')
        above, below = figure.subplots(2, height_ratios=(3, 1.4))
        above.set_axis_off()
        if image is not None:
            above.imshow(image[..., ::-1])
        above.set_title(
            f'{outcome.kind}: {outcome.words}, score {outcome.score:.2f}'
        )
        for start, end in video['abnormal_intervals'] or []:
            below.axvspan(start, end, color=KNOWN, alpha=EVENT_ALPHA, lw=0)
        for event in video['events']:
            below.axvspan(
                *in_frames(video, event), ymin=0.93, color=EVENT, lw=0
            )
        below.plot(
            *step_curve(np.array(video['scores']), video['snippet_len']),
            drawstyle='steps-post',
            color=SCORE,
        )
        below.axhline(video['threshold'], color='black', ls=':', lw=1)
        below.axvline(outcome.frame, color='black', lw=0.8)
        below.set_ylim(0, 1.05)
        below.set_xlabel('frame (green: known, pink bar: event found)')
        below.set_ylabel('score')
    return figure


def read_results(folder: Path) -> List[Dict[str, Any]]:
    """Read the videos of a folder of results, by name."""
    found = [
        read_json(path, 'results') for path in sorted(folder.glob('*.json'))
    ]
    return [one for one in found if 'scores' in one]


def main(argv=None) -> None:
    """Choose, draw, and say what is shown."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('results', type=Path, help='--out of rtfm infer')
    parser.add_argument('--out', type=Path, required=True)
    args = parser.parse_args(argv)
    for outcome in find_outcomes(read_results(args.results)):
        name = f'outcome_{outcome.kind.replace(" ", "-")}.png'
        save_figure(outcome_figure(outcome), args.out / name)
        print(
            f'![{outcome.kind}: {outcome.words}](pictures/{name})\n'
            f'`{outcome.video["video"]}`, score {outcome.score:.2f}, '
            f'threshold {outcome.video["threshold"]:g}\n'
        )


if __name__ == '__main__':
    main()
