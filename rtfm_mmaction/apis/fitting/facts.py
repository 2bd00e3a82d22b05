"""What a fitted detector says of itself, as plain values.

Shapes: V videos.
"""

import importlib.metadata
from typing import Any, Dict, List, Optional

import numpy as np

from ...version import __version__
from .bootstrap import bootstrap_video_figures, interval, resample_groups
from .choosing import Candidate
from .fit_bags import FittedBags
from .judging import Judgement, judge

PACKAGES = ('torch', 'mmengine', 'mmaction2', 'scikit-learn', 'numpy')


def facts_of(fitted: FittedBags, seed: int) -> Dict[str, Any]:
    """Gather what ``detector.json`` says.

    Args:
        fitted (FittedBags): The detector.
        seed (int): Of the draws that tell intervals.

    Returns:
        dict: Of plain values; ``judgement`` with its intervals,
        ``candidates``, ``threshold``, ``verdicts``, ``training`` and
        ``versions``.
    """
    choice, alarms = fitted.choice, fitted.alarms
    chosen = choice.chosen
    low, high = alarms.rate.interval
    return dict(
        judgement=dict(
            _figures(chosen.judgement),
            **_intervals(chosen, seed),
        ),
        chosen=dict(
            models=[kind.name for kind in chosen.fitted],
            next=choice.runner_up.name,
            ahead_by=_number(
                chosen.judgement.merit - choice.runner_up.judgement.merit
            ),
            sure=_number(choice.sure),
        ),
        candidates=[
            dict(models=one.name, **_figures(one.judgement))
            for one in [*choice.candidates, *choice.settings]
        ],
        folds_of_the_network=_folds(fitted),
        verdicts=_verdicts(fitted),
        threshold=dict(
            logit=_number(alarms.logit),
            asked_per_hour=alarms.asked_per_hour,
            is_shown=alarms.shown,
            normal_hours=_number(alarms.rate.hours),
            events=alarms.rate.events,
            per_hour=_number(alarms.rate.per_hour),
            per_hour_interval=[_number(low), _number(high)],
            abnormal_videos=alarms.abnormal,
            found=alarms.found,
        ),
        calibration={
            kind.name: dict(
                centers=[_number(value) for value in kind.centers],
                spreads=[_number(value) for value in kind.spreads],
            )
            for kind in chosen.fitted
        },
        training=dict(
            method=fitted.title,
            folds=fitted.number,
            crop_mode=fitted.crop_mode,
            seed=seed,
            videos=[
                dict(
                    video=name,
                    label=int(label),
                    kind=kind,
                    group=group,
                    fold=int(fold),
                    peak=_number(scores.max()),
                )
                for name, label, kind, group, fold, scores in zip(
                    fitted.bags.videos,
                    fitted.bags.labels,
                    fitted.bags.kinds,
                    fitted.bags.groups,
                    fitted.folds,
                    fitted.logits,
                )
            ],
        ),
        versions=dict(
            rtfm_mmaction=__version__,
            **{name: importlib.metadata.version(name) for name in PACKAGES},
        ),
    )


def _figures(judgement: Judgement) -> Dict[str, Optional[float]]:
    return {
        key: _number(value)
        for key, value in judgement._asdict().items()
        if value is not None
    }


def _intervals(candidate: Candidate, seed: int) -> Dict[str, List[Any]]:
    """By drawing groups again."""
    held_out = candidate.held_out
    counts = resample_groups(held_out.groups, held_out.sides, seed)
    return {
        f'{key}_interval': [_number(end) for end in interval(drawn)]
        for key, drawn in zip(
            ('video_AUC', 'video_AP'),
            bootstrap_video_figures(held_out, counts),
        )
    }


def _folds(fitted: FittedBags) -> List[Dict[str, Any]]:
    """What each fold's network alone says of the videos that it held out."""
    found = []
    for network in fitted.networks:
        alone = fitted.choice.chosen.held_out._replace(
            scores=[network.scores[index] for index in fitted.bags.judged]
        )
        for fold in range(fitted.number):
            held = fitted.folds[fitted.bags.is_judged] == fold
            one = alone.take(np.flatnonzero(held).tolist())
            if not {0, 1} <= set(one.sides):
                continue
            found.append(
                dict(model=network.name, fold=fold, **_figures(judge(one)))
            )
    return found


def _verdicts(fitted: FittedBags) -> Dict[str, Dict[str, int]]:
    """What became of events that a person judged, by models that never saw
    their videos.
    """
    bags, found = fitted.bags, {}
    for label, name in enumerate(('refused', 'confirmed')):
        chosen = np.flatnonzero(~bags.is_video & (bags.labels == label))
        alarms = [fitted.logits[index].max() >= 0 for index in chosen.tolist()]
        found[name] = dict(
            events=len(alarms), above_threshold=int(sum(alarms))
        )
    return found


def _number(value: float) -> Optional[float]:
    """Six digits; None of what is not defined."""
    return float(f'{value:.6g}') if np.isfinite(value) else None
